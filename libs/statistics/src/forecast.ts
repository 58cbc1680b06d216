import { quantile } from './averages.ts';
import {
  type ErrorMemory,
  gradedErrors,
  hasEnoughErrors,
  intervalAround,
  loadAtShare,
  noErrors,
  type SaidInterval,
} from './forecast-interval.ts';
import {
  noMemory,
  remembered,
  responseTo,
  type SeriesMemory,
  type SeriesShape,
  type SignalRow,
  signalRow,
  simpleForecasts,
  valueAt,
} from './forecast-signals.ts';
import { learned, noRegression, regressed, type RidgeRegression } from './ridge-regression.ts';

/**
 * A streaming forecast of load, some steps ahead. Simple forecasters and two regressions that learn as they go run side
 * by side and are weighed by how they did of late. What is said is the last value until their blend has done better
 * than it, and whenever the blend does no better. The interval comes from the errors actually made.
 *
 * Source: blend — Cesa-Bianchi and Lugosi (2006), exponentially weighted forecasters, with discounted losses.
 * Measured: docs/benchmarks/scaler.md
 */
export interface ForecastOptions extends SeriesShape {
  /** Share of targets the interval is to hold. */
  readonly coverage: number;
}

export interface ForecastState {
  readonly options: ForecastOptions;
  readonly memory: SeriesMemory;
  /** Whether all values so far were at least 0, and whether all were at most 0: nothing else is forecast then. */
  readonly signs: { readonly isNeverNegative: boolean; readonly isNeverPositive: boolean };
  /** What was said for targets still to come, nearest first. */
  readonly pending: readonly PendingForecast[];
  /** Discounted mean absolute error of each forecaster, over a long while and over a short one. */
  readonly losses: readonly number[];
  readonly lateLosses: readonly number[];
  readonly lead: Lead;
  readonly regressions: readonly RidgeRegression[];
  readonly errors: ErrorMemory;
}

/** By how much the blend's absolute errors were smaller than the last value's. */
interface Lead {
  readonly n: number;
  /** Discounted. */
  readonly mean: number;
  readonly variance: number;
  /** The last ones, oldest first. */
  readonly lately: readonly number[];
}

interface PendingForecast {
  readonly each: readonly number[];
  readonly blend: number;
  readonly expected: number;
  readonly interval: SaidInterval;
  readonly rows: readonly (SignalRow | null)[];
}

/** Load in the series' own unit. */
export interface LoadForecast {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** Whether the blend had to give way to the last value. */
  readonly isDemoted: boolean;
}

const TERMS = ['level', 'log'] as const;
const LEARNING = { memory: 0.999, ridge: 10 };
/** Per step; half a loss is forgotten in about 140, of late in about 14. */
const LOSS_DISCOUNT = 0.005;
const LATE_DISCOUNT = 0.05;
/** How sharply a forecaster that does worse loses weight: at a loss 10 % above the best, to 14 %; less so of late. */
const SHARPNESS = 20;
const LATE_SHARPNESS = 4;
/** So that badness stays a number where the best makes no errors. */
const SMALLEST_LOSS = Number.MIN_VALUE * 2 ** 60;
const MOST_ABOVE = 1e6;
/** Standard errors by which the blend must lead. */
const LEAD_NEEDED = 1;
/** Targets in which it must not have lost besides. */
const LATELY = 20;
const CHANGES_KEPT = 100;

/** @throws RangeError for a horizon below 1 or a coverage outside (0, 1) */
export function startForecast(options: {
  readonly horizon: number;
  readonly period?: number;
  readonly coverage?: number;
}): ForecastState {
  const full: ForecastOptions = { period: 0, coverage: 0.8, ...options };
  if (!(full.horizon >= 1)) throw new RangeError(`a forecast looks at least one step ahead, got ${full.horizon}`);
  if (!(full.coverage > 0 && full.coverage < 1)) throw new RangeError(`coverage lies in (0, 1), got ${full.coverage}`);
  return {
    options: full,
    memory: noMemory,
    signs: { isNeverNegative: true, isNeverPositive: true },
    pending: [],
    losses: [],
    lateLosses: [],
    lead: { n: 0, mean: 0, variance: 0, lately: [] },
    regressions: TERMS.map(() => noRegression),
    errors: noErrors(full.coverage),
  };
}

/**
 * Takes in the next value, grades what was said for it, and says what comes `horizon` steps later.
 * @param value  undefined for a step that nothing is known of: it grades nothing, and the last value stands for it
 */
export function forecastNext(
  state: ForecastState,
  value: number | undefined,
): { readonly state: ForecastState; readonly forecast: LoadForecast } {
  if (value !== undefined && !Number.isFinite(value))
    throw new RangeError(`a forecast takes finite values, got ${value}`);
  const seen = value === undefined ? unseen(state) : taken(gradedBy(state, value), value);
  const now = seen.memory.values.at(-1) as number;
  const rows = TERMS.map((terms) => signalRow(seen.memory, seen.options, terms));
  const each = [
    ...simpleForecasts(seen.memory, seen.options),
    ...rows.map((row, i) => (row ? valueAt(row, regressed(seen.regressions[i] as RidgeRegression, row.signals)) : now)),
  ].map((forecast) => withSign(forecast, seen));
  const blend = blended(each, seen);
  const isDemoted = !leads(seen.lead);
  const expected = isDemoted ? now : blend;
  const room = hasEnoughErrors(seen.errors) ? 0 : usualChange(seen);
  const interval = intervalAround(seen.errors, expected, room);
  const pending = [...seen.pending, { each, blend, expected, interval, rows }].slice(-seen.options.horizon);
  const { lower, upper } = interval.used;
  const forecast = { expected, lower: withSign(lower, seen), upper: withSign(upper, seen), isDemoted };
  return { state: { ...seen, pending }, forecast };
}

