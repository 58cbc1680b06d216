import { backtestRouting } from '@contentflow/language-models';
import { routingPage } from './routing-page.ts';

it('draws how the lead is recovered by predicted gain, by length and by chance, with the areas in words', () => {
  const prompts = Array.from({ length: 60 }, (_, i) => ({
    prompt: i % 2 === 0 ? `Is ${i} even?` : `Add ${i} to the sum of ${i + 1} and ${i + 2}, then halve it.`,
    quality: { small: i % 2 === 0 ? 1 : 0, large: 1 },
    cost: { small: 1, large: 10 },
  }));
  const { summary } = backtestRouting(prompts, 0.5);
  const page = routingPage(summary);
  expect(page.match(/class="line (current|holdback|load)"/g)).toHaveLength(3);
  expect(page).toContain(summary.area.toFixed(3));
  // Its axes tell shares, not times of day.
  expect(page).toMatch(/<text[^>]*>\s*100 %\s*<\/text>/);
  expect(page).not.toContain('(simulated)');
});
