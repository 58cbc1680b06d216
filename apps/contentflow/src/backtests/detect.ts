import { backtestDetect } from '@contentflow/statistics';
import { type Backtest, csv } from './backtest.ts';
import { number } from './options.ts';
import { series, withIsoTime } from './series.ts';

/** Anomalies of a series. */
export const detect: Backtest = series((rows, options) => {
  const { rows: scored, summary } = backtestDetect(rows, { probation: number(options, 'probation', 100) });
  return { output: csv(['timestamp', 'value', 'anomaly_score'], scored.map(withIsoTime)), summary };
});
