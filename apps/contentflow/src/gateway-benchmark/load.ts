import { quantile } from '@contentflow/statistics';

/** A call that is measured. */
export type Call = () => Promise<unknown>;

/**
 * Starts calls at fixed times, whether or not earlier ones have ended, and counts each from the time it was due: a
 * server that stalls is charged for every call it kept waiting (no coordinated omission). Kinds take turns, evenly
 * spaced, so that what else the machine does falls on all alike.
 * @param rate     of each kind, per second
 * @param seconds  how long
 * @returns milliseconds from due to answered, for each kind
 */
export async function openLoop(kinds: readonly Call[], rate: number, seconds: number): Promise<number[][]> {
  const times: number[][] = kinds.map(() => []);
  const calls: Promise<void>[] = [];
  const perMs = (rate * kinds.length) / 1000;
  const total = Math.round(rate * seconds) * kinds.length;
  const startedAt = performance.now();
  while (calls.length < total) {
    const due = Math.min(total, Math.floor((performance.now() - startedAt) * perMs) + 1);
    while (calls.length < due) {
      const kind = calls.length % kinds.length;
      const dueAt = startedAt + calls.length / perMs;
      calls.push((kinds[kind] as Call)().then(() => void times[kind]?.push(performance.now() - dueAt)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(calls);
  return times;
}

/** As many calls at once as `concurrency`, each followed by the next. */
export async function closedLoop(call: Call, requests: number, concurrency: number): Promise<number[]> {
  const times: number[] = [];
  let left = requests;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const startedAt = performance.now();
      await call();
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return times;
}

/** Milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export const percentiles = (times: readonly number[]): Percentiles => ({
  p50: quantile(times, 0.5),
  p95: quantile(times, 0.95),
  p99: quantile(times, 0.99),
});

/** Calls answered a second, as many at once as `concurrency`. */
export async function throughput(call: Call, requests: number, concurrency: number): Promise<number> {
  const startedAt = performance.now();
  await closedLoop(call, requests, concurrency);
  return requests / ((performance.now() - startedAt) / 1000);
}

/** `median [lower quartile, upper quartile]` */
export const spread = (values: readonly number[], digits = 0): string =>
  `${quantile(values, 0.5).toFixed(digits)} [${quantile(values, 0.25).toFixed(digits)}, ${quantile(values, 0.75).toFixed(digits)}]`;
