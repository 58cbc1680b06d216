import { seededRandom } from '@contentflow/kernel';
import { movingWindowBoundary, ratioInterval, weightedMean } from './moving-window.ts';

describe('the boundary of a moving window', () => {
  it('is crossed about as often as it says, however often one looks', () => {
    // Given a random walk over eight lengths of a window, looked at 200 times each length.
    const random = seededRandom('moving window');
    const [length, windows, runs] = [200, 8, 600];
    const boundary = movingWindowBoundary({ alpha: 0.1, figures: 1, windows, growth: 1 });
    let crossed = 0;
    for (let run = 0; run < runs; run++) {
      const walk = [0];
      for (let i = 0; i < length * (windows + 1); i++) walk.push((walk.at(-1) as number) + random.normal());
      if (
        walk.some((at, i) => i >= length && Math.abs(at - (walk[i - length] as number)) > boundary * Math.sqrt(length))
      )
        crossed++;
    }
    // Looks are 200 to a window and not endless, so that it is crossed a little less often than in 10 % of runs.
    expect(crossed / runs).toBeGreaterThan(0.04);
    expect(crossed / runs).toBeLessThan(0.13);
  });

  it('grows with figures, windows and growth, and refuses what is none', () => {
    const of = (change: object) => movingWindowBoundary({ alpha: 0.05, figures: 1, windows: 1, growth: 1, ...change });
    expect(of({ figures: 4 })).toBeGreaterThan(of({}));
    expect(of({ windows: 4 })).toBeGreaterThan(of({}));
    expect(of({ growth: 1000 })).toBeGreaterThan(of({}));
    for (const wrong of [{ alpha: 0 }, { alpha: 1 }, { figures: 0 }, { windows: 0 }, { growth: 0.5 }, { alpha: NaN }])
      expect(() => of(wrong)).toThrow(RangeError);
  });
});

describe('a weighted mean', () => {
  it('has the degrees of freedom of Welch and Satterthwaite', () => {
    // Ten values with variance 4, and twenty with variance 1.
    const mean = weightedMean([
      { mean: 5, variance: 0.4, degrees: 9, weight: 1 },
      { mean: 3, variance: 0.05, degrees: 19, weight: -1 },
    ]);
    expect(mean).toMatchObject({ mean: 2, variance: expect.closeTo(0.45) });
    expect(mean.degrees).toBeCloseTo(0.45 ** 2 / (0.4 ** 2 / 9 + 0.05 ** 2 / 19), 9);
  });
  it('is known for certain where nothing of it was estimated', () => {
    expect(weightedMean([{ mean: 5, variance: 0, degrees: 3, weight: 2 }])).toEqual({
      mean: 10,
      variance: 0,
      degrees: Infinity,
    });
  });
});

describe('the interval of a ratio', () => {
  const two = () => 2;
  const known = (mean: number, variance: number) => ({ mean, variance, degrees: Infinity });
  it('leaves 1 out exactly where the difference leaves 0 out', () => {
    // 10 ± 1 and 12 ± 0.5: the difference is 2, two standard errors of which are 2 √1.25 = 2.236.
    const [lower, upper] = ratioInterval(known(10, 1), known(12, 0.25), two) ?? [];
    expect(lower).toBeLessThan(1);
    expect(upper).toBeGreaterThan(1.2);
    expect(ratioInterval(known(10, 1), known(12.3, 0.25), two)?.[0]).toBeGreaterThan(1);
  });
  it('is that of the numerator where the denominator is known', () => {
    expect(ratioInterval(known(10, 0), known(12, 1), two)).toEqual([expect.closeTo(1), expect.closeTo(1.4)]);
  });
  it('does not exist where the denominator may be 0', () => {
    expect(ratioInterval(known(1, 1), known(2, 0.1), two)).toBeUndefined();
    expect(ratioInterval(known(0, 0), known(2, 0.1), two)).toBeUndefined();
  });
});
