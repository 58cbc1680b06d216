import { DAY_MS } from '@contentflow/kernel';
import { mean, upperMedian } from '../averages.ts';

/** One row of a metric series: time in milliseconds, value in the metric's unit. */
export interface SeriesRow {
  readonly timestamp: number;
  readonly value: number;
}

/** Median distance between rows, in milliseconds; 0 for fewer than two. */
export function stepOf(rows: readonly SeriesRow[]): number {
  return upperMedian(rows.slice(1).map((row, i) => row.timestamp - (rows[i] as SeriesRow).timestamp)) ?? 0;
}

export interface Timeline {
  /** In order of time, each time once. */
  readonly rows: readonly SeriesRow[];
  /** Rows of a time that another row had. */
  readonly merged: number;
  /** Times of which rows said different values: their mean stands for them. */
  readonly disputed: number;
}

/** Rows as they would have come: however they are ordered or repeated, the same ones. */
export function timelineOf(rows: readonly SeriesRow[]): Timeline {
  const values = new Map<number, Set<number>>();
  for (const { timestamp, value } of rows) {
    const known = values.get(timestamp);
    if (known) known.add(value);
    else values.set(timestamp, new Set([value]));
  }
  const inOrder = [...values].sort(([a], [b]) => a - b);
  return {
    rows: inOrder.map(([timestamp, told]) => ({ timestamp, value: mean([...told].sort((a, b) => a - b)) })),
    merged: rows.length - inOrder.length,
    disputed: inOrder.filter(([, told]) => told.size > 1).length,
  };
}

/** Steps in a day; 0 where a day is not a whole and useful number of them. */
export function stepsPerDay(stepMs: number): number {
  if (!(stepMs > 0)) return 0;
  const steps = Math.round(DAY_MS / stepMs);
  return steps >= 12 && steps <= 1500 ? steps : 0;
}

/** The first tested row of a series whose first share is only learned from. @throws RangeError for a share outside [0, 1) */
export function firstTested(rows: readonly SeriesRow[], from: number): number {
  if (!(from >= 0 && from < 1)) throw new RangeError(`the tested part starts at a share in [0, 1), got ${from}`);
  return Math.floor(from * rows.length);
}

/** The last row at or before each row's own time minus a lead; −1 where there is none. */
export function rowsBefore(rows: readonly SeriesRow[], leadMs: number): number[] {
  let at = -1;
  return rows.map(({ timestamp }) => {
    while (at + 1 < rows.length && (rows[at + 1] as SeriesRow).timestamp <= timestamp - leadMs) at++;
    return at;
  });
}
