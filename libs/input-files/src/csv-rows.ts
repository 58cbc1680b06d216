import { messageOf, usageError } from '@contentflow/kernel';
import { parse } from 'csv-parse/sync';
import { type Line, MAX_LINE } from './text-lines.ts';

/** The columns that a command knows. */
export interface Columns {
  /** In the order in which a header would name them. */
  readonly names: readonly string[];
  /** Without these there is nothing to be done. */
  readonly required: readonly string[];
  /** What the names of further columns begin with, such as `metadata.` */
  readonly prefixes?: readonly string[];
  /** Whether columns of other names are passed by; refused otherwise. */
  readonly mayHaveOthers?: boolean;
  /** The name of a column that is known, by the one that stands in the file; the same where left out. */
  readonly renamed?: (name: string) => string;
  /** Names that the file must have somewhere, since somebody said what they mean. */
  readonly expected?: readonly string[];
  /** What to do about columns that nobody knows, where they are refused. */
  readonly onUnknown?: string;
  /** Told of the first line: a table without a header begins with a row. */
  readonly isRow?: (cells: readonly string[]) => boolean;
  /** Told of a line inside quotes that looks like a row by itself: there the quotes never closed. */
  readonly looksLikeRow?: (line: string) => boolean;
}

/** A row as it stands: its cells, or what is wrong with it. `line` is where it ends, of one whose quotes are wrong where it begins. */
export type Record = { readonly line: number } & ({ readonly cells: readonly string[] } | { readonly problem: string });

const delimiters = [',', ';', '\t', '|'] as const;
export const delimiterNames: Readonly<globalThis.Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
};

/** What the first line of a table says. */
export interface Header {
  readonly delimiter: string;
  /** Of each column; empty for those after a trailing delimiter. */
  readonly names: readonly string[];
  /** Columns that nobody asked for. */
  readonly others: readonly string[];
}

/**
 * The header: separated by whatever makes most of its cells columns that are known.
 * @throws ContentFlowError `usage`, naming the line, the column, and the header that would be right
 */
export function headerOf(file: string, { number, text }: Line, columns: Columns): Header {
  const expected = `begin with a header such as ${columns.names.filter((_, index) => index < 8).join(',')}`;
  const isKnown = (name: string): boolean =>
    columns.names.includes(name) || (columns.prefixes ?? []).some((prefix) => name.startsWith(prefix));
  const readings = delimiters.map((delimiter) => {
    const written = headerCells(text, delimiter).map((name) => name.trim());
    const names = written.map((name) => (name === '' ? name : (columns.renamed?.(name) ?? name)));
    return { delimiter, written, names, known: names.filter(isKnown).length };
  });
  const best = readings.reduce((one, other) => (isBetter(other, one) ? other : one));
  const isAnyHeader = columns.required.length === 0 && columns.mayHaveOthers;
  if (columns.isRow?.(best.names) || (best.known === 0 && !isAnyHeader))
    throw usageError(`"${file}": line ${number} is no header: "${text.slice(0, 80)}"`, expected);
  const refuse = (column: number, problem: string): never => {
    throw usageError(`"${file}": line ${number}, column ${column + 1}: ${problem}`, expected);
  };
  best.names.forEach((name, column) => {
    const first = best.names.indexOf(name);
    if (name !== '' && first < column) refuse(column, `"${name}" is the name of column ${first + 1} too`);
  });
  const absent = (columns.expected ?? []).find((name) => !best.written.includes(name));
  if (absent !== undefined)
    throw usageError(
      `"${file}": line ${number} names no column "${absent}"`,
      `its columns are ${best.written.filter((name) => name !== '').join(', ')}`,
    );
  const unknown = best.names.flatMap((name, column) => (name === '' || isKnown(name) ? [] : [{ name, column }]));
  if (unknown.length > 0 && !columns.mayHaveOthers) throw unknownColumns(file, number, unknown, columns, expected);
  const missing = columns.required.find((name) => !best.names.includes(name));
  if (missing !== undefined) throw usageError(`"${file}": line ${number} names no column "${missing}"`, expected);
  return { ...best, others: isAnyHeader ? [] : best.names.filter((name) => name !== '' && !isKnown(name)) };
}

/** All of them at once: whoever mends one of them after the other reads the same message as often. */
function unknownColumns(
  file: string,
  line: number,
  unknown: readonly { readonly name: string; readonly column: number }[],
  { names, onUnknown }: Columns,
  expected: string,
): Error {
  const [first] = unknown;
  const named = unknown.map(({ name }) => `"${name}"`).join(', ');
  const where = unknown.length === 1 ? `line ${line}, column ${(first?.column ?? 0) + 1}` : `line ${line}`;
  const problem = unknown.length === 1 ? `there is no column ${named}` : `there are no columns ${named}`;
  return usageError(
    `"${file}": ${where}: ${problem}`,
    onUnknown ? `${onUnknown}; known are ${names.join(', ')}` : expected,
  );
}

interface Reading {
  readonly names: readonly string[];
  readonly known: number;
}

const isBetter = (one: Reading, other: Reading): boolean =>
  one.known > other.known || (one.known === other.known && one.names.length > other.names.length);

function headerCells(text: string, delimiter: string): string[] {
  try {
    return cellsOf(text, delimiter, { trim: true });
  } catch {
    return text.split(delimiter);
  }
}

