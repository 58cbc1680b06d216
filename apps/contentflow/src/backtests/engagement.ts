import { engagementBacktest, readEngagementRow } from '@contentflow/text-quality';
import { type Backtest, csv, columns } from './backtest.ts';
import { number, text } from './options.ts';
import { sorted } from './rows.ts';

/** Clicks, expected of texts. */
export const engagement: Backtest = {
  reads: columns(['group', 'text', 'impressions', 'clicks']),
  run: ({ rows, options }) => {
    const { readable, unreadable } = sorted(rows, readEngagementRow);
    const { results, summary } = engagementBacktest(
      readable,
      number(options, 'train', 0.5),
      text(options, 'seed') ?? '1',
    );
    return { output: csv(['group', 'text', 'expected'], results), summary, unreadable };
  },
};
