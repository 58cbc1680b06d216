import { firstTested, type SeriesRow, timelineOf } from './series.ts';
import { SteppedForecasts } from './step-grid.ts';

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
  /** Weighted absolute percentage errors, in percent; null where all that came was 0. */
  readonly wape: number | null;
  readonly lastValueWape: number | null;
  /** Share of targets in their 80 % interval. */
  readonly coverage: number;
  /** Share of forecasts that had to fall back to the last value. */
  readonly demoted: number;
  /** Rows of a time that another row had, and times of which rows said different values. */
  readonly merged: number;
  readonly disputed: number;
}

/**
 * `backtest forecast`: one row per target in the tested part, each made one horizon earlier. A row of which nothing was
 * known so early is no target.
 * @throws RangeError where there is no target
 */
export function backtestForecast(
  unordered: readonly SeriesRow[],
  { horizonMs, from = 0.7 }: { readonly horizonMs: number; readonly from?: number },
): { readonly rows: readonly ForecastRow[]; readonly summary: ForecastSummary } {
  const { rows, merged, disputed } = timelineOf(unordered);
  const first = firstTested(rows, from);
  const forecasts = new SteppedForecasts(rows, { leadMs: horizonMs, learned: rows.slice(0, Math.max(2, first)) });
  const graded: ForecastRow[] = [];
  let demoted = 0;
  let lastValueError = 0;
  for (const { timestamp, value } of rows.slice(first)) {
    const made_at = timestamp - horizonMs;
    const made = forecasts.at(made_at);
    if (!made) continue;
    const { expected, lower, upper, isDemoted } = made.forecast;
    if (isDemoted) demoted++;
    lastValueError += Math.abs(made.last.value - value);
    graded.push({ made_at, timestamp, expected, lower, upper, actual: value });
  }
  if (graded.length === 0)
    throw new RangeError(`nothing to forecast: no row of the tested part comes ${horizonMs} ms or more after another`);
  const total = graded.reduce((sum, { actual }) => sum + Math.abs(actual), 0);
  const error = graded.reduce((sum, { expected, actual }) => sum + Math.abs(expected - actual), 0);
  const held = graded.filter(({ lower, upper, actual }) => actual >= lower && actual <= upper).length;
  return {
    rows: graded,
    summary: {
      targets: graded.length,
      wape: shareOf(error, total),
      lastValueWape: shareOf(lastValueError, total),
      coverage: held / graded.length,
      demoted: demoted / graded.length,
      merged,
      disputed,
    },
  };
}

/** In percent; null of nothing, which no error is a share of. */
const shareOf = (error: number, total: number): number | null =>
  total > 0 ? (100 * error) / total : error === 0 ? 0 : null;
