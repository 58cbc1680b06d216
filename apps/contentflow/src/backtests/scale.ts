import { backtestScale } from '@contentflow/statistics';
import { type Backtest, csv } from './backtest.ts';
import { duration, number, share } from './options.ts';
import { series, withIsoTime } from './series.ts';

/** Instances for a load, against perfect foresight and other ways. */
export const scale: Backtest = series(
  (rows, options) => {
    const { rows: scaled, summary } = backtestScale(rows, {
      horizonMs: duration(options, 'horizon', '30m'),
      from: share(options, 'from', 0.7),
      capacity: number(options, 'capacity'),
      startDelayMs: duration(options, 'startDelay', '10m'),
      ...(options['unservedCost'] !== undefined && { unservedCost: number(options, 'unservedCost') }),
    });
    return { output: csv(['timestamp', 'load', 'instances'], scaled.map(withIsoTime)), summary };
  },
  { least: 0 },
);
