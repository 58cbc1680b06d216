/** What is wrong with rows of a file, each kind of it once. */
export interface RowProblem {
  readonly problem: string;
  readonly rows: number;
  /** The first of them. */
  readonly lines: readonly number[];
}

const LINES_NAMED = 5;
const PROBLEMS_NAMED = 20;

/** Gathers what is wrong, row by row. */
export class RowProblems {
  private readonly found = new Map<string, { rows: number; lines: number[] }>();
  private count = 0;

  add(line: number, problem: string): void {
    const before = this.found.get(problem) ?? { rows: 0, lines: [] };
    before.rows++;
    if (before.lines.length < LINES_NAMED) before.lines.push(line);
    this.found.set(problem, before);
    this.count++;
  }

  /** Rows with something wrong. */
  get refused(): number {
    return this.count;
  }

  /** The most frequent first. */
  all(): RowProblem[] {
    return [...this.found].map(([problem, of]) => ({ problem, ...of })).toSorted((a, b) => b.rows - a.rows);
  }
}

export const countedRows = (n: number): string => `${n.toLocaleString('en-US')} ${n === 1 ? 'row' : 'rows'}`;

/** A line for each kind, for a person. */
export function problemsInWords(problems: readonly RowProblem[]): string[] {
  const named = problems.slice(0, PROBLEMS_NAMED).map(({ problem, rows, lines }) => {
    const more = rows > lines.length ? ', …' : '';
    return `  ${countedRows(rows)}, line ${lines.join(', ')}${more}: ${problem}`;
  });
  const left = problems.length - named.length;
  return left > 0 ? [...named, `  and ${left} other kinds of problems`] : named;
}
