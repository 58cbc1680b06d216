import { commentsBacktest, readCommentRow } from '@contentflow/text-quality';
import { type Backtest, jsonLines, columns } from './backtest.ts';
import { sorted } from './rows.ts';

/** What comments say. */
export const comments: Backtest = {
  reads: columns(['comment'], ['language']),
  run: ({ rows }) => {
    const { readable, unreadable } = sorted(rows, readCommentRow);
    const { results, summary } = commentsBacktest(readable);
    return { output: jsonLines(results), summary, unreadable };
  },
};
