import { benchAllocation } from './allocation.ts';

// A reduced run; the full one is `contentflow bench allocation`.
it('sharing briefs by what they show saves money at the quality there was', () => {
  const lines: string[] = [];
  const [weighted, least, drifting] = benchAllocation((line) => void lines.push(line), { seeds: 4, windows: 16 });
  expect(weighted?.saving.lower).toBeGreaterThan(0.25);
  expect(weighted?.quality.lower).toBeGreaterThan(-0.3);
  expect(least?.saving.mean).toBeGreaterThan(weighted?.saving.mean as number);
  expect(drifting?.quality.lower).toBeGreaterThan(-1);
  expect(lines).toHaveLength(4);
});
