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

/** A comparison as an absolute difference and as a share of the control's mean, by its size; null where that mean is zero. */
export interface AbsoluteAndRelative extends Comparison {
  readonly relative: Comparison | null;
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

/** What is said of a difference while an arm has too few units to tell anything: nothing bounds it. */
export const unbounded = (difference: number): Comparison => ({
  difference,
  p: 1,
  interval: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
});

/** Whether each arm has the two units that it takes to compare them. */
export const isComparable = (control: Sample, treatment: Sample): boolean => control.n > 1 && treatment.n > 1;

/**
 * Both arms with the variances that a test of their means may rely on. One arm that never varied is no matter: the other one's variance is the
 * difference's. Where neither has, and they differ, their variance is taken for the most that values between the two means can have: a
 * quarter of the squared difference.
 * Source: Popoviciu (1935), inequality on variances
 */
export function withKnownVariance(control: Sample, treatment: Sample): readonly [control: Sample, treatment: Sample] {
  if (control.variance > 0 || treatment.variance > 0) return [control, treatment];
  const variance = greatestVariance(treatment.mean - control.mean);
  return [
    { ...control, variance },
    { ...treatment, variance },
  ];
}

/** Of values that are this far apart at most. */
export const greatestVariance = (range: number): number => (range / 2) ** 2;

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

/** Treatment minus control, as a share of the control's mean by its size: above 0 where the treatment has more. */
export const relativeDifference = (control: Sample, treatment: Sample): number =>
  (treatment.mean - control.mean) / Math.abs(control.mean);

/**
 * The same test of the absolute and of the relative difference.
 * @param test of a difference with its variance, above 0
 * @returns unbounded for an arm of fewer than two units; no difference, surely, where neither arm ever varied and they are the same
 */
export function compareSamples(
  control: Sample,
  treatment: Sample,
  test: (difference: number, variance: number, arms: readonly [Sample, Sample]) => Comparison,
): AbsoluteAndRelative {
  const difference = treatment.mean - control.mean;
  const ofNothing = control.mean === 0;
  if (!isComparable(control, treatment)) {
    const relative = ofNothing ? null : unbounded(relativeDifference(control, treatment));
    return { ...unbounded(difference), relative };
  }
  const arms = withKnownVariance(control, treatment);
  const variance = differenceVariance(...arms);
  if (!(variance > 0)) return { ...noDifference, relative: ofNothing ? null : noDifference };
  return {
    ...test(difference, variance, arms),
    relative: ofNothing ? null : test(relativeDifference(...arms), relativeVariance(...arms), arms),
  };
}

/** Of arms whose units are all the same. */
export const noDifference: Comparison = { difference: 0, p: 1, interval: [0, 0] };
