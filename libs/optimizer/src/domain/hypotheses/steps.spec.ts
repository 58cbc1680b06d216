import { observed, generated } from '../../testing/traffic.ts';
import { stepsOf } from './steps.ts';

describe('the steps of a workflow', () => {
  it('knows what each step takes, calls from the cache left out', () => {
    const known = observed([
      generated({ timeMs: 100 }),
      generated({ timeMs: 300 }),
      generated({ timeMs: 1, cache: 'exact' }),
    ]);
    expect(stepsOf([known], 'email')['draft']).toMatchObject({ time: { n: 2, mean: 200 }, callsPerContent: 1 });
  });

  it('counts the calls of a step over all contents, also those that did without it', () => {
    const parts = [observed([generated({ steps: ['draft', 'revise'] })]), observed([generated({}), generated({})])];
    expect(stepsOf(parts, 'email')['revise']?.callsPerContent).toBeCloseTo(1 / 3);
    expect(stepsOf(parts, 'email')['draft']?.callsPerContent).toBe(1);
  });
});
