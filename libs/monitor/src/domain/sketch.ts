/**
 * Counts of positive values in buckets whose bounds grow by a fixed factor: any quantile within 5 % of itself, mergeable by
 * adding counts, in any order, to the same result.
 * Source: Masson, Rim, Lee (2019), DDSketch, PVLDB 12(12), with unbounded buckets.
 */
export type Sketch = Readonly<Record<string, number>>;

export const emptySketch: Sketch = {};

const ACCURACY = 0.05;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
/** Below it, all values are as good as zero. */
const SMALLEST = 1e-6;
const ZERO = 'zero';

export function addToSketch(sketch: Sketch, value: number): Sketch {
  const bucket = value < SMALLEST ? ZERO : String(Math.ceil(Math.log(value) / LOG_GAMMA));
  return { ...sketch, [bucket]: (sketch[bucket] ?? 0) + 1 };
}

export function mergeSketches(a: Sketch, b: Sketch): Sketch {
  const merged: Record<string, number> = { ...a };
  for (const [bucket, n] of Object.entries(b)) merged[bucket] = (merged[bucket] ?? 0) + n;
  return merged;
}

/** The value below which this share lies; undefined where there is none. */
export function quantile(sketch: Sketch, share: number): number | undefined {
  const buckets = Object.entries(sketch)
    .map(([bucket, n]) => [bucket === ZERO ? -Infinity : Number(bucket), n] as const)
    .sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, n]) => sum + n, 0);
  const rank = share * (total - 1);
  let before = 0;
  for (const [bucket, n] of buckets) {
    before += n;
    if (before > rank) return bucket === -Infinity ? 0 : (2 * GAMMA ** bucket) / (GAMMA + 1);
  }
  return undefined;
}
