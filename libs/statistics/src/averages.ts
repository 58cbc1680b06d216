/** In the order given: a sum in another order may differ in its last bits. */
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The arithmetic mean; 0 of none. */
export const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length);

/**
 * The value below which that share of the values lies, between neighbours on a straight line; NaN of none.
 * @param share  in [0, 1]
 * Source: Hyndman and Fan (1996), definition 7, 10.2307/2684934
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** A value that was there: of two in the middle the greater one; undefined of none. */
export const upperMedian = (values: readonly number[]): number | undefined =>
  Float64Array.from(values).sort()[values.length >> 1];
