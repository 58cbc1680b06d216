import { ratingsBacktest, readRatingRow } from '@contentflow/text-quality';
import { type Backtest, csv, columns } from './backtest.ts';
import { number } from './options.ts';
import { sorted } from './rows.ts';

/** Ratings, predicted from texts. */
export const ratings: Backtest = {
  reads: columns(['text', 'rating']),
  run: ({ rows, options }) => {
    const { readable, unreadable } = sorted(rows, readRatingRow);
    const { results, summary } = ratingsBacktest(readable, number(options, 'train', 0.7));
    return { output: csv(['row', 'rating', 'predicted', 'lower', 'upper'], results), summary, unreadable };
  },
};
