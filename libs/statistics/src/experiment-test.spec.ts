import { readFileSync } from 'node:fs';
import { seededRandom } from '@contentflow/kernel';
import {
  alwaysValidP,
  boundaryZ,
  conditionalPower,
  horizonDrift,
  horizonPower,
  horizonUnitsNeeded,
  sequentialComparison,
} from './experiment-test.ts';
import { addToBivariate, mergeMoments, momentsOf, momentsOfTrials, noBivariate, noMoments } from './moments.ts';
import { guardrail } from './non-inferiority.ts';
import { driftNeeded, unitsNeeded } from './power.ts';

const reference = JSON.parse(readFileSync(new URL('./experiment-test.reference.json', import.meta.url), 'utf8')) as {
  mixture: [number, number, number][];
  passage: [number, number, number][];
};

describe('the always-valid comparison', () => {
  it('mixes likelihood ratios as numerical integration does', () => {
    for (const [z, information, logEvidence] of reference.mixture)
      expect(alwaysValidP(z, information, 'untruncated')).toBeCloseTo(Math.min(1, 2 * Math.exp(-logEvidence)), 9);
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
    expect(found.relative?.difference).toBeCloseTo(0.2, 12);
    expect(found.relative?.interval[0]).toBeGreaterThan(0);
  });

  it('sees no difference between arms that are all the same', () => {
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
    expect(result.relative?.difference).toBeCloseTo(0.02, 2);
    expect(result.p).toBeLessThan(1e-6);
  });

  it('sees when going on is futile', () => {
    const drift = driftNeeded(0.05, 0.9);
    expect(conditionalPower({ z: -1, information: 0.7 }, drift, 0.05)).toBeLessThan(0.05);
    expect(conditionalPower({ z: 2, information: 0.5 }, drift, 0.05)).toBeGreaterThan(0.7);
    expect(conditionalPower({ z: 9, information: 0.5 }, drift, 0.05)).toBe(1);
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
});
