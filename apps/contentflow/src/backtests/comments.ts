import { commentsBacktest, openCommentReader, readCommentRow } from '@contentflow/text-quality';
import { type Backtest, jsonLines, columns } from './backtest.ts';
import { sorted } from './rows.ts';

/** What comments say; beside labels, how well they were read. */
export const comments: Backtest = {
  reads: columns(['comment'], ['language', 'kind', 'labels']),
  run: async ({ rows }) => {
    const { readable, unreadable } = sorted(rows, readCommentRow);
    const { results, summary } = commentsBacktest(readable, await openCommentReader());
    return { output: jsonLines(results), summary, unreadable };
  },
};
