import { ownValue, usageError } from '@contentflow/kernel';
import { cellProblem, type Columns, delimiterNames, type Header, headerOf, recordsOf } from './csv-rows.ts';
import { type Encoding, lossIn } from './encoding.ts';
import { lineAndColumn, lostDigitsIn, parsedJson } from './json-file.ts';
import { type Line, linesOf, readText, refuseLoss, type TextLines } from './text-lines.ts';

/** One row of a file: what it says, or what is wrong with it. `line` counts from 1, as editors do; in a JSON list, the items do. */
export type Row = { readonly line: number } & (
  { readonly value: Readonly<Record<string, unknown>> } | { readonly problem: string }
);

export interface Rows {
  /** As it was found to be, for a person: `CSV, semicolon, UTF-16LE`. */
  readonly form: string;
  /** Columns of a table that were passed by. */
  readonly passedBy: readonly string[];
  /** Each once. */
  readonly rows: AsyncIterable<Row>;
}

/**
 * The rows of a CSV with a header, of JSON lines, or of a JSON list, of a file of any size; gzip is unpacked. What is wrong
 * with one row is said in its place and stops no other; what is wrong with the file is thrown.
 * @throws ContentFlowError `usage`, naming the file and the place, at once or, for what comes later in it, while reading
 */
export async function openRows(file: string, columns: Columns): Promise<Rows> {
  const text = linesOf(file);
  const first = await firstLine(text.lines);
  if (first === undefined) throw usageError(`"${file}" is empty`, 'write rows into it');
  if (beginsList(first) || /\.json(\.gz)?$/i.test(file)) {
    const items = listIn(file);
    if (items) {
      await text.lines.return(undefined);
      return { form: formOf('a JSON list', text), passedBy: [], rows: held(file, named(file, items, columns)) };
    }
  }
  const isJson = /\.(jsonl|ndjson|json)(\.gz)?$/i.test(file);
  const isCsv = /\.(csv|tsv|tab|txt)(\.gz)?$/i.test(file);
  if (isJson || (!isCsv && /^\s*\{/.test(first.text)))
    return {
      form: formOf('JSON lines', text),
      passedBy: [],
      rows: held(file, named(file, jsonRows(first, text), columns)),
    };
  return table(file, first, text, columns);
}

/** Not `[1, 2]` among other lines of JSON, which is only no object. */
function beginsList({ text }: Line): boolean {
  if (!/^\s*\[/.test(text)) return false;
  const read = parsedJson(text);
  return 'problem' in read || (Array.isArray(read.value) && read.value.every(isObject));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const formOf = (kind: string, { encoding }: TextLines): string =>
  `${kind}${encoding === 'utf-8' ? '' : `, ${encoding.toUpperCase()}`}`;

async function firstLine(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return undefined;
    if (value.text.trim() !== '') return value;
  }
}

/** Passes rows on. @throws where there is none */
async function* held(file: string, rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  let count = 0;
  for await (const row of rows) {
    count++;
    yield row;
  }
  if (count === 0) throw usageError(`"${file}" holds no row`, 'write some below the header');
}

/** Rows of JSON by the names that are meant. @throws where no row has a name that was said to be there */
async function* named(
  file: string,
  rows: AsyncIterable<Row>,
  { renamed, expected = [] }: Columns,
): AsyncGenerator<Row> {
  const missing = new Set(expected);
  for await (const row of rows) {
    if ('value' in row) for (const name of missing) if (Object.hasOwn(row.value, name)) missing.delete(name);
    yield 'value' in row && renamed ? renamedRow(row.line, row.value, renamed) : row;
  }
  const [absent] = missing;
  if (absent !== undefined) throw usageError(`"${file}": no row names "${absent}"`, 'look how its rows write it');
}

function renamedRow(line: number, value: Readonly<Record<string, unknown>>, renamed: (name: string) => string): Row {
  const by = new Map<string, string>();
  const values = new Map<string, unknown>();
  for (const [written, said] of Object.entries(value)) {
    const name = renamed(written);
    const other = by.get(name);
    if (other !== undefined) return { line, problem: `${name}: is said twice, by "${other}" and by "${written}"` };
    by.set(name, written);
    values.set(name, said);
  }
  return { line, value: Object.fromEntries(values) };
}

async function table(file: string, first: Line, text: TextLines, columns: Columns): Promise<Rows> {
  // Excel says in a line of its own by what it separates.
  const isHint = /^"?sep=.["]?$/i.test(first.text);
  const headerLine = isHint ? await firstLine(text.lines) : first;
  if (!headerLine) throw usageError(`"${file}" holds no header`, `begin with ${columns.names.join(',')}`);
  refuseLoss(file, headerLine, text.encoding);
  const header = headerOf(file, headerLine, columns);
  const { delimiter, others } = header;
  const form = formOf(`CSV${delimiter === ',' ? '' : `, ${ownValue(delimiterNames, delimiter)}`}`, text);
  return { form, passedBy: others, rows: held(file, tableRows(file, text, header, columns)) };
}

async function* tableRows(
  file: string,
  text: TextLines,
  header: Header,
  { looksLikeRow }: Columns,
): AsyncGenerator<Row> {
  for await (const record of recordsOf(textOnly(file, text), header.delimiter, looksLikeRow)) {
    const { line } = record;
    if ('problem' in record) yield record;
    else if (record.cells.some((cell) => cell.trim() !== '')) {
      const problem = cellProblem(record.cells, header);
      yield problem === undefined ? { line, value: valueOf(record.cells, header) } : { line, problem };
    }
  }
}

/** The encoding is the whole table's: where one line is in another, all of them are. */
async function* textOnly(file: string, text: TextLines): AsyncGenerator<Line> {
  for await (const line of text.lines) {
    refuseLoss(file, line, text.encoding);
    yield line;
  }
}

const valueOf = (cells: readonly string[], { names }: Header): Record<string, unknown> =>
  Object.fromEntries(names.map((name, column) => [name, cells[column]] as const).filter(([name]) => name !== ''));

async function* jsonRows(first: Line, text: TextLines): AsyncGenerator<Row> {
  yield* jsonRow(first, text.encoding);
  for await (const line of text.lines) yield* jsonRow(line, text.encoding);
}

function* jsonRow({ number: line, text, isCut }: Line, encoding: Encoding): Generator<Row> {
  if (text.trim() === '') return;
  const loss = lossIn(text, encoding);
  if (isCut) yield { line, problem: 'is too long' };
  else if (loss !== undefined) yield { line, problem: loss };
  else {
    const read = parsedJson(text);
    const problem = 'problem' in read ? read : lostDigitsIn(text);
    if (problem) yield { line, problem: `column ${problem.at + 1}: ${problem.problem}` };
    else if ('value' in read) yield objectRow(line, read.value);
  }
}

const objectRow = (line: number, value: unknown): Row =>
  isObject(value) ? { line, value } : { line, problem: 'is not a JSON object' };

/** A whole document that is a list, or one object; undefined where the file may be JSON lines under this name. */
function listIn(file: string): AsyncIterable<Row> | undefined {
  const text = readText(file);
  const read = parsedJson(text);
  const problem = 'problem' in read ? read : lostDigitsIn(text);
  if (!problem && 'value' in read) return itemRows(Array.isArray(read.value) ? read.value : [read.value]);
  if (problem && /^\s*\[/.test(text))
    throw usageError(`"${file}": ${lineAndColumn(text, problem.at)}: ${problem.problem}`);
  return undefined;
}

async function* itemRows(items: readonly unknown[]): AsyncGenerator<Row> {
  for (const [index, item] of items.entries()) yield objectRow(index + 1, item);
}
