import { readFileSync } from 'node:fs';
import { cupedAdjustment } from './cuped.ts';
import { addToBivariate, noBivariate, type Bivariate } from './moments.ts';
import { nonInferiorityTest, type BetterDirection } from './non-inferiority.ts';
import { detectableDifference, fixedPower, unitsNeeded } from './power.ts';
import { exactInterval } from './proportions.ts';
import { ratioSample } from './ratio.ts';
import { sampleRatioTest, sequentialSampleRatioTest } from './sample-ratio.ts';
import { learnPrior, shrink, type MeasuredEffect } from './shrinkage.ts';
import type { Sample } from './sample.ts';

const reference = <T>(name: string): T[] =>
  (JSON.parse(readFileSync(new URL(`./${name}.reference.json`, import.meta.url), 'utf8')) as { cases: T[] }).cases;

const bivariate = (x: readonly number[], y: readonly number[]): Bivariate =>
  x.reduce((pair, value, i) => addToBivariate(pair, value, y[i] as number), noBivariate);

function expectSample(got: Sample, want: Sample): void {
  expect(got.n).toBe(want.n);
  expect(got.mean).toBeCloseTo(want.mean, 10);
  expect(got.variance).toBeCloseTo(want.variance, 10);
}

it('CUPED adjusts as least squares does', () => {
  type Case = {
    control: [number[], number[]];
    treatment: [number[], number[]];
    theta: number;
    adjustedControl: Sample;
    adjustedTreatment: Sample;
    varianceReduction: number;
  };
  for (const want of reference<Case>('cuped')) {
    const got = cupedAdjustment(bivariate(...want.control), bivariate(...want.treatment));
    expect(got.theta).toBeCloseTo(want.theta, 10);
    expect(got.varianceReduction).toBeCloseTo(want.varianceReduction, 10);
    expectSample(got.control, want.adjustedControl);
    expectSample(got.treatment, want.adjustedTreatment);
  }
});

it('ratio metrics have the variance gbstats gives them', () => {
  for (const { x, y, mean, variance } of reference<{ x: number[]; y: number[]; mean: number; variance: number }>(
    'ratio',
  ))
    expectSample(ratioSample(bivariate(x, y)), { n: x.length, mean, variance });
});

it('non-inferiority matches a scaled one-sided Welch test', () => {
  type Case = { control: Sample; treatment: Sample; better: BetterDirection; share: number; p: number };
  for (const { control, treatment, better, share, p } of reference<Case>('non-inferiority'))
    expect(nonInferiorityTest(control, treatment, { better, share }).p).toBeCloseTo(p, 10);
});

it('power, size and detectable difference match statsmodels', () => {
  type Case = {
    variance: number;
    alpha: number;
    share: number;
    difference: number;
    power: number;
    units: number;
    powerAtHalf: number;
  };
  for (const { difference, power, units, powerAtHalf, ...plan } of reference<Case>('power')) {
    expect(unitsNeeded(plan, difference, power) / units).toBeCloseTo(1, 6);
    expect(fixedPower(plan, difference, units / 2)).toBeCloseTo(powerAtHalf, 8);
    expect(detectableDifference(plan, units, power) / difference).toBeCloseTo(1, 6);
  }
});

it('shrinks effects as an empirical-Bayes meta-analysis does', () => {
  type Case = { effects: MeasuredEffect[]; mean: number; spread: number; posterior: [number, number][] };
  for (const { effects, mean, spread, posterior } of reference<Case>('shrinkage')) {
    const prior = learnPrior(effects, { mean: 0, spread: 0 });
    expect(prior.mean).toBeCloseTo(mean, 10);
    expect(prior.spread).toBeCloseTo(spread, 8);
    effects.forEach((effect, i) => {
      expect(shrink(effect, prior).effect).toBeCloseTo((posterior[i] as [number, number])[0], 8);
      expect(shrink(effect, prior).error).toBeCloseTo((posterior[i] as [number, number])[1], 8);
    });
  }
});

it('with one experiment nothing is learned about their spread', () => {
  expect(learnPrior([{ effect: 1, error: 0.1 }], { mean: 0, spread: 0.05 })).toEqual({ mean: 0, spread: 0.05 });
});

it('sample ratios match χ² and the Dirichlet-multinomial Bayes factor', () => {
  const { sequential, fixed } = JSON.parse(
    readFileSync(new URL('./sample-ratio.reference.json', import.meta.url), 'utf8'),
  ) as {
    sequential: { counts: number[]; shares: number[]; concentration: number; logBayesFactor: number }[];
    fixed: { counts: number[]; shares: number[]; chiSquare: number; p: number }[];
  };
  for (const { counts, shares, chiSquare, p } of fixed) {
    expect(sampleRatioTest(counts, shares).chiSquare).toBeCloseTo(chiSquare, 10);
    expect(sampleRatioTest(counts, shares).p).toBeCloseTo(p, 10);
  }
  for (const { counts, shares, concentration, logBayesFactor } of sequential)
    expect(sequentialSampleRatioTest(counts, shares, concentration).logBayesFactor).toBeCloseTo(logBayesFactor, 7);
  expect(() => sampleRatioTest([1, 2], [1])).toThrow(RangeError);
});

it('exact intervals match statsmodels proportion_confint(method="beta")', () => {
  const figures = [
    [0, 20, 0.0, 0.16843347098308534],
    [3, 40, 0.01574217985104153, 0.20386474873289898],
    [168, 4000, 0.035995526717926545, 0.04868450267778793],
    [20, 20, 0.8315665290169146, 1.0],
  ] as [number, number, number, number][];
  for (const [successes, n, lower, upper] of figures) {
    const got = exactInterval({ n, successes });
    expect(got[0]).toBeCloseTo(lower, 10);
    expect(got[1]).toBeCloseTo(upper, 10);
  }
});
