import { decimalOf, usageError } from '@contentflow/kernel';
import { backtestStreamExperiment } from '@contentflow/statistics';
import { type Backtest, jsonLines, columns } from './backtest.ts';
import { shares, text } from './options.ts';
import { notANumber, sorted } from './rows.ts';

/** Experiments, looked at while their exposures come. */
export const streamExperiment: Backtest = {
  reads: columns(['experiment', 'variant', 'value'], ['covariate']),
  run: ({ rows, options }) => {
    const { readable, unreadable } = sorted(rows, exposureOf);
    const control = text(options, 'control');
    if (!control) throw usageError('--control names no variant', 'write --control NAME');
    const { verdicts, summary } = backtestStreamExperiment(readable, {
      control,
      shares: shares(text(options, 'shares')),
    });
    return { output: jsonLines(verdicts), summary, unreadable };
  },
};

function exposureOf(value: Readonly<Record<string, unknown>>) {
  const { experiment, variant, covariate } = value;
  const measured = decimalOf(value['value']);
  const before = decimalOf(covariate);
  if (typeof experiment !== 'string') return { problem: 'experiment: is missing' };
  if (typeof variant !== 'string') return { problem: 'variant: is missing' };
  if (measured === undefined) return { problem: notANumber('value', value['value']) };
  if (before === undefined && covariate != null && covariate !== '')
    return { problem: notANumber('covariate', covariate) };
  return { experiment, variant, value: measured, ...(before === undefined ? {} : { covariate: before }) };
}
