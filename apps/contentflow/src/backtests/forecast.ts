import { MINUTE_MS } from '@contentflow/kernel';
import { backtestForecast } from '@contentflow/statistics';
import { type Backtest, csv } from './backtest.ts';
import { number } from './options.ts';
import { iso, series, withIsoTime } from './series.ts';

/** A forecast of a series, made one horizon earlier. */
export const forecast: Backtest = series((rows, options) => {
  const { rows: made, summary } = backtestForecast(rows, {
    horizonMs: number(options, 'horizon', 30 * MINUTE_MS),
    from: number(options, 'from', 0.7),
  });
  const columns = ['made_at', 'timestamp', 'expected', 'lower', 'upper', 'actual'];
  return {
    output: csv(
      columns,
      made.map((row) => ({ ...withIsoTime(row), made_at: iso(row.made_at) })),
    ),
    summary,
  };
});