/**
 * The rows of a table after its header. A row whose quotes are wrong is named and costs nothing but itself: reading goes on
 * in the next line, not where a quote happens to close.
 */
export async function* recordsOf(
  lines: AsyncIterable<Line>,
  delimiter: string,
  looksLikeRow: Columns['looksLikeRow'],
): AsyncGenerator<Record> {
  const reader = new RecordReader(delimiter, looksLikeRow);
  for await (const line of lines) yield* reader.add(line);
  yield* reader.last();
}

class RecordReader {
  private readonly delimiter: string;
  private readonly looksLikeRow: Columns['looksLikeRow'];
  /** The lines of a row whose quotes have not closed yet, and their length. */
  private open: Line[] = [];
  private length = 0;

  constructor(delimiter: string, looksLikeRow: Columns['looksLikeRow']) {
    this.delimiter = delimiter;
    this.looksLikeRow = looksLikeRow;
  }

  *add(line: Line): Generator<Record> {
    this.open.push(line);
    this.length += line.text.length + 1;
    const record = this.record();
    if (record === undefined) return;
    const rest = 'problem' in record ? this.open.slice(1) : [];
    yield record;
    yield* this.again(rest);
  }

  *last(): Generator<Record> {
    while (this.open.length > 0) {
      const [{ number }, ...rest] = this.open as [Line, ...Line[]];
      yield { line: number, problem: 'a quote that opens here never closes' };
      yield* this.again(rest);
    }
  }

  private *again(lines: readonly Line[]): Generator<Record> {
    this.open = [];
    this.length = 0;
    for (const line of lines) yield* this.add(line);
  }

  /** The row that the open lines are; undefined while its quotes have not closed. */
  private record(): Record | undefined {
    const [first, last] = [this.open[0] as Line, this.open.at(-1) as Line];
    const line = first.number;
    const isOne = this.open.length === 1;
    if (last.isCut || this.length > MAX_LINE) return { line, problem: `is longer than ${MAX_LINE} characters` };
    if (!last.text.includes('"')) return isOne ? { line, cells: first.text.split(this.delimiter) } : undefined;
    const text = isOne ? first.text : this.open.map((each) => each.text).join('\n');
    try {
      const cells = cellsOf(text, this.delimiter);
      const taken = this.open.slice(1).find((each) => this.looksLikeRow?.(each.text));
      if (taken) return { line, problem: `a quote that opens here takes in line ${taken.number}, a row by itself` };
      return { line: last.number, cells };
    } catch (error) {
      if (isOpen(error)) return undefined;
      const cells = isOne ? cellsWithStrayQuotes(text, this.delimiter) : undefined;
      return cells ? { line, cells } : { line, problem: quoteProblem(error, isOne) };
    }
  }
}

const isOpen = (error: unknown): boolean => codeOf(error) === 'CSV_QUOTE_NOT_CLOSED';
const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

function quoteProblem(error: unknown, isOneLine: boolean): string {
  if (!isOneLine) return 'a quote that opens here does not close before the next one opens';
  const { column } = error as { column?: unknown };
  const where = typeof column === 'number' ? `column ${column + 1}: ` : '';
  if (codeOf(error) !== 'CSV_INVALID_CLOSING_QUOTE') return `${where}${messageOf(error)}`;
  return `${where}a quote stands inside a quoted cell; write it twice`;
}

/** @throws what csv-parse throws */
function cellsOf(text: string, delimiter: string, more: object = {}): string[] {
  const options = { delimiter, relax_column_count: true, record_delimiter: [NO_RECORD_END], ...more };
  return (parse(text, options) as string[][])[0] ?? [''];
}
/** A row is cut out already, and a line end inside it is part of a cell. */
const NO_RECORD_END = '\0\n\0';

/**
 * `a 5" screen` as it is meant: a quote is a quote where it does not open the cell; spaces before one that does are no part
 * of the cell. Undefined where more than one thing can be meant.
 */
function cellsWithStrayQuotes(text: string, delimiter: string): string[] | undefined {
  const opensCell = (cell: string): boolean => cell.trimStart().startsWith('"');
  try {
    return cellsOf(text, delimiter, { trim: true });
  } catch {
    const cells = cellsOf(text, delimiter, { relax_quotes: true });
    return cells.some(opensCell) ? undefined : cells;
  }
}

/** What is wrong with the cells of a row, whatever they are about; undefined where nothing is. */
export function cellProblem(cells: readonly string[], { names }: Header): string | undefined {
  const more = cells.slice(names.length).findIndex((cell) => cell.trim() !== '');
  if (more >= 0) return `column ${names.length + more + 1}: the header names ${names.length} columns`;
  if (cells.length < names.length) return `has ${cells.length} cells, the header names ${names.length} columns`;
  const nameless = names.findIndex((name, column) => name === '' && cells[column]?.trim() !== '');
  if (nameless >= 0) return `column ${nameless + 1}: the header does not name it`;
  for (const [column, cell] of cells.entries()) {
    const where = `column ${column + 1}${names[column] ? ` (${names[column]})` : ''}`;
    if (cell.includes('\0')) return `${where}: holds a NUL character`;
    if (/\r(?!\n)/.test(cell)) return `${where}: holds an end of line that the other lines do not have`;
  }
  return undefined;
}
