import { normalCdf, normalDensity } from '@contentflow/statistics';

/** A duration that varies, by its first two moments, in milliseconds and their square. */
export interface Duration {
  readonly mean: number;
  readonly variance: number;
}

/** Of two independent durations one after the other. */
export const sumOf = (a: Duration, b: Duration): Duration => ({
  mean: a.mean + b.mean,
  variance: a.variance + b.variance,
});

/**
 * Of two independent durations, the later end: moments of the maximum as if both were normal.
 * Source: Clark (1961), Operations Research 9(2).
 */
export function laterOf(a: Duration, b: Duration): Duration {
  const spread = Math.sqrt(a.variance + b.variance);
  if (spread === 0) return a.mean >= b.mean ? a : b;
  const z = (a.mean - b.mean) / spread;
  const [p, q, d] = [normalCdf(z), normalCdf(-z), normalDensity(z)];
  const mean = a.mean * p + b.mean * q + spread * d;
  const square = (a.mean ** 2 + a.variance) * p + (b.mean ** 2 + b.variance) * q + (a.mean + b.mean) * spread * d;
  return { mean, variance: Math.max(0, square - mean ** 2) };
}
