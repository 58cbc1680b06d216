import { DAY_MS, HOUR_MS, MINUTE_MS, seededRandom } from '@contentflow/kernel';
import { backtestForecast } from './forecast.ts';
import { backtestScale, plannedShare } from './scale.ts';
import { type SeriesRow, timelineOf } from './series.ts';

const HALF_AN_HOUR = { horizonMs: 30 * MINUTE_MS };

/** A load with days and noise. */
function load(n: number, stepMs = 10 * MINUTE_MS, seed = 'load'): SeriesRow[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, (_, i) => {
    const timestamp = Date.UTC(2026, 0, 5) + i * stepMs;
    const day = 1 + 0.5 * Math.sin((2 * Math.PI * timestamp) / DAY_MS);
    return { timestamp, value: 100 * day * Math.exp(0.1 * random.normal()) };
  });
}

const shuffled = (rows: readonly SeriesRow[], seed: string): SeriesRow[] => {
  const random = seededRandom(seed);
  return rows
    .map((row) => ({ row, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
};

describe('a series is what was measured when, however its rows come', () => {
  const rows = load(500);
  it.each([
    ['shuffled', shuffled(rows, 'one')],
    ['shuffled otherwise', shuffled(rows, 'other')],
    ['newest first', rows.toReversed()],
    ['doubled', rows.flatMap((row) => [row, row])],
    ['twice in a row', [...rows, ...rows]],
    ['three times and shuffled', shuffled([...rows, ...rows, ...rows], 'three')],
  ])('%s', (_, foreign) => {
    expect(backtestForecast(foreign, HALF_AN_HOUR).rows).toEqual(backtestForecast(rows, HALF_AN_HOUR).rows);
    const scaling = { ...HALF_AN_HOUR, capacity: 20, startDelayMs: 10 * MINUTE_MS };
    expect(backtestScale(foreign, scaling)).toEqual(backtestScale(rows, scaling));
  });

  it('says how many rows it merged, and of how many times they said different values', () => {
    const at = (minute: number, value: number) => ({ timestamp: minute * MINUTE_MS, value });
    expect(timelineOf([at(2, 8), at(1, 5), at(2, 8), at(1, 7)])).toEqual({
      rows: [at(1, 6), at(2, 8)],
      merged: 2,
      disputed: 1,
    });
  });
});

/** Each target once, from a time one horizon earlier, with an interval around what is expected. */
function expectSound(rows: readonly SeriesRow[], horizonMs = HALF_AN_HOUR.horizonMs) {
  const { rows: made, summary } = backtestForecast(rows, { horizonMs, from: 0.7 });
  expect(new Set(made.map(({ timestamp }) => timestamp)).size).toBe(made.length);
  for (const { made_at, timestamp, expected, lower, upper } of made) {
    expect(timestamp - made_at).toBe(horizonMs);
    expect(lower).toBeLessThanOrEqual(expected);
    expect(upper).toBeGreaterThanOrEqual(expected);
    expect(Number.isFinite(upper - lower)).toBe(true);
  }
  return summary;
}

describe('an uneven series', () => {
  const random = seededRandom('uneven');
  it.each([
    ['with gaps', load(600).filter((_, i) => i % 7 !== 3 && !(i > 300 && i < 350))],
    [
      'with times that are a little off',
      load(600).map((row) => ({ ...row, timestamp: row.timestamp + 2000 * random.next() })),
    ],
    ['at any time', load(600).map((row) => ({ ...row, timestamp: row.timestamp + 9 * MINUTE_MS * random.next() }))],
    ['of many rows a minute', load(3000, 7000)],
    ['of days', load(60, DAY_MS)],
    ['of steps that are no part of a day', load(300, 7 * MINUTE_MS)],
    [
      'that changes its step',
      [...load(300), ...load(600, MINUTE_MS).map((row) => ({ ...row, timestamp: row.timestamp + 10 * DAY_MS }))],
    ],
    [
      'with a row of half a century later',
      [...load(200), { timestamp: Date.UTC(2076, 0, 1), value: 5 }, { timestamp: Date.UTC(2076, 0, 2), value: 6 }],
    ],
  ])('%s is forecast from what was known, and no worse than its last value', (_, rows) => {
    const { targets, wape, lastValueWape } = expectSound(rows);
    expect(targets).toBeGreaterThan(0);
    expect(wape ?? 0).toBeLessThanOrEqual(1.01 * (lastValueWape ?? 0));
  });

  it('knows nothing of later rows', () => {
    const rows = load(400).map((row, i) => ({ ...row, timestamp: row.timestamp + (i % 5) * MINUTE_MS }));
    const horizonMs = 30 * MINUTE_MS;
    const whole = backtestForecast(rows, { horizonMs }).rows;
    const changed = rows.map((row, i) => (i < 350 ? row : { ...row, value: 1e6 }));
    const known = (rows[350] as SeriesRow).timestamp;
    const isBefore = ({ made_at }: { made_at: number }) => made_at < known;
    const { rows: again } = backtestForecast(changed, { horizonMs });
    expect(again.filter(isBefore).map(({ expected, upper }) => [expected, upper])).toEqual(
      whole.filter(isBefore).map(({ expected, upper }) => [expected, upper]),
    );
  });
});

describe('a series of little', () => {
  const constant = (value: number) => load(300).map((row) => ({ ...row, value }));
  it.each([0, 5, -5, 1e100, 1e-300])('that is always %p is forecast so', (value) => {
    const { rows, summary } = backtestForecast(constant(value), HALF_AN_HOUR);
    expect(rows.every(({ expected, lower, upper }) => expected === value && lower <= value && value <= upper)).toBe(
      true,
    );
    expect(summary).toMatchObject({ wape: 0, lastValueWape: 0, coverage: 1 });
  });

  it('without a row so much earlier is none to forecast', () => {
    for (const rows of [[], load(1), load(2), load(3)])
      expect(() => backtestForecast(rows, HALF_AN_HOUR)).toThrow(RangeError);
    expect(backtestForecast(load(4), { ...HALF_AN_HOUR, from: 0.5 }).rows).toHaveLength(1);
    expect(() => backtestScale([], { ...HALF_AN_HOUR, capacity: 1, startDelayMs: 0 })).toThrow(RangeError);
    expect(backtestScale(load(1), { ...HALF_AN_HOUR, capacity: 1, startDelayMs: 0 }).rows).toHaveLength(1);
  });

  it('is not called good where nothing came and something was said', () => {
    const rows = load(100).map((row, i) => ({ ...row, value: i < 66 ? 5 : 0 }));
    expect(backtestForecast(rows, { ...HALF_AN_HOUR, from: 0.67 }).summary.lastValueWape).toBeNull();
  });
});

describe('what is provided for', () => {
  it('is what the costs ask for', () => {
    expect(plannedShare(2)).toBe(0.5);
    expect(plannedShare(10)).toBeCloseTo(0.9);
    for (const cost of [1, 0, -3, Number.NaN, Infinity]) expect(() => plannedShare(cost)).toThrow(RangeError);
  });

  it('grows with the cost of load that is not served, and less of it is not', () => {
    const scaled = (unservedCost: number) =>
      backtestScale(load(1000), { ...HALF_AN_HOUR, capacity: 10, startDelayMs: HOUR_MS / 2, unservedCost }).summary
        .forecast;
    const [cheap, dear] = [scaled(2), scaled(20)];
    expect(dear.instanceSteps).toBeGreaterThan(cheap.instanceSteps);
    expect(dear.unserved).toBeLessThan(cheap.unserved);
  });
});
