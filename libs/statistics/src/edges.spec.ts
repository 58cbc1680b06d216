import { brownianSupremumTail } from './distributions.ts';
import { sequentialComparison } from './experiment-test.ts';
import type { Moments } from './moments.ts';
import { guardrail, nonInferiorityTest, openEndedGuardrail } from './non-inferiority.ts';
import { emptySketch, quantileOf, sketchWith } from './quantile-sketch.ts';
import { proportionSample, type Sample } from './sample.ts';
import { sampleRatioWatch } from './sample-ratio.ts';
import { confidenceSequence } from './sequential.ts';
import { welchTest } from './welch.ts';

const of = (n: number, mean: number, variance: number): Sample => ({ n, mean, variance });
const arm = (n: number, mean: number, sd: number): Moments => ({ n, mean, m2: (n - 1) * sd * sd });
const compared = (control: Moments, treatment: Moments) =>
  sequentialComparison({ control, treatment, alpha: 0.05, horizonUnits: control.n + treatment.n });

describe('a control whose mean is exactly zero', () => {
  const [control, treatment] = [of(1000, 0, 1), of(1000, 0.5, 1)];

  it('leaves the absolute difference what it is, and has no relative one', () => {
    const { relative, ...absolute } = welchTest(control, treatment);
    expect(absolute.difference).toBe(0.5);
    expect(absolute.p / 3.4e-28).toBeCloseTo(1, 1);
    expect(absolute.interval[0]).toBeCloseTo(0.412, 3);
    expect(absolute.interval[1]).toBeCloseTo(0.588, 3);
    expect(relative).toBeNull();
  });

  it('does so at every look', () => {
    const sequence = confidenceSequence(control, treatment);
    expect(sequence.relative).toBeNull();
    expect(sequence.p).toBeLessThan(1e-20);
    expect(sequence.interval[0]).toBeGreaterThan(0.3);
    const found = compared(arm(1000, 0, 1), arm(1000, 0.5, 1));
    // z = 0.5 ÷ √(2 ÷ 1000), all of the horizon's information; four fifths of the error are spent by then.
    expect(found.z).toBeCloseTo(11, 0);
    expect(found.p).toBeCloseTo(brownianSupremumTail(found.z) / 0.8, 12);
    expect(found).toMatchObject({ difference: 0.5, relative: null });
    expect(found.interval[0]).toBeGreaterThan(0.35);
  });

  it.each([
    [0, 80],
    [80, 0],
  ])('finds %d of 1,000 against %d of 1,000', (before, after) => {
    const pair = [proportionSample(1000, before), proportionSample(1000, after)] as const;
    const difference = (after - before) / 1000;
    // t = 0.08 ÷ √(0.08 × 0.92 ÷ 1000) = 9.325 at 999 degrees
    const welch = welchTest(...pair);
    expect(welch.difference).toBeCloseTo(difference, 12);
    expect(welch.p).toBeLessThan(1e-18);
    expect(welch.interval[0]).toBeCloseTo(difference - 0.0168, 4);
    expect(welch.interval[1]).toBeCloseTo(difference + 0.0168, 4);
    expect(confidenceSequence(...pair).p).toBeLessThan(1e-12);
    expect(welch.relative === null).toBe(before === 0);
  });
});

it.each([
  [-10, -5, 0.5],
  [-10, -15, -0.5],
  [10, 5, -0.5],
  [10, 15, 0.5],
])('from %d to %d is a change of %d', (before, after, change) => {
  expect(welchTest(of(100, before, 1), of(100, after, 1)).relative?.difference).toBe(change);
  expect(confidenceSequence(of(100, before, 1), of(100, after, 1)).relative?.difference).toBe(change);
  expect(compared(arm(100, before, 1), arm(100, after, 1)).relative?.difference).toBeCloseTo(change, 12);
});

