import { ownValue, setOwnValue } from '@contentflow/kernel';
/**
 * A mergeable sketch of quantiles with bounded relative error, as plain data. Merging is exact, so any order of
 * partitions gives the same sketch.
 * Source: Masson, Rim, Lee (2019), "DDSketch", VLDB 12(12)
 */
export interface QuantileSketch {
  /** Relative error of every quantile, in (0, 1). */
  readonly accuracy: number;
  readonly count: number;
  readonly zeros: number;
  readonly min: number;
  readonly max: number;
  /** Counts of magnitudes by bucket: bucket i holds (γ^(i−1), γ^i], γ = (1 + accuracy) ÷ (1 − accuracy). */
  readonly positive: Readonly<Record<string, number>>;
  readonly negative: Readonly<Record<string, number>>;
}

/** Magnitudes below this count as zero. */
const SMALLEST = 1e-12;

/** A sketch without values. @throws RangeError for an accuracy outside (0, 1) */
export function emptySketch(accuracy = 0.01): QuantileSketch {
  if (!(accuracy > 0 && accuracy < 1)) throw new RangeError(`accuracy lies in (0, 1), got ${accuracy}`);
  // JSON knows no infinities, so an empty sketch has extremes of 0 that count for nothing.
  return { accuracy, count: 0, zeros: 0, min: 0, max: 0, positive: {}, negative: {} };
}

export const addToSketch = (sketch: QuantileSketch, value: number): QuantileSketch => sketchWith(sketch, [value]);

/** Adds many values at once, which copies the buckets only once. @throws RangeError for a value that is not finite */
export function sketchWith(sketch: QuantileSketch, values: Iterable<number>): QuantileSketch {
  const positive: Record<string, number> = { ...sketch.positive };
  const negative: Record<string, number> = { ...sketch.negative };
  const scale = Math.log(growth(sketch.accuracy));
  let { count, zeros, min, max } = sketch;
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError(`a sketch holds finite values, got ${value}`);
    min = count === 0 ? value : Math.min(min, value);
    max = count === 0 ? value : Math.max(max, value);
    count++;
    const size = Math.abs(value);
    if (size < SMALLEST) zeros++;
    else addTo(value > 0 ? positive : negative, String(Math.ceil(Math.log(size) / scale)), 1);
  }
  return { accuracy: sketch.accuracy, count, zeros, min, max, positive, negative };
}

/** @throws RangeError for sketches of different accuracy */
export function mergeSketches(a: QuantileSketch, b: QuantileSketch): QuantileSketch {
  if (a.accuracy !== b.accuracy) throw new RangeError('sketches of different accuracy do not merge');
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  return {
    accuracy: a.accuracy,
    count: a.count + b.count,
    zeros: a.zeros + b.zeros,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    positive: mergedBuckets(a.positive, b.positive),
    negative: mergedBuckets(a.negative, b.negative),
  };
}

/**
 * The q-quantile of what the sketch has seen, off by at most `accuracy` of the values about it; between two values in proportion.
 * @param q in [0, 1]
 * @returns undefined for an empty sketch
 * Source: Hyndman and Fan (1996), definition 7
 */
export function quantileOf(sketch: QuantileSketch, q: number): number | undefined {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile lies in [0, 1], got ${q}`);
  if (sketch.count === 0) return undefined;
  const rank = q * (sketch.count - 1);
  const buckets = bucketsOf(sketch);
  const below = valueAt(sketch, buckets, Math.floor(rank));
  const above = valueAt(sketch, buckets, Math.ceil(rank));
  return below + (above - below) * (rank - Math.floor(rank));
}

/** The value of this rank, counted from 0. */
function valueAt(
  { min, max, count: all }: QuantileSketch,
  buckets: ReturnType<typeof bucketsOf>,
  rank: number,
): number {
  if (rank === 0) return min;
  if (rank === all - 1) return max;
  let seen = 0;
  for (const { value, count } of buckets) {
    seen += count;
    if (seen > rank) return Math.min(max, Math.max(min, value));
  }
  return max;
}

/** The buckets in ascending order, each by its representative value. */
export function bucketsOf(sketch: QuantileSketch): { readonly value: number; readonly count: number }[] {
  const gamma = growth(sketch.accuracy);
  const valueOf = (bucket: number): number => (2 * gamma ** bucket) / (gamma + 1);
  const sorted = (buckets: Readonly<Record<string, number>>): [number, number][] =>
    Object.entries(buckets)
      .map(([bucket, count]): [number, number] => [Number(bucket), count])
      .sort((a, b) => a[0] - b[0]);
  return [
    ...sorted(sketch.negative)
      .reverse()
      .map(([bucket, count]) => ({ value: -valueOf(bucket), count })),
    ...(sketch.zeros > 0 ? [{ value: 0, count: sketch.zeros }] : []),
    ...sorted(sketch.positive).map(([bucket, count]) => ({ value: valueOf(bucket), count })),
  ];
}

const growth = (accuracy: number): number => (1 + accuracy) / (1 - accuracy);

function mergedBuckets(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const merged = { ...a };
  for (const [bucket, count] of Object.entries(b)) addTo(merged, bucket, count);
  return merged;
}

const addTo = (buckets: Record<string, number>, bucket: string, count: number): void => {
  setOwnValue(buckets, bucket, (ownValue(buckets, bucket) ?? 0) + count);
};
