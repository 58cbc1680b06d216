import { type Columns, openRows, type Row } from '@contentflow/input-files';
import { configurationError, linesIn, messageOf, systemRefusal } from '@contentflow/kernel';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

type Refusal = 'bad_brief' | 'bad_feedback';
/** A row of a file: what it asks for, or why it is refused. */
export type ReadRow<What> = { readonly line: number } & (
  What | { readonly refused: 'bad_line' | Refusal; readonly problem: string }
);

/** A file as it was when it was read: every row of it was looked at before anything came of the first. */
export interface KeptRows<What> {
  readonly form: string;
  readonly rows: number;
  readonly refused: number;
  read(): AsyncIterable<ReadRow<What>>;
  close(): Promise<void>;
}

/** Where rows are kept meanwhile, and the option that names it. */
export interface KeptIn {
  readonly folder: string;
  readonly option: string;
}

/** How a file is read. */
export interface Reading<What> {
  readonly columns: Columns;
  /** What a row asks for. @throws what is wrong with it */
  readonly read: (value: Readonly<Record<string, unknown>>) => What;
  /** What a row is called that it throws for. */
  readonly refusal: Refusal;
}

/**
 * Reads all of a file, CSV, JSON lines or a JSON list, and keeps its rows in a file of the folder that has no name, until it is
 * closed, so that neither a pipe's end nor whoever changes the file meanwhile can leave half of one.
 * @throws ContentFlowError `usage`, naming the file, and the line and column of what is wrong with it
 */
export async function keepRows<What extends object>(
  file: string,
  keptIn: KeptIn,
  { columns, read, refusal }: Reading<What>,
): Promise<KeptRows<What>> {
  const { form, rows } = await openRows(file, columns);
  const count = { rows: 0, refused: 0 };
  const kept = await unnamed(keptIn);
  const readOf = (row: Row): object => {
    if ('problem' in row) return { refused: 'bad_line', problem: row.problem };
    try {
      return read(row.value);
    } catch (error) {
      return { refused: refusal, problem: messageOf(error) };
    }
  };
  try {
    for await (const row of rows) {
      const found = readOf(row);
      count.rows++;
      if ('refused' in found) count.refused++;
      await kept.appendFile(`${JSON.stringify({ line: row.line, ...found })}\n`);
    }
  } catch (error) {
    await kept.close();
    // Nothing but the copy of the rows has no path of its own.
    throw systemRefusal(error, keptIn.folder) ?? error;
  }
  return { form, ...count, read: () => rowsOf(kept), close: () => kept.close() };
}

/** A file that is gone when it is closed, or its process is. */
async function unnamed({ folder, option }: KeptIn): Promise<FileHandle> {
  const kept = join(folder, `batch-${randomUUID().replaceAll('-', '')}.jsonl`);
  try {
    mkdirSync(folder, { recursive: true });
    const file = await open(kept, 'wx+');
    rmSync(kept);
    return file;
  } catch (error) {
    throw configurationError(
      option,
      `cannot write "${kept}": ${messageOf(error)}`,
      'name a folder that you may write to',
    );
  }
}

async function* rowsOf<What>(kept: FileHandle): AsyncGenerator<ReadRow<What>> {
  for await (const line of linesIn(kept.createReadStream({ start: 0, autoClose: false })))
    yield JSON.parse(line) as ReadRow<What>;
}
