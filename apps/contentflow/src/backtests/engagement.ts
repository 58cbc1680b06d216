import { engagementBacktest, readEngagementRow } from '@contentflow/text-quality';
import { type Backtest, csv, columns } from './backtest.ts';
import { share } from './options.ts';
import { sorted } from './rows.ts';

/** Clicks, expected of texts. */
export const engagement: Backtest = {
  reads: columns(['group', 'text', 'impressions', 'clicks']),
  run: ({ rows, options }) => {
    const { readable, unreadable } = sorted(rows, readEngagementRow);
    const { results, summary } = engagementBacktest(readable, share(options, 'train', 0.5), options['seed'] ?? '1');
    return { output: csv(['group', 'text', 'expected'], results), summary, unreadable };
  },
};
