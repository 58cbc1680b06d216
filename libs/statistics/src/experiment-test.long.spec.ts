import { seededRandom, type Random } from '@contentflow/kernel';
import { sequentialP, type Spending } from './experiment-test.ts';
import { addToBivariate, addToMoments, momentsOfY, noBivariate, noMoments, type Bivariate } from './moments.ts';
import { guardrail } from './non-inferiority.ts';

/** Share of runs in which a look after every unit is ever significant at 5 %. */
function everSignificant(runs: number, units: number, draw: (random: Random) => number, tuning: Spending, share = 0.5) {
  let significant = 0;
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(`run ${run}`);
    let arms = [noMoments, noMoments] as const;
    for (let unit = 0; unit < units; unit++) {
      const value = draw(random);
      arms = random.next() < share ? [arms[0], addToMoments(arms[1], value)] : [addToMoments(arms[0], value), arms[1]];
      if (sequentialP({ control: arms[0], treatment: arms[1], horizonUnits: units, tuning }) <= 0.05) {
        significant++;
        break;
      }
    }
  }
  return significant / runs;
}

describe('the always-valid comparison, over many runs', () => {
  // 100 runs of 1,500 looks: more than 12 significant has a probability of 0.15 % at a true error of 5 %
  it.each([
    ['horizon', 0.5],
    ['horizon', 0.1],
    ['untruncated', 0.5],
    ['untruncated', 0.1],
  ] as const)('%s: A/A of rare successes is rarely significant at a share of %s', (tuning, share) => {
    expect(everSignificant(100, 1500, (random) => (random.next() < 0.01 ? 1 : 0), tuning, share)).toBeLessThan(0.125);
  });

  it.each(['horizon', 'untruncated'] as const)('%s: A/A of skewed values is rarely significant', (tuning) => {
    expect(everSignificant(100, 1500, (random) => random.logNormal(1, 1), tuning)).toBeLessThan(0.125);
  });

  // Gaussian values with a covariate, looked at from the third unit on: 400 runs, a true 5 % exceeds 34 in 0.2 %
  it('holds its level from the first units on, covariate or not', () => {
    for (const withCovariate of [false, true]) {
      let significant = 0;
      for (let run = 0; run < 400; run++) {
        const random = seededRandom(`few ${run}`);
        let arms = [noBivariate, noBivariate] as const;
        for (let unit = 0; unit < 100; unit++) {
          const x = random.normal();
          const y = 10 + x + random.normal();
          const pair = (arm: Bivariate) => addToBivariate(arm, x, y);
          arms = random.next() < 0.5 ? [pair(arms[0]), arms[1]] : [arms[0], pair(arms[1])];
          const [control, treatment] = withCovariate ? arms : ([momentsOfY(arms[0]), momentsOfY(arms[1])] as const);
          if (sequentialP({ control, treatment, horizonUnits: 500, tuning: 'untruncated' }) <= 0.05) {
            significant++;
            break;
          }
        }
      }
      expect(significant).toBeLessThanOrEqual(34);
    }
  });
});

describe('a guardrail, over many runs', () => {
  it('sees a great harm after twenty units of each arm, and none in 95 of 100 runs at the margin itself', () => {
    const margin = { share: 0.1, better: 'lower' } as const;
    const breachedAt = (seed: number, mean: number, units: number): number | undefined => {
      const random = seededRandom(`guardrail ${seed} ${mean}`);
      let [control, treatment] = [noMoments, noMoments];
      for (let n = 1; n <= units; n++) {
        control = addToMoments(control, random.logNormal(10, 0.5));
        treatment = addToMoments(treatment, random.logNormal(mean, 0.5));
        if (n >= 6 && guardrail(control, treatment, margin, 2000).breachedP <= 0.05) return n;
      }
      return undefined;
    };
    const runs = Array.from({ length: 400 }, (_, seed) => seed);
    const stops = runs.slice(0, 40).map((seed) => breachedAt(seed, 30, 100) ?? Infinity);
    expect(stops.toSorted((a, b) => a - b)[20]).toBeLessThanOrEqual(20);
    const falseStops = runs.filter((seed) => breachedAt(seed, 11, 300) !== undefined).length;
    expect(falseStops / runs.length).toBeLessThan(0.05);
  });
});
