/** What a forecaster sees of a series: averages of several lengths, the last values, the same time in earlier seasons. */
export interface SeriesMemory {
  /** The last values, newest last. */
  readonly values: readonly number[];
  /** Exponential averages of the values and, while all were above 0, of their logarithms. One for each of {@link RATES}. */
  readonly averages: readonly number[];
  readonly logAverages: readonly number[] | null;
}

export interface SeriesShape {
  /** Steps ahead, ≥ 1. */
  readonly horizon: number;
  /** Steps in a day; 0 where a day is not a whole number of them. */
  readonly period: number;
}

export const noMemory: SeriesMemory = { values: [], averages: [], logAverages: [] };

/** Share of the newest value in each average: from the last two values to the last sixty or so. */
const RATES = [0.7, 0.45, 0.25, 0.12, 0.06, 0.03] as const;
const LAGS = 6;
const DAYS = 5;
const DAYS_A_WEEK = 7;
const HOURS_A_DAY = 24;
const LATE_HOURS = 6;

/** A day in which an hour is two steps or more also has hours, which much of a load is started by. */
const stepsPerHour = ({ period }: SeriesShape): number =>
  period % HOURS_A_DAY === 0 && period >= 2 * HOURS_A_DAY ? period / HOURS_A_DAY : 0;

export function remembered(
  { values, averages, logAverages }: SeriesMemory,
  value: number,
  shape: SeriesShape,
): SeriesMemory {
  const reach = Math.max(LAGS, DAYS_A_WEEK * shape.period) + shape.horizon + 1;
  return {
    values: [...(values.length < reach ? values : values.slice(1)), value],
    averages: averaged(averages, value),
    logAverages: logAverages && value > 0 ? averaged(logAverages, Math.log(value)) : null,
  };
}

const averaged = (averages: readonly number[], value: number): readonly number[] =>
  RATES.map((rate, i) => {
    const before = averages[i] ?? value;
    return before + rate * (value - before);
  });

/** Values as they are, or their logarithms, in which a load that doubles is as far as one that halves. */
export type Terms = 'level' | 'log';
const inTerms = (terms: Terms, value: number): number => (terms === 'log' ? Math.log(value) : value);

/** A row that a regression predicts from: how far everything is from the last value, and what one unit of it is. */
export interface SignalRow {
  readonly terms: Terms;
  readonly now: number;
  readonly unit: number;
  readonly signals: readonly number[];
}

/** How far from the last value anything is taken to be, in units. */
const FURTHEST = 20;
const bounded = (far: number): number => Math.max(-FURTHEST, Math.min(FURTHEST, far));

/** Null in logarithms where a value was not above 0. */
export function signalRow(memory: SeriesMemory, shape: SeriesShape, terms: Terms): SignalRow | null {
  const averages = terms === 'log' ? memory.logAverages : memory.averages;
  if (!averages) return null;
  const { values } = memory;
  const now = inTerms(terms, values.at(-1) as number);
  const unit = terms === 'log' ? 1 : Math.max(Math.abs(averages.at(-1) as number), Number.MIN_VALUE * 2 ** 60);
  const lags = Array.from({ length: LAGS }, (_, i) => {
    const value = values[values.length - 2 - i];
    return value === undefined ? 0 : inTerms(terms, value) - now;
  });
  const away = [...averages.map((average) => average - now), ...lags, ...seasonSignals(memory, shape, terms, now)];
  return { terms, now, unit, signals: [...away.map((far) => bounded(far / unit)), 1] };
}

/** How far the target turned out to be, in the row's unit: what a regression learns. */
export const responseTo = ({ terms, now, unit }: SignalRow, value: number): number | null =>
  terms === 'log' && !(value > 0) ? null : bounded((inTerms(terms, value) - now) / unit);

/** The value that is so far away. */
export function valueAt({ terms, now, unit }: SignalRow, far: number): number {
  const value = now + bounded(far) * unit;
  return terms === 'log' ? Math.exp(value) : value;
}

function seasonSignals(memory: SeriesMemory, shape: SeriesShape, terms: Terms, now: number): number[] {
  const signals: number[] = [];
  const { period } = shape;
  if (period > 0)
    for (const [count, length] of [
      [DAYS, period],
      [1, period],
      [1, DAYS_A_WEEK * period],
    ] as const) {
      const season = seasonOf(memory, shape.horizon, { count, length }, terms);
      signals.push(season ? season.level - now : 0, season?.change ?? 0);
    }
  const length = stepsPerHour(shape);
  if (length > 0) {
    const late = seasonOf(memory, shape.horizon, { count: LATE_HOURS, length }, terms);
    const day = seasonOf(memory, shape.horizon, { count: HOURS_A_DAY, length }, terms);
    signals.push(late?.change ?? 0, day?.change ?? 0, day ? day.level - now : 0);
  }
  return signals;
}

interface Season {
  readonly level: number;
  readonly change: number;
}

/** Mean level at the target's time, and mean change from this time to it, over earlier seasons; undefined before the first. */
function seasonOf(
  { values }: SeriesMemory,
  horizon: number,
  { count, length }: { readonly count: number; readonly length: number },
  terms: Terms = 'level',
): Season | undefined {
  const nearest = Math.ceil(horizon / length);
  let level = 0;
  let change = 0;
  let seasons = 0;
  for (let season = nearest; season < nearest + count; season++) {
    const then = values[values.length - 1 - season * length];
    const target = values[values.length - 1 - season * length + horizon];
    if (then === undefined || target === undefined) break;
    level += inTerms(terms, target);
    change += inTerms(terms, target) - inTerms(terms, then);
    seasons++;
  }
  return seasons === 0 ? undefined : { level: level / seasons, change: change / seasons };
}

/** The last value first; then averages, earlier days and hours, and what is between them. */
export function simpleForecasts(memory: SeriesMemory, shape: SeriesShape): number[] {
  const { horizon, period } = shape;
  const now = memory.values.at(-1) as number;
  const [fast, middle, slow] = memory.averages as readonly [number, number, number];
  const day = period > 0 ? seasonOf(memory, horizon, { count: DAYS, length: period }) : undefined;
  const hours = stepsPerHour(shape);
  const hour = hours > 0 ? seasonOf(memory, horizon, { count: HOURS_A_DAY, length: hours }) : undefined;
  return [
    now,
    fast,
    middle,
    slow,
    middle + 0.2 * (day?.change ?? 0),
    now + (day?.change ?? 0),
    day?.level ?? now,
    0.5 * (day?.level ?? now) + 0.5 * middle,
    middle + (hour?.change ?? 0),
  ];
}
