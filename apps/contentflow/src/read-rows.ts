import { messageOf, usageError } from '@contentflow/kernel';
import { parse as parseStream } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { createReadStream, readFileSync } from 'node:fs';

/** One row of a file: what it says, or what is wrong with it. `line` counts from 1, as editors do. */
export type Row = { readonly line: number } & (
  { readonly value: Readonly<Record<string, unknown>> } | { readonly problem: string }
);

/** @throws ContentFlowError `usage`, naming the file */
export function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: false }).decode(readFileSync(file));
  } catch (error) {
    throw usageError(`cannot read "${file}": ${messageOf(error)}`);
  }
}

/** The rows of a JSONL file, or of a CSV with a header; what cannot be read is said per row and stops nothing else. */
export function readRows(file: string): Row[] {
  const text = readText(file).replace(/^\uFEFF/, '');
  return isCsv(file, text) ? csvRows(file, text) : jsonRows(text);
}

const isCsv = (file: string, head: string): boolean =>
  /\.csv$/i.test(file) || (!/\.(jsonl|ndjson|json)$/i.test(file) && !/^\s*\{/.test(head));

const jsonRows = (text: string): Row[] => text.split('\n').flatMap((content, index) => jsonRow(content, index + 1));

function jsonRow(content: string, line: number): Row[] {
  if (content.trim() === '') return [];
  if (content.includes('\uFFFD')) return [{ line, problem: 'is not valid UTF-8' }];
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return [{ line, value: value as Record<string, unknown> }];
    return [{ line, problem: 'is not a JSON object' }];
  } catch (error) {
    return [{ line, problem: `is not JSON: ${messageOf(error)}` }];
  }
}

const CSV = { columns: true, skip_empty_lines: true, relax_column_count: true, info: true, bom: true } as const;
interface CsvRecord {
  readonly record: Record<string, string>;
  readonly info: { readonly lines: number; readonly error?: { readonly message: string } };
}
const csvRow = ({ record, info }: CsvRecord): Row =>
  info.error ? { line: info.lines, problem: info.error.message } : { line: info.lines, value: record };

function csvRows(file: string, text: string): Row[] {
  try {
    return (parse(text, CSV) as unknown as CsvRecord[]).map(csvRow);
  } catch (error) {
    throw notCsv(file, error);
  }
}

const notCsv = (file: string, error: unknown) => usageError(`cannot read "${file}" as CSV: ${messageOf(error)}`);

/**
 * The same rows one by one, so that a file may be larger than memory.
 * @throws ContentFlowError `usage`, naming the file
 */
export async function* streamedRows(file: string): AsyncGenerator<Row> {
  if (isCsv(file, await headOf(file))) yield* streamedCsv(file);
  else {
    let line = 0;
    for await (const content of linesOf(file))
      yield* jsonRow(line === 0 ? content.replace(/^\uFEFF/, '') : content, ++line);
  }
}

async function* streamedCsv(file: string): AsyncGenerator<Row> {
  try {
    for await (const record of createReadStream(file).pipe(parseStream(CSV))) yield csvRow(record as CsvRecord);
  } catch (error) {
    throw notCsv(file, error);
  }
}

async function headOf(file: string): Promise<string> {
  try {
    for await (const chunk of createReadStream(file, { end: 1000, encoding: 'utf8' }))
      return (chunk as string).replace(/^\uFEFF/, '');
    return '';
  } catch (error) {
    throw usageError(`cannot read "${file}": ${messageOf(error)}`);
  }
}

/** At line feeds alone: a JSON text may hold every other separator. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = `${rest}${chunk as string}`.split('\n');
    rest = lines.pop() as string;
    yield* lines;
  }
  yield rest;
}