/** The load that such a share of what comes stays below, at the target of the last forecast. @param share  in (0, 1) */
export function forecastAtShare(state: ForecastState, share: number): number | undefined {
  const { pending, errors } = state;
  const last = pending.at(-1);
  const load = last && loadAtShare(errors, last.expected, last.interval.scales, share);
  return load === undefined ? undefined : withSign(load, state);
}

/** Over a horizon, or over half of what is known where that is less: what the coverage's share of changes stays below. */
function usualChange({ memory, options: { horizon, coverage } }: ForecastState): number {
  const known = memory.values.slice(-horizon - CHANGES_KEPT);
  const lag = Math.min(horizon, known.length >> 1);
  if (lag === 0) return 0.5 * Math.abs(known.at(-1) ?? 0);
  return quantile(
    known.slice(lag).map((value, i) => Math.abs(value - (known[i] as number))),
    coverage,
  );
}

function withSign(forecast: number, { signs: { isNeverNegative, isNeverPositive } }: ForecastState): number {
  if (isNeverNegative) return Math.max(0, forecast);
  return isNeverPositive ? Math.min(0, forecast) : forecast;
}

function taken(state: ForecastState, value: number): ForecastState {
  const { options, memory, signs } = state;
  return {
    ...state,
    memory: remembered(memory, value, options),
    signs: {
      isNeverNegative: signs.isNeverNegative && value >= 0,
      isNeverPositive: signs.isNeverPositive && value <= 0,
    },
  };
}

/** @throws RangeError where there is no value yet */
function unseen(state: ForecastState): ForecastState {
  const { options, memory, pending } = state;
  const last = memory.values.at(-1);
  if (last === undefined) throw new RangeError('a series begins with a value');
  const { averages, logAverages } = memory;
  return {
    ...state,
    pending: pending.length === options.horizon ? pending.slice(1) : pending,
    memory: { ...remembered(memory, last, options), averages, logAverages },
  };
}

function blended(each: readonly number[], { losses, lateLosses }: ForecastState): number {
  if (losses.length === 0) return each[0] as number;
  const badness = each.map((_, i) => SHARPNESS * aboveBest(losses, i) + LATE_SHARPNESS * aboveBest(lateLosses, i));
  const least = Math.min(...badness);
  const weights = badness.map((bad) => Math.exp(least - bad));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return each.reduce((sum, forecast, i) => sum + ((weights[i] as number) / total) * forecast, 0);
}

/** By what share of the best loss another is above it. */
const aboveBest = (losses: readonly number[], i: number): number => {
  const best = Math.max(Math.min(...losses), SMALLEST_LOSS);
  return Math.min(MOST_ABOVE, Math.max(0, (losses[i] as number) / best - 1));
};

function gradedBy(state: ForecastState, value: number): ForecastState {
  const { options, pending } = state;
  const due = pending.length === options.horizon ? pending[0] : undefined;
  if (due === undefined) return state;
  const errors = due.each.map((said) => Math.abs(value - said));
  return {
    ...state,
    pending: pending.slice(1),
    losses: errors.map((error, i) => discounted(state.losses[i], error, LOSS_DISCOUNT)),
    lateLosses: errors.map((error, i) => discounted(state.lateLosses[i], error, LATE_DISCOUNT)),
    lead: withLead(state.lead, (errors[0] as number) - Math.abs(value - due.blend)),
    regressions: state.regressions.map((regression, i) => {
      const row = due.rows[i];
      const response = row ? responseTo(row, value) : null;
      return row && response !== null ? learned(regression, row.signals, response, LEARNING) : regression;
    }),
    errors: gradedErrors(state.errors, { ...due.interval, expected: due.expected }, value, options.coverage),
  };
}

const discounted = (before: number | undefined, error: number, rate: number): number =>
  before === undefined ? error : before + rate * (error - before);

function withLead({ n, mean, variance, lately }: Lead, by: number): Lead {
  const rate = Math.max(1 / (n + 1), LOSS_DISCOUNT);
  const next = mean + rate * (by - mean);
  return {
    n: n + 1,
    mean: next,
    variance: variance + rate * ((by - mean) * (by - next) - variance),
    lately: [...lately, by].slice(-LATELY),
  };
}

/** Whether the blend has done better than the last value, and has not lost to it of late. */
function leads({ n, mean, variance, lately }: Lead): boolean {
  if (n < LATELY || !(mean > LEAD_NEEDED * Math.sqrt(variance / Math.min(n, 2 / LOSS_DISCOUNT)))) return false;
  return lately.reduce((sum, by) => sum + by, 0) >= 0;
}
