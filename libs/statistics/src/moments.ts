/**
 * Mergeable sufficient statistics: what a mean, a variance and a covariance need, in constant space.
 *
 * Plain data. Adding and merging are exact up to rounding and associative up to rounding, so that partitions
 * can be folded apart and merged on read, in a fixed order where bits must agree.
 * Source: Welford (1962); Chan, Golub, LeVeque (1983) for merging; Pébay (2008) for covariances.
 */

/** Count, mean and sum of squared deviations from the mean (m2), in the metric's unit and its square. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

/** A metric y and a covariate x known before exposure, for variance reduction; `co` is the sum of cross-deviations. */
export interface Bivariate {
  readonly n: number;
  readonly meanX: number;
  readonly meanY: number;
  readonly m2X: number;
  readonly m2Y: number;
  readonly co: number;
}

export const noMoments: Moments = { n: 0, mean: 0, m2: 0 };
export const noBivariate: Bivariate = { n: 0, meanX: 0, meanY: 0, m2X: 0, m2Y: 0, co: 0 };

export function addToMoments(moments: Moments, value: number): Moments {
  const n = moments.n + 1;
  const delta = value - moments.mean;
  const mean = moments.mean + delta / n;
  return { n, mean, m2: moments.m2 + delta * (value - mean) };
}

export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const delta = b.mean - a.mean;
  return { n, mean: a.mean + (delta * b.n) / n, m2: a.m2 + b.m2 + (delta * delta * a.n * b.n) / n };
}

export const momentsOf = (values: Iterable<number>): Moments => {
  let moments = noMoments;
  for (const value of values) moments = addToMoments(moments, value);
  return moments;
};

/** Moments of n trials of which some succeeded, each counted as 1 or 0. */
export function momentsOfTrials(n: number, successes: number): Moments {
  if (n === 0) return noMoments;
  const mean = successes / n;
  return { n, mean, m2: n * mean * (1 - mean) };
}

/** Unbiased sample variance; 0 for fewer than two values. */
export const varianceOf = (moments: Moments): number => (moments.n > 1 ? moments.m2 / (moments.n - 1) : 0);

export function addToBivariate(pair: Bivariate, x: number, y: number): Bivariate {
  const n = pair.n + 1;
  const deltaX = x - pair.meanX;
  const deltaY = y - pair.meanY;
  const meanX = pair.meanX + deltaX / n;
  const meanY = pair.meanY + deltaY / n;
  return {
    n,
    meanX,
    meanY,
    m2X: pair.m2X + deltaX * (x - meanX),
    m2Y: pair.m2Y + deltaY * (y - meanY),
    co: pair.co + deltaX * (y - meanY),
  };
}

export function mergeBivariate(a: Bivariate, b: Bivariate): Bivariate {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const deltaX = b.meanX - a.meanX;
  const deltaY = b.meanY - a.meanY;
  const weight = (a.n * b.n) / n;
  return {
    n,
    meanX: a.meanX + (deltaX * b.n) / n,
    meanY: a.meanY + (deltaY * b.n) / n,
    m2X: a.m2X + b.m2X + deltaX * deltaX * weight,
    m2Y: a.m2Y + b.m2Y + deltaY * deltaY * weight,
    co: a.co + b.co + deltaX * deltaY * weight,
  };
}

/** Of `by` times y. */
export const timesY = (pair: Bivariate, by: number): Bivariate => ({
  ...pair,
  meanY: by * pair.meanY,
  m2Y: by * by * pair.m2Y,
  co: by * pair.co,
});

/** Of y + `by`. */
export const plusY = (pair: Bivariate, by: number): Bivariate =>
  pair.n === 0 ? pair : { ...pair, meanY: pair.meanY + by };

/** Unbiased sample covariance of x and y; 0 for fewer than two pairs. */
export const covarianceOf = (pair: Bivariate): number => (pair.n > 1 ? pair.co / (pair.n - 1) : 0);

/** The moments of y alone. */
export const momentsOfY = (pair: Bivariate): Moments => ({ n: pair.n, mean: pair.meanY, m2: pair.m2Y });

/** The moments of x alone. */
export const momentsOfX = (pair: Bivariate): Moments => ({ n: pair.n, mean: pair.meanX, m2: pair.m2X });

export const isBivariate = (value: Moments | Bivariate): value is Bivariate => 'co' in value;
