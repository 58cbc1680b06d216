import { MINUTE_MS } from '@contentflow/kernel';
import { capacityPerInstance } from './capacity.ts';
import type { LoadMinute } from './load.ts';

const minute = (at: number, change: Partial<LoadMinute> & { slots?: number; inFlight?: number } = {}): LoadMinute => ({
  minute: at,
  accepted: 10,
  completed: 10,
  workerMs: MINUTE_MS,
  inFlightMs: (change.inFlight ?? 5) * MINUTE_MS,
  capacityMs: (change.slots ?? 20) * MINUTE_MS,
  cpuMs: 0,
  memoryMs: 0,
  queueMs: 0,
  responseMs: 0,
  ...change,
});
const minutes = (count: number, change: Parameters<typeof minute>[1] = {}) =>
  Array.from({ length: count }, (_, at) => minute(at, change));

describe('capacity per instance', () => {
  it('is what its slots could make at the pace at which slots in use do', () => {
    // 10 a minute with 5 in flight: a slot ends one every half minute.
    expect(capacityPerInstance(minutes(30), [], 1)).toBe(40);
    expect(capacityPerInstance(minutes(30, { slots: 60 }), [], 3)).toBe(40);
  });

  it('is unknown until something has been completed', () => {
    expect(capacityPerInstance([], [], 1)).toBeUndefined();
    expect(capacityPerInstance(minutes(2, { completed: 0 }), [], 1)).toBeUndefined();
  });

  it('is not taken for less while instances are still starting', () => {
    const scalings = [{ scalingId: 's', at: 30 * MINUTE_MS, from: 1, to: 4 }];
    const starting = [...minutes(30), ...Array.from({ length: 8 }, (_, i) => minute(30 + i, { slots: 20 }))];
    expect(capacityPerInstance(starting, scalings, 4)).toBe(40);
  });

  it('is not taken for less when an instance was down for a while', () => {
    const scalings = [{ scalingId: 's', at: 0, from: 1, to: 2 }];
    const crashed = Array.from({ length: 60 }, (_, at) => minute(at, { slots: at % 10 === 0 ? 20 : 40 }));
    expect(capacityPerInstance(crashed, scalings, 2)).toBe(40);
  });
});
