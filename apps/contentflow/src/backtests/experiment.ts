import { backtestExperiment } from '@contentflow/statistics';
import { type Backtest, json } from './backtest.ts';

/** Experiments that have ended. */
export const experiment: Backtest = {
  reads: 'json',
  run: ({ document }) => {
    const { cases } = backtestExperiment(document);
    const unreadable = cases.filter((each) => 'problem' in each);
    return { output: json({ cases }), summary: { cases: cases.length, unreadable: unreadable.length }, unreadable };
  },
};
