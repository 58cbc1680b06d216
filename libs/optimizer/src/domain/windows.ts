import { MINUTE_MS, ownValue, setOwnValue } from '@contentflow/kernel';

/** By the number of the window since the epoch. */
export type Windows<T> = Record<string, T>;

/** How long the windows are, and how many of them are kept. */
export interface Spans {
  readonly windowMs: number;
  readonly kept: number;
}

export const WINDOW_MS = 30 * MINUTE_MS;
/** A day of half hours. */
const halfHours: Spans = { windowMs: WINDOW_MS, kept: 48 };

/** Changes what stands in the window of this time, in place; the oldest windows leave. */
export function recordInWindow<T>(
  windows: Windows<T>,
  time: number,
  change: (before: T | undefined) => T,
  { windowMs, kept }: Spans = halfHours,
): void {
  const key = String(Math.floor(time / windowMs));
  const isNew = ownValue(windows, key) === undefined;
  setOwnValue(windows, key, change(ownValue(windows, key)));
  if (!isNew) return;
  const oldest = Number(key) - kept;
  for (const each of Object.keys(windows)) if (Number(each) <= oldest) delete windows[each];
}

/** Adds one in place; of more than are kept the first leaves. */
export function recordLast<T>(all: T[], one: T, kept: number): void {
  all.push(one);
  if (all.length > kept) all.shift();
}
