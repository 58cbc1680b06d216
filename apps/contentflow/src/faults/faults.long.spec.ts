import { runFaults } from './fault-run.ts';

/** The short version of `npx contentflow bench faults`: real processes, real kills. */
describe('an installation that is broken again and again', () => {
  it('loses nothing, doubles nothing, spends no more than it may, proves its decisions, and shows what its log says', async () => {
    const outcomes = await runFaults({ engine: 'embedded', crashes: 12, seed: 1 }, () => undefined);
    const crashes = outcomes.flatMap(({ faults }) => [...faults.values()]).reduce((sum, count) => sum + count, 0);
    expect(outcomes.flatMap(({ violations }) => violations)).toEqual([]);
    expect(outcomes.flatMap(({ rebuildDifferences }) => rebuildDifferences)).toEqual([]);
    expect(crashes).toBe(12);
    expect(outcomes.reduce((sum, { briefs }) => sum + briefs, 0)).toBeGreaterThan(20);
  }, 1_200_000);
});
