import { messageOf, usageError } from '@contentflow/kernel';
import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';

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

const isCsv = (file: string, text: string): boolean =>
  /\.csv$/i.test(file) || (!/\.(jsonl|ndjson|json)$/i.test(file) && !/^\s*\{/.test(text));

function jsonRows(text: string): Row[] {
  return text.split('\n').flatMap((content, index): Row[] => {
    const line = index + 1;
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
  });
}

function csvRows(file: string, text: string): Row[] {
  try {
    const records = parse(text, {
      columns: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
      bom: true,
    }) as {
      record: Record<string, string>;
      info: { lines: number; error?: { message: string } };
    }[];
    return records.map(({ record, info }) =>
      info.error ? { line: info.lines, problem: info.error.message } : { line: info.lines, value: record },
    );
  } catch (error) {
    throw usageError(`cannot read "${file}" as CSV: ${messageOf(error)}`);
  }
}
