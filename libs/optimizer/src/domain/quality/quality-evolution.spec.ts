import { defaultPolicy, OperatorIntervened, QualityThresholdRaised, RecipeRegistered } from '@contentflow/contracts';
import { decided } from '@contentflow/decisions';
import { normalQuantile } from '@contentflow/statistics';
import fc from 'fast-check';
import { HOUR, measured, observed, recipe, systemAfter, type TestDecision } from '../../testing/traffic.ts';
import { decideThreshold, thresholdsDue } from './quality-evolution.ts';

const nothingYet = { n: 50, mean: 0.01, variance: 0.01 };

/** The threshold after results of this mean and variance, those of generation 0 beside them. */
function raised(threshold: number, mean: number, variance = 0.25, holdback = nothingYet): number {
  const quality = { n: 500, mean, variance };
  const evidence = { kind: 'quality' as const, contentType: 'email', threshold, quality, holdback };
  const [decision] = decideThreshold(evidence, defaultPolicy);
  if (!decision) return threshold;
  expect(decision).toMatchObject({
    definition: QualityThresholdRaised,
    data: { contentType: 'email', from: threshold },
  });
  return decision.data['to'] as number;
}

describe('how the quality threshold evolves', () => {
  it('follows the results, by half a point at a time', () => {
    expect(raised(6, 9)).toBe(6.5);
    expect(raised(6.5, 9)).toBe(7);
  });

  it('starts where the results are, when there was none', () => {
    expect(raised(0, 8)).toBe(7);
  });

  it('stays where nothing is better than generation 0, however good that is', () => {
    expect(raised(6, 9, 0.25, { n: 50, mean: 9, variance: 0.25 })).toBe(6);
    expect(raised(6, 9, 0.25, { n: 50, mean: 8.9, variance: 0.25 })).toBe(6);
    expect(raised(6, 9, 0.25, { n: 50, mean: 8.5, variance: 0.25 })).toBe(6.5);
  });

  it('stays where more than a tenth would fall below it', () => {
    expect(raised(7, 7.5)).toBe(7);
    expect(raised(6.5, 7.64)).toBe(6.5);
    expect(raised(6.5, 7.65)).toBe(7);
  });

  it('never falls, rises by half a point at most, to 10 at most, and never above what nine in ten reach', () => {
    const score = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        score.filter((threshold) => threshold > 0),
        score,
        fc.double({ min: 0, max: 4, noNaN: true }),
        (threshold, mean, variance) => {
          const to = raised(threshold, mean, variance);
          expect(to).toBeGreaterThanOrEqual(threshold);
          expect(to - threshold).toBeLessThanOrEqual(0.5 + 1e-9);
          expect(to).toBeLessThanOrEqual(10);
          if (to > threshold) expect(to).toBeLessThanOrEqual(mean + normalQuantile(0.1) * Math.sqrt(variance));
        },
      ),
    );
  });
});

describe('when the quality threshold is asked about', () => {
  const generation0 = decided(RecipeRegistered, 'email', {
    contentType: 'email',
    recipe,
    version: 'v',
    source: 'test',
  });
  const traffic = (count: number) =>
    observed([
      ...Array.from({ length: count }, (_, index) => measured({ unit: `${index}`, time: 12 * HOUR })),
      ...Array.from({ length: 10 }, (_, index) =>
        measured({ unit: `held ${index}`, time: 12 * HOUR, assignment: { holdback: true } }),
      ),
    ]);
  const dueAt = (at: number, count = 200, ...more: TestDecision[]) =>
    thresholdsDue([traffic(count)], systemAfter([generation0, ...more]), at).map(({ evidence }) => evidence.threshold);

  it('once two hundred results are known', () => {
    expect(dueAt(13 * HOUR, 199)).toEqual([]);
    expect(dueAt(13 * HOUR, 200)).toEqual([0]);
  });

  it('not within six hours of the last rise', () => {
    const rise: TestDecision = {
      ...decided(QualityThresholdRaised, 'email', { contentType: 'email', from: 0, to: 6 }),
      at: 10 * HOUR,
    };
    expect(dueAt(13 * HOUR, 200, rise)).toEqual([]);
    expect(dueAt(16 * HOUR, 200, rise)).toEqual([6]);
  });

  it('not where a person decides on it', () => {
    const asking = {
      action: 'set_autonomy' as const,
      target: 'levers',
      levels: { quality: 'propose' as const },
      reason: '',
      by: 'a person',
    };
    expect(dueAt(13 * HOUR, 200, decided(OperatorIntervened, 'autonomy', asking))).toEqual([]);
  });
});
