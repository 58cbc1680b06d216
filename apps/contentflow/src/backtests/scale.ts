import { MINUTE_MS } from '@contentflow/kernel';
import { backtestScale } from '@contentflow/statistics';
import { type Backtest, csv } from './backtest.ts';
import { number } from './options.ts';
import { series, withIsoTime } from './series.ts';

/** Instances for a load, against perfect foresight and other ways. */
export const scale: Backtest = series(
  (rows, options) => {
    const { rows: scaled, summary } = backtestScale(rows, {
      horizonMs: number(options, 'horizon', 30 * MINUTE_MS),
      from: number(options, 'from', 0.7),
      capacity: number(options, 'capacity'),
      startDelayMs: number(options, 'startDelay', 10 * MINUTE_MS),
      ...(options['unservedCost'] !== undefined && { unservedCost: number(options, 'unservedCost') }),
    });
    return { output: csv(['timestamp', 'load', 'instances'], scaled.map(withIsoTime)), summary };
  },
  { least: 0 },
);
