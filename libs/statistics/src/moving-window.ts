import { normalDensity, solveDecreasing } from './distributions.ts';
import type { Interval } from './sample.ts';

/** A mean as it was estimated. */
export interface EstimatedMean {
  readonly mean: number;
  /** Of the mean, in its unit squared. */
  readonly variance: number;
  /** Degrees of freedom that the variance was estimated with; Infinity where it was not estimated. */
  readonly degrees: number;
}

export interface MovingWindow {
  /** Two-sided error over all looks at all figures together, in (0, 1). */
  readonly alpha: number;
  /** Figures that are looked at. */
  readonly figures: number;
  /** Lengths of the window that pass while one looks. */
  readonly windows: number;
  /** Units in a full window ÷ units at the first look: how far the first window grew before it began to move. */
  readonly growth: number;
}

/**
 * How many standard errors a mean over a moving window may be away from what it estimates, at every look. A standardised mean over a moving
 * window is a stationary Gaussian process with covariance 1 − |lag| ÷ length, and over a growing one, in the log of its size, exp(−|lag| ÷ 2):
 * the expected number of ways up through a high level u is (windows + log growth ÷ 2) u φ(u), each side.
 * @throws RangeError for an error outside (0, 1), or no figure, window or growth
 * Source: Pickands (1969), 10.1090/S0002-9947-1969-0250367-X; Leadbetter, Lindgren, Rootzén (1983), theorem 12.2.9
 */
export function movingWindowBoundary({ alpha, figures, windows, growth }: MovingWindow): number {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha lies in (0, 1), got ${alpha}`);
  if (!(figures > 0 && windows > 0 && growth >= 1)) throw new RangeError('a window moves over at least one figure');
  const expected = (u: number): number => 2 * figures * (windows + Math.log(growth) / 2) * u * normalDensity(u);
  // Below 1, u φ(u) rises.
  return 1 + solveDecreasing((above) => expected(1 + above), alpha);
}

/** A sum of weighted means of independent samples. Source of its degrees of freedom: Satterthwaite (1946), Welch (1947). */
export function weightedMean(parts: readonly (EstimatedMean & { readonly weight: number })[]): EstimatedMean {
  let mean = 0;
  let variance = 0;
  let perDegree = 0;
  for (const part of parts) {
    const own = part.weight ** 2 * part.variance;
    mean += part.weight * part.mean;
    variance += own;
    if (own > 0) perDegree += own ** 2 / part.degrees;
  }
  return { mean, variance, degrees: perDegree > 0 ? variance ** 2 / perDegree : Infinity };
}

/**
 * The interval of current ÷ initial: every ratio r for which current − r × initial is not further from 0 than its error allows.
 * @param widthAt standard errors allowed, by degrees of freedom
 * @returns undefined where no such interval exists: an initial mean that may be 0 divides nothing
 * Source: Fieller (1954), with the degrees of freedom of no difference
 */
export function ratioInterval(
  initial: EstimatedMean,
  current: EstimatedMean,
  widthAt: (degrees: number) => number,
): Interval | undefined {
  const { degrees } = weightedMean([
    { ...initial, weight: -1 },
    { ...current, weight: 1 },
  ]);
  const width2 = widthAt(degrees) ** 2;
  const a = initial.mean ** 2 - width2 * initial.variance;
  if (!(a > 0)) return undefined;
  const b = initial.mean * current.mean;
  const c = current.mean ** 2 - width2 * current.variance;
  const root = Math.sqrt(Math.max(0, b * b - a * c));
  return [(b - root) / a, (b + root) / a];
}
