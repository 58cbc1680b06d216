import { MINUTE_MS } from '@contentflow/kernel';
import * as fc from 'fast-check';
import {
  type LoadMinute,
  loadBefore,
  loadOver,
  type LoadReport,
  observedUntil,
  withReport,
  withWorker,
} from './load.ts';

const report = (change: Partial<LoadReport> = {}): LoadReport => ({
  worker: 'a',
  sinceMs: MINUTE_MS,
  accepted: 60,
  completed: 60,
  queue: 4,
  inFlight: 10,
  capacity: 20,
  cpu: 0.5,
  memory: 0.4,
  responseTimeMs: 100,
  ...change,
});
const NOON = Date.UTC(2026, 0, 5, 12);
const NOON_MINUTE = NOON / MINUTE_MS;

describe('reports of load', () => {
  it('are spread over the minutes they speak for', () => {
    const minutes = withReport([], report({ sinceMs: 90_000, accepted: 90 }), NOON);
    expect(minutes.map(({ minute, accepted }) => [minute - NOON_MINUTE, Math.round(accepted)])).toEqual([
      [-2, 30],
      [-1, 60],
    ]);
  });

  it('of several workers add up, in whatever order they come', () => {
    const reports = ['a', 'b', 'c'].flatMap((worker) =>
      [0, 1, 2].map((minute) => ({ worker, at: NOON + minute * MINUTE_MS })),
    );
    const folded = (order: typeof reports): readonly LoadMinute[] =>
      order.reduce<readonly LoadMinute[]>((minutes, { worker, at }) => withReport(minutes, report({ worker }), at), []);
    fc.assert(
      fc.property(fc.shuffledSubarray(reports, { minLength: reports.length }), (order) => {
        expect(folded(order)).toEqual(folded(reports));
      }),
    );
    expect(folded(reports).map(({ accepted, capacityMs }) => [accepted, capacityMs / MINUTE_MS])).toEqual([
      [180, 60],
      [180, 60],
      [180, 60],
    ]);
  });

  it('are kept for two days and no longer', () => {
    let minutes: readonly LoadMinute[] = [];
    for (let minute = 0; minute < 4000; minute++) minutes = withReport(minutes, report(), NOON + minute * MINUTE_MS);
    expect(minutes).toHaveLength(3000);
  });

  it('are complete up to the slowest living worker', () => {
    const workers = withWorker(withWorker({ gone: NOON - 10 * MINUTE_MS }, 'a', NOON), 'b', NOON + 30_000);
    expect(observedUntil(workers, NOON + MINUTE_MS)).toBe(NOON);
    expect(observedUntil(workers, NOON + 60 * MINUTE_MS)).toBeUndefined();
  });

  it('give the mean levels of some minutes, queues of all workers together', () => {
    const minutes = [
      { at: NOON - MINUTE_MS, worker: 'a', cpu: 0.9 },
      { at: NOON, worker: 'a', cpu: 0.2 },
      { at: NOON, worker: 'b', cpu: 0.4 },
    ].reduce<readonly LoadMinute[]>((all, { at, worker, cpu }) => withReport(all, report({ worker, cpu }), at), []);
    expect(loadOver(minutes, NOON, 1)).toEqual({
      cpu: expect.closeTo(0.3),
      memory: 0.4,
      queue: 8,
      responseTimeMs: 100,
    });
    expect(loadOver(minutes, NOON, 2)).toMatchObject({ cpu: expect.closeTo(0.5), queue: 6 });
    expect(loadOver(minutes, NOON - 60 * MINUTE_MS, 5)).toBeNull();
  });

  it('give the load per minute before a time', () => {
    const minutes = withReport(
      withReport([], report({ accepted: 10 }), NOON),
      report({ accepted: 20 }),
      NOON + MINUTE_MS,
    );
    expect(loadBefore(minutes, NOON + MINUTE_MS, 5)).toBe(15);
    expect(loadBefore(minutes, NOON + MINUTE_MS, 1)).toBe(20);
    expect(loadBefore(minutes, NOON - 60 * MINUTE_MS, 5)).toBeUndefined();
  });
});
