import { readFileSync } from 'node:fs';
import { seededRandom, type Random } from '@contentflow/kernel';
import {
  alwaysValidP,
  boundaryZ,
  conditionalPower,
  horizonDrift,
  horizonPower,
  horizonUnitsNeeded,
  sequentialComparison,
  sequentialP,
  type Spending,
} from './experiment-test.ts';
import {
  addToBivariate,
  addToMoments,
  mergeMoments,
  momentsOf,
  momentsOfY,
  momentsOfTrials,
  noBivariate,
  noMoments,
  type Bivariate,
} from './moments.ts';
import { guardrail } from './non-inferiority.ts';
import { driftNeeded, unitsNeeded } from './power.ts';

const reference = JSON.parse(readFileSync(new URL('./experiment-test.reference.json', import.meta.url), 'utf8')) as {
  mixture: [number, number, number][];
  passage: [number, number, number][];
};

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

describe('the always-valid comparison', () => {
  it('mixes likelihood ratios as numerical integration does', () => {
    for (const [z, information, logEvidence] of reference.mixture)
      expect(alwaysValidP(z, information, 'untruncated')).toBeCloseTo(Math.min(1, Math.exp(-logEvidence)), 9);
  });

  it('knows the power of its boundary, as a lattice walk does', () => {
    for (const [drift, boundary, crossing] of reference.passage) {
      const gap = boundary - boundaryZ(0.05, 1);
      expect(Math.abs(gap)).toBeLessThan(0.04);
      expect(Math.abs(horizonPower(drift, 0.05) - crossing)).toBeLessThan(0.02);
    }
    expect(horizonPower(horizonDrift(0.05, 0.8), 0.05)).toBeCloseTo(0.8, 9);
    // Looking after every unit costs about a sixth more units than one look at the end.
    const looking = horizonUnitsNeeded(1, 0.1, 0.05) / unitsNeeded({ variance: 1, alpha: 0.05 }, 0.1);
    expect(looking).toBeGreaterThan(1.1);
    expect(looking).toBeLessThan(1.2);
  });

  it.each(['horizon', 'untruncated'] as const)('%s: p and interval agree', (tuning) => {
    for (const information of [0.01, 0.3, 1, 2])
      expect(alwaysValidP(boundaryZ(0.03, information, tuning), information, tuning)).toBeCloseTo(0.03, 9);
  });

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

  it('keeps most of the power of a fixed-horizon test', () => {
    const drift = driftNeeded(0.05, 0.8);
    expect(horizonPower(drift, 0.05) / 0.8).toBeGreaterThan(0.9);
  });

  it('finds an effect of a size it was planned for', () => {
    const found = sequentialComparison({
      control: momentsOfTrials(10_000, 1000),
      treatment: momentsOfTrials(10_000, 1200),
      alpha: 0.05,
      horizonUnits: 20_000,
    });
    expect(found.p).toBeLessThan(0.05);
    expect(found.interval[0]).toBeGreaterThan(0);
    expect(found.relative.difference).toBeCloseTo(0.2, 12);
    expect(found.relative.interval[0]).toBeGreaterThan(0);
  });

  it('knows nothing from arms that have not varied', () => {
    const nothing = sequentialComparison({
      control: momentsOfTrials(10, 0),
      treatment: momentsOfTrials(10, 0),
      alpha: 0.05,
      horizonUnits: 100,
    });
    expect(nothing).toMatchObject({ difference: 0, p: 1, interval: [0, 0] });
  });

  it('does not mix epochs: a rising level during a ramp is no effect', () => {
    const random = seededRandom('ramp');
    const draws = (n: number, level: number) => momentsOf(Array.from({ length: n }, () => level + random.normal()));
    const control = [draws(950, 0), draws(500, 5)];
    const treatment = [draws(50, 0), draws(500, 5)];
    const plan = { alpha: 0.05, horizonUnits: 2000 };
    const mixed = {
      control: mergeMoments(control[0]!, control[1]!),
      treatment: mergeMoments(treatment[0]!, treatment[1]!),
    };
    expect(sequentialComparison({ ...plan, ...mixed }).p).toBeLessThan(0.001);
    expect(sequentialComparison({ ...plan, control, treatment }).p).toBeGreaterThan(0.2);
  });

  it('narrows its interval by a covariate and keeps the level', () => {
    const random = seededRandom('covariate');
    let [control, treatment] = [noBivariate, noBivariate];
    for (let i = 0; i < 2000; i++) {
      const x = 10 + 3 * random.normal();
      control = addToBivariate(control, x, 2 * x + random.normal());
      const other = 10 + 3 * random.normal();
      treatment = addToBivariate(treatment, other, 2 * other + random.normal() + 0.4);
    }
    const result = sequentialComparison({ control, treatment, alpha: 0.05, horizonUnits: 4000 });
    expect(result.interval[1] - result.interval[0]).toBeLessThan(0.25);
    expect(result.difference).toBeCloseTo(0.4, 0);
    expect(result.relative.difference).toBeCloseTo(0.02, 2);
    expect(result.p).toBeLessThan(1e-6);
  });

  it('sees when going on is futile', () => {
    const drift = driftNeeded(0.05, 0.9);
    expect(conditionalPower(-1, 0.7, drift, 0.05)).toBeLessThan(0.05);
    expect(conditionalPower(2, 0.5, drift, 0.05)).toBeGreaterThan(0.7);
    expect(conditionalPower(9, 0.5, drift, 0.05)).toBe(1);
  });

  it('refuses a plan without level, horizon or matching epochs', () => {
    const arms = { control: noMoments, treatment: noMoments };
    expect(() => sequentialComparison({ ...arms, alpha: 0, horizonUnits: 10 })).toThrow(RangeError);
    expect(() => sequentialComparison({ ...arms, alpha: 0.05, horizonUnits: 0 })).toThrow(RangeError);
    expect(() => sequentialComparison({ control: [], treatment: noMoments, alpha: 0.05, horizonUnits: 1 })).toThrow();
  });
});

describe('a guardrail', () => {
  const arm = (n: number, mean: number) => ({ n, mean, m2: n });
  it('tells within, breached and harmful apart', () => {
    const within = guardrail(arm(5000, 10), arm(5000, 10), { share: 0.02, better: 'higher' }, 10_000);
    expect(within.withinP).toBeLessThan(0.001);
    expect(within.harmP).toBe(1);
    const breached = guardrail(arm(5000, 10), arm(5000, 11), { share: 0.02, better: 'lower' }, 10_000);
    expect(breached.breachedP).toBeLessThan(0.001);
    expect(breached.harmP).toBeLessThan(0.001);
    expect(breached.withinP).toBe(1);
  });

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