describe('an arm that never varies', () => {
  const cost = { share: 0.1, better: 'lower' } as const;
  const satisfaction = { points: 0.15, better: 'higher' } as const;

  it.each([
    ['a flat price against a dearer one', arm(500, 0.01, 0), arm(500, 0.05, 0.01), cost],
    ['two flat prices', arm(500, 0.01, 0), arm(500, 0.05, 0), cost],
    ['nothing against a price', arm(500, 0, 0), arm(500, 0.05, 0.01), cost],
    ['nothing against a flat price', arm(500, 0, 0), arm(500, 0.05, 0), cost],
    ['readers who always gave five', arm(500, 5, 0), arm(500, 2, 1), satisfaction],
    ['readers who always give two', arm(500, 5, 1), arm(500, 2, 0), satisfaction],
  ])('is harm all the same: %s', (_what, control, treatment, margin) => {
    for (const seen of [
      guardrail(control, treatment, margin, 1000),
      openEndedGuardrail(control, treatment, margin, 40),
    ]) {
      expect(seen.harmP).toBeLessThan(1e-6);
      expect(seen.breachedP).toBeLessThan(1e-6);
      expect(seen.withinP).toBe(1);
      expect(seen.effect).toBeLessThan(0);
    }
    const samples = [control, treatment].map(({ n, mean, m2 }) => of(n, mean, m2 / (n - 1))) as [Sample, Sample];
    expect(nonInferiorityTest(...samples, margin).p).toBeGreaterThan(0.999);
    expect(welchTest(...samples).p).toBeLessThan(1e-6);
    expect(confidenceSequence(...samples).p).toBeLessThan(1e-6);
    expect(compared(control, treatment).p).toBeLessThan(1e-6);
  });

  it('says little in a handful: two values against two others may be chance', () => {
    expect(welchTest(of(2, 5, 0), of(2, 2, 0)).p).toBeGreaterThan(0.1);
    expect(guardrail(arm(3, 5, 0), arm(3, 2, 0), satisfaction, 100).breachedP).toBeGreaterThan(0.05);
    expect(openEndedGuardrail(arm(3, 5, 0), arm(3, 2, 0), satisfaction, 40).breachedP).toBeGreaterThan(0.01);
  });

  it('holds its margin where both are the same for every unit', () => {
    expect(guardrail(arm(500, 0.01, 0), arm(500, 0.01, 0), cost, 1000)).toMatchObject({
      withinP: 0,
      harmP: 1,
      effect: 0,
    });
    expect(welchTest(of(9, 1, 0), of(9, 1, 0))).toMatchObject({ difference: 0, p: 1, interval: [0, 0] });
  });
});

it.each([
  [0, 500],
  [1, 500],
  [500, 1],
])('nothing bounds a difference of %d and %d units', (a, b) => {
  const open = { p: 1, interval: [-Infinity, Infinity] };
  expect(welchTest(of(a, 1, 0), of(b, 2, 1))).toMatchObject(open);
  expect(confidenceSequence(of(a, 1, 0), of(b, 2, 1))).toMatchObject(open);
  expect(compared(arm(a, 1, 0), arm(b, 2, 1))).toMatchObject(open);
  expect(guardrail(arm(a, 1, 0), arm(b, 2, 1), { points: 1, better: 'higher' }, 9)).toMatchObject({
    withinP: 1,
    harmP: 1,
  });
});

it('a margin in points is kept whatever the control’s mean', () => {
  for (const mean of [-8, 0, 8]) {
    const held = guardrail(arm(2000, mean, 1), arm(2000, mean, 1), { points: 0.3, better: 'higher' }, 4000);
    expect(held.withinP).toBeLessThan(1e-6);
    const lost = guardrail(arm(2000, mean, 1), arm(2000, mean - 0.6, 1), { points: 0.3, better: 'higher' }, 4000);
    expect(lost.breachedP).toBeLessThan(1e-6);
    expect(lost.effect).toBeCloseTo(-0.6, 12);
  }
});

it('an arm that is never served shows in the sample ratio within a few dozen units', () => {
  expect(sampleRatioWatch([24, 0], [0.5, 0.5]).p).toBeLessThan(0.001);
  expect(sampleRatioWatch([13, 11], [0.5, 0.5]).p).toBe(1);
  expect(sampleRatioWatch([5300, 4700], [0.5, 0.5]).p).toBeLessThan(0.001);
});

it.each([
  [[10, 20], 0.5, 15],
  [[10, 20], 0.95, 19.5],
  [[10, 20], 0, 10],
  [[10, 20], 1, 20],
  [[7], 0.95, 7],
  [[10, 20, 90], 0.5, 20],
  [[10, 20, 30, 40], 0.95, 38.5],
])('of %j the quantile %d is about %d', (values, q, quantile) => {
  expect((quantileOf(sketchWith(emptySketch(), values), q) as number) / quantile).toBeCloseTo(1, 1);
});
