import { HOUR, measured, observed } from '../../testing/traffic.ts';
import { holdbackSince } from './holdback-observations.ts';

const held = (time: number, over: { quality?: number; failed?: boolean } = {}) =>
  measured({ unit: `${time}`, time, assignment: { holdback: true }, ...over });

describe('what the holdback did', () => {
  it('is how often it succeeded, and how good it was where it did', () => {
    const known = observed([held(0, { quality: 6 }), held(1, { quality: 8 }), held(2, { failed: true })]);
    const { success, quality } = holdbackSince([known], 'email', 0);
    expect([success.n, success.mean]).toEqual([3, expect.closeTo(2 / 3)]);
    expect([quality.n, quality.mean]).toEqual([2, 7]);
  });

  it('is counted from the first window that began in time, over all partitions', () => {
    const parts = [observed([held(0), held(HOUR)]), observed([held(HOUR + 1)])];
    expect(holdbackSince(parts, 'email', 0).success.n).toBe(3);
    expect(holdbackSince(parts, 'email', 1).success.n).toBe(2);
  });

  it('is nothing where there is none', () => {
    expect(holdbackSince([observed([measured({ unit: 'a', time: 0 })])], 'email', 0).success.n).toBe(0);
  });
});
