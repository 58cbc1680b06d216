import { seededRandom } from '@contentflow/kernel';
import { signedMeanSequence } from './signed-mean.ts';

describe('the confidence sequence of signed observations, over many runs', () => {
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
});
