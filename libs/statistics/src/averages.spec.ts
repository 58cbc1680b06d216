import { mean, quantile, sum, upperMedian } from './averages.ts';

describe('averages', () => {
  it('add up in the order given, to the last bit', () => {
    expect(sum([0.1, 0.2, 0.3])).toBe(0.1 + 0.2 + 0.3);
    expect(mean([0.1, 0.2, 0.3])).toBe((0.1 + 0.2 + 0.3) / 3);
  });

  it('lie between neighbours where a quantile falls between them', () => {
    const values = [10, 2, 1, 3];
    expect([0, 0.25, 0.5, 1].map((share) => quantile(values, share))).toEqual([1, 1.75, 2.5, 10]);
    expect(upperMedian(values)).toBe(3);
  });

  it('of nothing are said plainly', () => {
    expect([mean([]), quantile([], 0.5), upperMedian([])]).toEqual([0, Number.NaN, undefined]);
  });
});
