import { forecastNext, startForecast, type LoadForecast } from '../forecast.ts';
import { firstTested, rowsBefore, stepOf, stepsPerDay, type SeriesRow } from './series.ts';

/** One graded forecast; times in milliseconds, loads in the series' unit. */
export interface ForecastRow {
  readonly made_at: number;
  readonly timestamp: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly actual: number;
}

export interface ForecastSummary {
  readonly targets: number;
  /** Weighted absolute percentage errors, in percent. */
  readonly wape: number;
  readonly lastValueWape: number;
  /** Share of targets in their 80 % interval. */
  readonly coverage: number;
  /** Share of forecasts that had to fall back to the last value. */
  readonly demoted: number;
}

/** `backtest forecast`: one row per target in the tested part, each made one horizon earlier or more. */
export function backtestForecast(
  rows: readonly SeriesRow[],
  { horizonMs, from = 0.7 }: { readonly horizonMs: number; readonly from?: number },
): { readonly rows: readonly ForecastRow[]; readonly summary: ForecastSummary } {
  const first = firstTested(rows, from);
  const made = rowsBefore(rows, horizonMs);
  const forecasts = forecastsOf(rows, horizonMs, first);
  const graded: ForecastRow[] = [];
  let demoted = 0;
  let lastValueError = 0;
  for (let i = first; i < rows.length; i++) {
    const { timestamp, value } = rows[i] as SeriesRow;
    const base = rows[made[i] as number];
    const forecast = forecasts[made[i] as number];
    if (base === undefined || forecast === undefined) continue;
    const { expected, lower, upper, isDemoted } = forecast;
    if (isDemoted) demoted++;
    lastValueError += Math.abs(base.value - value);
    graded.push({ made_at: base.timestamp, timestamp, expected, lower, upper, actual: value });
  }
  const total = graded.reduce((sum, { actual }) => sum + Math.abs(actual), 0);
  const error = graded.reduce((sum, { expected, actual }) => sum + Math.abs(expected - actual), 0);
  const held = graded.filter(({ lower, upper, actual }) => actual >= lower && actual <= upper).length;
  return {
    rows: graded,
    summary: {
      targets: graded.length,
      wape: (100 * error) / total,
      lastValueWape: (100 * lastValueError) / total,
      coverage: held / graded.length,
      demoted: demoted / graded.length,
    },
  };
}

/** What was said at every row, of the time one horizon later. The step is read off the rows before the tested part. */
export function forecastsOf(
  rows: readonly SeriesRow[],
  leadMs: number,
  first: number,
  coverage?: number,
): LoadForecast[] {
  const step = stepOf(rows.slice(0, Math.max(2, first)));
  const horizon = Math.max(1, Math.round(leadMs / (step || leadMs || 1)));
  let state = startForecast({ horizon, period: stepsPerDay(step), ...(coverage !== undefined && { coverage }) });
  return rows.map(({ value }) => {
    const next = forecastNext(state, value);
    state = next.state;
    return next.forecast;
  });
}
