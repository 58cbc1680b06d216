import type { BatchInput } from './batch-input.ts';

/** What is wrong with the rows of a batch, each kind of it once. */
export interface BatchCheck {
  readonly ok: boolean;
  readonly rows: number;
  readonly form: string;
  readonly refused: number;
  readonly problems: readonly { readonly problem: string; readonly rows: number; readonly lines: readonly number[] }[];
  readonly in_words: readonly string[];
}

const LINES_NAMED = 5;
const PROBLEMS_NAMED = 20;

/** Looks at every row; `known` are the content types that there are recipes of. */
export async function checkBatch(input: BatchInput, known: readonly string[]): Promise<BatchCheck> {
  const found = new Map<string, { rows: number; lines: number[] }>();
  let refused = 0;
  for await (const row of input.read()) {
    const problem = 'refused' in row ? row.problem : unknownType(row.brief['contentType'], known);
    if (problem === undefined) continue;
    refused++;
    const before = found.get(problem) ?? { rows: 0, lines: [] };
    before.rows++;
    if (before.lines.length < LINES_NAMED) before.lines.push(row.line);
    found.set(problem, before);
  }
  const problems = [...found].map(([problem, of]) => ({ problem, ...of })).toSorted((a, b) => b.rows - a.rows);
  const { rows, form } = input;
  return { ok: refused === 0, rows, form, refused, problems, in_words: inWords(rows, form, refused, problems) };
}

const unknownType = (contentType: unknown, known: readonly string[]): string | undefined =>
  known.includes(String(contentType))
    ? undefined
    : `contentType: there is no content type "${String(contentType)}"; there are ${known.join(', ')}`;

function inWords(rows: number, form: string, refused: number, problems: BatchCheck['problems']): string[] {
  const counted = (n: number): string => `${n.toLocaleString('en-US')} ${n === 1 ? 'row' : 'rows'}`;
  if (refused === 0) return [`${counted(rows)} (${form}), all of them can be made`];
  const named = problems.slice(0, PROBLEMS_NAMED).map(({ problem, rows: n, lines }) => {
    const more = n > lines.length ? ', …' : '';
    return `  ${counted(n)}, line ${lines.join(', ')}${more}: ${problem}`;
  });
  const left = problems.length - named.length;
  return [
    `${counted(rows)} (${form}), ${refused.toLocaleString('en-US')} of them cannot be made:`,
    ...named,
    ...(left > 0 ? [`  and ${left} other kinds of problems`] : []),
  ];
}
