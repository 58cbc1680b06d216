import { qualityBacktest, readQualityRow } from '@contentflow/text-quality';
import { type Backtest, jsonLines, columns } from './backtest.ts';
import { sorted } from './rows.ts';

/** The quality of texts. */
export const quality: Backtest = {
  reads: columns(['brief', 'text']),
  run: ({ rows }) => {
    const { readable, unreadable } = sorted(rows, readQualityRow);
    const { results, summary } = qualityBacktest(readable);
    return { output: jsonLines(results), summary, unreadable };
  },
};
