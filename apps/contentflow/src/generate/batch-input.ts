import { contentRequestSchema, contentTypes } from '@contentflow/contracts';
import { type Columns, openRows, type Row } from '@contentflow/input-files';
import { configurationError, messageOf, systemRefusal } from '@contentflow/kernel';
import { validated } from '@contentflow/nest-platform';
import { type AskedColumns, asWritten, briefFields, fieldOf, METADATA } from './columns-asked.ts';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A row of a batch: what is asked for, or why it is refused. */
export type BatchRow = { readonly line: number } & (
  | { readonly brief: Readonly<Record<string, unknown>> }
  | { readonly refused: 'bad_line' | 'bad_brief'; readonly problem: string }
);

/** A file of briefs as it was when it was read: every row of it was looked at before the first is paid for. */
export interface BatchInput {
  readonly form: string;
  readonly rows: number;
  readonly refused: number;
  read(): AsyncIterable<BatchRow>;
  close(): Promise<void>;
}

const columns: Columns = {
  names: briefFields,
  required: ['contentType', 'topic'],
  prefixes: [METADATA],
  looksLikeRow: (line) => startsLikeRow.test(line),
  onUnknown: 'say what they are with --columns NAME=FIELD, or take them all as metadata.NAME with --columns metadata',
};
const startsLikeRow = new RegExp(`^\\s*"?(${contentTypes.join('|')})"?\\s*[,;\\t|]`);

/**
 * Reads all of a file of briefs, CSV, JSON lines or a JSON list, and keeps its rows in a file of the folder that has no name, until it is
 * closed, so that neither a pipe's end nor whoever changes the file or makes the same batch meanwhile can leave half of one.
 * @throws ContentFlowError `usage`, naming the file, and the line and column of what is wrong with it
 */
export async function readBatch(file: string, folder: string, asked: AskedColumns = asWritten): Promise<BatchInput> {
  const { form, rows } = await openRows(file, { ...columns, renamed: (column) => fieldOf(column, asked) });
  const count = { rows: 0, refused: 0 };
  const kept = await unnamed(folder);
  try {
    for await (const row of rows) {
      const read = batchRow(row, asked);
      count.rows++;
      if ('refused' in read) count.refused++;
      await kept.appendFile(`${JSON.stringify(read)}\n`);
    }
  } catch (error) {
    await kept.close();
    // Nothing but the copy of the rows has no path of its own.
    throw systemRefusal(error, folder) ?? error;
  }
  return { form, ...count, read: () => keptRows(kept), close: () => kept.close() };
}

/** A file that is gone when it is closed, or its process is. */
async function unnamed(folder: string): Promise<FileHandle> {
  const kept = join(folder, `batch-${randomUUID().replaceAll('-', '')}.jsonl`);
  try {
    mkdirSync(folder, { recursive: true });
    const file = await open(kept, 'wx+');
    rmSync(kept);
    return file;
  } catch (error) {
    throw configurationError(
      '--data',
      `cannot write "${kept}": ${messageOf(error)}`,
      'name a folder that you may write to',
    );
  }
}

async function* keptRows(kept: FileHandle): AsyncGenerator<BatchRow> {
  // A JSON text has no line end inside it.
  for await (const line of createInterface({
    input: kept.createReadStream({ start: 0, autoClose: false }),
    crlfDelay: Infinity,
  }))
    yield JSON.parse(line) as BatchRow;
}

function batchRow(row: Row, asked: AskedColumns): BatchRow {
  const { line } = row;
  if ('problem' in row) return { line, refused: 'bad_line', problem: row.problem };
  const brief = briefOf(row.value, asked);
  try {
    validated(contentRequestSchema, brief);
    return { line, brief };
  } catch (error) {
    return { line, refused: 'bad_brief', problem: messageOf(error) };
  }
}

const lists = new Set(['keyPoints', 'keywords']);
const numbers = new Set(['length', 'maxCostUsd']);

/** A CSV row says lists with `|`, metadata in columns such as `metadata.sku`, and leaves empty what it does not say. */
function briefOf(value: Readonly<Record<string, unknown>>, asked: AskedColumns): Record<string, unknown> {
  // Columns are words from outside: maps, since a plain object has names of its own.
  const brief = new Map<string, unknown>();
  const metadata = new Map<string, unknown>();
  for (const [column, given] of Object.entries(value)) {
    const field = fieldOf(column, asked);
    if (given === '' || given === undefined) continue;
    if (field.startsWith(METADATA)) metadata.set(field.slice(METADATA.length), given);
    else if (lists.has(field) && typeof given === 'string') brief.set(field, items(given));
    else if (numbers.has(field) && typeof given === 'string' && /^[+-]?\d+(\.\d+)?$/.test(given.trim()))
      brief.set(field, Number(given));
    else if (field === 'metadata' && typeof given === 'string') metadata.set('text', given);
    else if (field === 'metadata' && typeof given === 'object' && given !== null && !Array.isArray(given))
      for (const [name, each] of Object.entries(given)) metadata.set(name, each);
    else brief.set(field, given);
  }
  if (metadata.size > 0) brief.set('metadata', Object.fromEntries(metadata));
  return Object.fromEntries(brief);
}
const items = (list: string): string[] =>
  list
    .split('|')
    .map((each) => each.trim())
    .filter((each) => each !== '');
