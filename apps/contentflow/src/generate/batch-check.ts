import { countedRows, type RowProblem, RowProblems, problemsInWords } from '../command-line/row-problems.ts';
import type { BatchInput } from './batch-input.ts';

/** What is wrong with the rows of a batch, each kind of it once. */
export interface BatchCheck {
  readonly ok: boolean;
  readonly rows: number;
  readonly form: string;
  readonly refused: number;
  readonly problems: readonly RowProblem[];
  readonly in_words: readonly string[];
}

/** Looks at every row; `known` are the content types that there are recipes of. */
export async function checkBatch(input: BatchInput, known: readonly string[]): Promise<BatchCheck> {
  const found = new RowProblems();
  for await (const row of input.read()) {
    const problem = 'refused' in row ? row.problem : unknownType(row.brief['contentType'], known);
    if (problem !== undefined) found.add(row.line, problem);
  }
  const { rows, form } = input;
  const { refused } = found;
  const problems = found.all();
  const in_words =
    refused === 0
      ? [`${countedRows(rows)} (${form}), all of them can be made`]
      : [
          `${countedRows(rows)} (${form}), ${refused.toLocaleString('en-US')} of them cannot be made:`,
          ...problemsInWords(problems),
        ];
  return { ok: refused === 0, rows, form, refused, problems, in_words };
}

const unknownType = (contentType: unknown, known: readonly string[]): string | undefined =>
  known.includes(String(contentType))
    ? undefined
    : `contentType: there is no content type "${String(contentType)}"; there are ${known.join(', ')}`;
