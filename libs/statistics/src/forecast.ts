/**
 * A streaming forecast of load, some steps ahead. Simple forecasters run side by side and are weighed by how they did
 * of late; where their blend does worse than the last value, the last value is what is said. The interval comes from
 * the errors actually made.
 *
 * Sources: blend — Cesa-Bianchi and Lugosi (2006), exponentially weighted forecasters, with discounted losses;
 * interval — Gibbs and Candès (2021), adaptive conformal inference. Measured: docs/benchmarks/statistics.md
 */
export interface ForecastOptions {
  /** Steps ahead, ≥ 1. */
  readonly horizon: number;
  /** Steps in a season (a day); 0 where there is none. */
  readonly period: number;
  /** Share of targets the interval is to hold. */
  readonly coverage: number;
}

export interface ForecastState {
  readonly options: ForecastOptions;
  readonly steps: number;
  /** The last values, newest last; as many as the forecasters look back. */
  readonly values: readonly number[];
  readonly averages: readonly number[];
  /** What was said for targets still to come, nearest first. */
  readonly pending: readonly PendingForecast[];
  /** Discounted mean absolute error of each forecaster, and of the blend. */
  readonly losses: readonly number[];
  readonly blendLoss: number;
  /** Actual ÷ expected of the last graded forecasts, in order of time. */
  readonly ratios: readonly number[];
  /** The error level that keeps the coverage; adapts. */
  readonly errorLevel: number;
}

interface PendingForecast {
  readonly each: readonly number[];
  readonly blend: number;
  readonly said: LoadForecast;
}

/** Load in the series' own unit. */
export interface LoadForecast {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** Whether the blend had to give way to the last value. */
  readonly isDemoted: boolean;
}

const SMOOTHINGS = [0.3, 0.5, 0.7];
const SEASONS_BACK = 5;
const RATIOS_KEPT = 400;
const RATIOS_NEEDED = 20;
/** Per step; half a loss is forgotten in about 140. */
const LOSS_DISCOUNT = 0.005;
/** How sharply a forecaster that does worse loses weight: at a loss 10 % above the best, to 14 %. */
const SHARPNESS = 20;
const ADAPTATION = 0.01;

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
    steps: 0,
    values: [],
    averages: [],
    pending: [],
    losses: [],
    blendLoss: 0,
    ratios: [],
    errorLevel: 1 - full.coverage,
  };
}

/** Takes in the next value, grades what was said for it, and says what comes `horizon` steps later. */
export function forecastNext(
  state: ForecastState,
  value: number,
): { readonly state: ForecastState; readonly forecast: LoadForecast } {
  if (!Number.isFinite(value)) throw new RangeError(`a forecast takes finite values, got ${value}`);
  const graded = gradedBy(state, value);
  const { horizon, period } = graded.options;
  const reach = period === 0 ? 1 : SEASONS_BACK * period + 1;
  const averages = SMOOTHINGS.map((weight, i) => {
    const before = graded.averages[i] ?? value;
    return before + weight * (value - before);
  });
  const seen = {
    ...graded,
    steps: graded.steps + 1,
    values: [...(graded.values.length < reach ? graded.values : graded.values.slice(1)), value],
    averages,
  };
  const each = forecasters(seen).map((forecast) => Math.max(0, forecast));
  const blend = blended(each, seen.losses);
  const isDemoted = seen.losses.length > 0 && seen.blendLoss > (seen.losses[0] as number);
  const said = withInterval(seen, isDemoted ? value : blend, isDemoted);
  return { forecast: said, state: { ...seen, pending: [...seen.pending, { each, blend, said }].slice(-horizon) } };
}

/** The last value first; then averages; then what earlier seasons say about the way from now to the target. */
function forecasters({ values, averages, options: { horizon, period } }: ForecastState): number[] {
  const now = values.at(-1) as number;
  const [slow, middle, fast] = averages as [number, number, number];
  const season = seasonal(values, horizon, period);
  return [
    now,
    slow,
    middle,
    fast,
    middle + 0.2 * (season?.change ?? 0),
    now + (season?.change ?? 0),
    season?.level ?? now,
    0.5 * (season?.level ?? now) + 0.5 * middle,
  ];
}

/** Mean level at the target's time, and mean change from this time to it, over earlier seasons. */
function seasonal(
  values: readonly number[],
  horizon: number,
  period: number,
): { readonly level: number; readonly change: number } | undefined {
  if (period <= horizon) return undefined;
  let level = 0;
  let change = 0;
  let seasons = 0;
  for (let season = 1; season <= SEASONS_BACK; season++) {
    const then = values[values.length - 1 - season * period];
    const target = values[values.length - 1 - season * period + horizon];
    if (then === undefined || target === undefined) break;
    level += target;
    change += target - then;
    seasons++;
  }
  return seasons === 0 ? undefined : { level: level / seasons, change: change / seasons };
}

function blended(each: readonly number[], losses: readonly number[]): number {
  if (losses.length === 0) return each[0] as number;
  const best = Math.max(Math.min(...losses), 1e-300);
  let weights = 0;
  let sum = 0;
  each.forEach((forecast, i) => {
    const weight = Math.exp(-SHARPNESS * ((losses[i] as number) / best - 1));
    weights += weight;
    sum += weight * forecast;
  });
  return sum / weights;
}

function gradedBy(state: ForecastState, value: number): ForecastState {
  const { options, pending } = state;
  const due = pending.length === options.horizon ? pending[0] : undefined;
  if (due === undefined) return state;
  const isMissed = value < due.said.lower || value > due.said.upper;
  const target = 1 - options.coverage;
  return {
    ...state,
    pending: pending.slice(1),
    losses: due.each.map((said, i) => discounted(state.losses[i], Math.abs(value - said))),
    blendLoss: discounted(state.losses.length === 0 ? undefined : state.blendLoss, Math.abs(value - due.blend)),
    ratios: due.said.expected > 0 ? [...state.ratios, value / due.said.expected].slice(-RATIOS_KEPT) : state.ratios,
    errorLevel: clamp(
      state.errorLevel + ADAPTATION * (target - (isMissed ? 1 : 0)),
      target / 4,
      Math.min(0.9, target * 2),
    ),
  };
}

const discounted = (before: number | undefined, error: number): number =>
  before === undefined ? error : before + LOSS_DISCOUNT * (error - before);

function withInterval({ ratios, errorLevel }: ForecastState, expected: number, isDemoted: boolean): LoadForecast {
  if (ratios.length < RATIOS_NEEDED) return { expected, lower: 0.5 * expected, upper: 1.5 * expected, isDemoted };
  const sorted = Float64Array.from(ratios).sort();
  const at = (q: number): number => sorted[clamp(Math.round(q * (sorted.length - 1)), 0, sorted.length - 1)] as number;
  return {
    expected,
    lower: Math.min(expected, expected * at(errorLevel / 2)),
    upper: Math.max(expected, expected * at(1 - errorLevel / 2)),
    isDemoted,
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
