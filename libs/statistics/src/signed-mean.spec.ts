import { seededRandom } from '@contentflow/kernel';
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

  it('errs at some n in fewer runs than it may, however often it is looked at', () => {
    const runs = 200;
    const random = seededRandom(11);
    let missed = 0;
    for (let run = 0; run < runs; run++) {
      const counts = { n: 0, plus: 0, minus: 0 };
      let isMissed = false;
      for (let i = 0; i < 200 && !isMissed; i++) {
        const draw = random.next();
        counts.n++;
        if (draw < 0.03) counts.plus++;
        else if (draw < 0.05) counts.minus++;
        if (i % 20 === 19) isMissed = signedMeanSequence(counts, 0.2)[0] > 0.01;
      }
      if (isMissed) missed++;
    }
    // One-sided, so half of alpha; three standard errors.
    expect(missed / runs).toBeLessThan(0.1 + 3 * Math.sqrt(0.09 / runs));
  });

  it('refuses what cannot be', () => {
    expect(() => signedMeanSequence({ n: 1, plus: 1, minus: 1 })).toThrow(RangeError);
    expect(() => signedMeanSequence({ n: 1, plus: 0, minus: 0 }, 0)).toThrow(RangeError);
  });
});
