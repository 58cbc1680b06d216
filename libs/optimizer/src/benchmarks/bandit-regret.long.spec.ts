import { benchBanditRegret } from './bandit-regret.ts';

// A reduced run; the full one is `contentflow bench bandit-regret`.
it('the allocation that runs live regrets less than the best tuned of those that do not see the brief', () => {
  const all = benchBanditRegret(() => undefined, { seeds: 6, withSeeing: false });
  expect(all).toHaveLength(4);
  for (const { ratio } of all) expect(ratio).toBeLessThan(0.9);
});
