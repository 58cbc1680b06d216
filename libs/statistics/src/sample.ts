import { varianceOf, type Moments } from './moments.ts';

/** One arm as a test sees it: units, their mean, and the variance of one unit. */
export interface Sample {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** An interval in the unit of what it is about. */
export type Interval = readonly [lower: number, upper: number];

/** A difference of treatment minus control with its two-sided p and its interval. */
export interface Comparison {
  readonly difference: number;
  readonly p: number;
  readonly interval: Interval;
}

/** A comparison as an absolute difference and as a share of the control's mean. */
export interface AbsoluteAndRelative extends Comparison {
  readonly relative: Comparison;
}

export const sampleOf = (moments: Moments): Sample => ({
  n: moments.n,
  mean: moments.mean,
  variance: varianceOf(moments),
});

/** Trials of which some succeeded; variance p(1 − p), as gbstats has it. */
export const proportionSample = (n: number, successes: number): Sample => {
  const mean = n === 0 ? 0 : successes / n;
  return { n, mean, variance: mean * (1 - mean) };
};

/** What is said where nothing can be concluded: no baseline, or no variance in an arm. */
export const nothingKnown: Comparison = { difference: 0, p: 1, interval: [0, 0] };

/**
 * Whether two arms can be compared by a ratio-scale test at all. A control mean of zero has no relative
 * difference, and an arm without variance has no error; gbstats answers "unknown" to both, and so do we.
 */
export const isComparable = (control: Sample, treatment: Sample): boolean =>
  control.n > 1 && treatment.n > 1 && control.mean !== 0 && control.variance > 0 && treatment.variance > 0;

/** Variance of the difference of means, in the metric's unit squared. */
export const differenceVariance = (control: Sample, treatment: Sample): number =>
  control.variance / control.n + treatment.variance / treatment.n;

/**
 * Variance of (treatment − control) ÷ control.
 * Source: delta method, first order; Deng, Knoblich, Lu (2018), arXiv:1803.06336, eq. 3
 */
export const relativeVariance = (control: Sample, treatment: Sample): number =>
  treatment.variance / (control.mean ** 2 * treatment.n) +
  (control.variance * treatment.mean ** 2) / (control.mean ** 4 * control.n);

/** Treatment minus control, as a share of the control's mean. */
export const relativeDifference = (control: Sample, treatment: Sample): number =>
  (treatment.mean - control.mean) / control.mean;
