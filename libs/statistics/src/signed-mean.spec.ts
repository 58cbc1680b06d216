import { signedMeanSequence } from './signed-mean.ts';

describe('the confidence sequence of signed observations', () => {
  it('knows nothing before the first, and lies around their mean after it', () => {
    expect(signedMeanSequence({ n: 0, plus: 0, minus: 0 })).toEqual([-1, 1]);
    const [lower, upper] = signedMeanSequence({ n: 400, plus: 40, minus: 10 });
    expect(lower).toBeGreaterThan(0.02);
    expect(lower).toBeLessThan(0.075);
    expect(upper).toBeGreaterThan(0.075);
    expect(upper).toBeLessThan(0.16);
  });

  it('says the opposite of the opposite', () => {
    const [lower, upper] = signedMeanSequence({ n: 50, plus: 9, minus: 2 });
    expect(signedMeanSequence({ n: 50, plus: 2, minus: 9 })).toEqual([-upper, -lower]);
  });

  // With bets of every size and no −1 the wealth at mean m after k ones is the integral of (1 + b (1 − m)/(1 + m))^k over b.
  it.each([3, 8])('is as wide as the integral over all bets has it, after %i ones', (k) => {
    const [lower] = signedMeanSequence({ n: k, plus: k, minus: 0 }, 0.1);
    const gain = (1 - lower) / (1 + lower);
    expect(((1 + gain) ** (k + 1) - 1) / (gain * (k + 1)) / 20).toBeCloseTo(1, 1);
  });

  it('refuses what cannot be', () => {
    expect(() => signedMeanSequence({ n: 1, plus: 1, minus: 1 })).toThrow(RangeError);
    expect(() => signedMeanSequence({ n: 1, plus: 0, minus: 0 }, 0)).toThrow(RangeError);
  });
});
