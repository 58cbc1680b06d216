import { recordInWindow, recordLast, WINDOW_MS, type Windows } from './windows.ts';

describe('windows of time', () => {
  const counted = (windows: Windows<number>, time: number): Windows<number> => {
    recordInWindow(windows, time, (before = 0) => before + 1, { windowMs: 10, kept: 3 });
    return windows;
  };

  it('hold what happened in each of them', () => {
    expect([0, 9, 10].reduce(counted, {})).toEqual({ '0': 2, '1': 1 });
  });

  it('leave when a later one begins, and what comes late to one that is gone begins it again', () => {
    expect([0, 10, 20, 30].reduce(counted, {})).toEqual({ '1': 1, '2': 1, '3': 1 });
    expect([30, 0].reduce(counted, {})).toEqual({ '0': 1, '3': 1 });
  });

  it('are half hours where nothing else is said, a day of them', () => {
    const windows: Windows<number> = {};
    for (let window = 0; window < 60; window++) recordInWindow(windows, window * WINDOW_MS, () => window);
    expect(Object.values(windows)).toEqual(Array.from({ length: 48 }, (_, index) => 12 + index));
  });
});

it('keeps the last ones', () => {
  const all: number[] = [];
  for (const each of [1, 2, 3, 4]) recordLast(all, each, 3);
  expect(all).toEqual([2, 3, 4]);
});
