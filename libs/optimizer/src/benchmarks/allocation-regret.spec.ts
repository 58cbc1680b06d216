import { benchAllocationRegret } from './allocation-regret.ts';

// A reduced run; the full one is `contentflow bench allocation-regret`.
it('follows models that come, drift and change better than exploring at a fixed rate', () => {
  const all = benchAllocationRegret(() => undefined, { seeds: 6, withSeeing: false });
  const fixed = all.find(({ against }) => against.startsWith('fixed exploration'));
  expect(fixed?.ratio).toBeLessThan(1);
});
