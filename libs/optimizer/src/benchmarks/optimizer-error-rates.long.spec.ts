import { benchOptimizerErrorRates } from './optimizer-error-rates.ts';

// A reduced run; the full one is `contentflow bench optimizer-error-rates`.
it('applies next to nothing where nothing makes a difference, nothing that hurts, and what helps', () => {
  const lines: string[] = [];
  const rates = benchOptimizerErrorRates((line) => void lines.push(line), { days: 8, hours: 6 });
  const [none, harm, help] = rates as [(typeof rates)[number], (typeof rates)[number], (typeof rates)[number]];
  // Screening keeps about half of what makes no difference from being tried.
  expect(none.experiments).toBeGreaterThan(10);
  expect(none.rate).toBeLessThanOrEqual(0.05);
  expect(harm.applied).toBe(0);
  expect(help.rate).toBeGreaterThan(0.5);
  expect(lines).toHaveLength(4);
});
