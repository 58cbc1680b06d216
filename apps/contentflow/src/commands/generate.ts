import { contentTypes } from '@contentflow/contracts';
import { ContentService, type ContentDocument } from '@contentflow/generator';
import { configurationError, hash128, messageOf, systemClock } from '@contentflow/kernel';
import { loadConfiguration } from '@contentflow/nest-platform';
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { progressBar } from '../progress.ts';
import { readRows, type Row } from '../read-rows.ts';
import { startReal, type Running } from '../start-real.ts';

export interface GenerateOptions {
  readonly input: string;
  readonly output: string;
  readonly data: string;
  readonly config?: string;
  readonly concurrency?: string;
}

/** One line out per line in, in the order of the input. */
interface Result {
  readonly line: number;
  readonly id: string | null;
  readonly status: 'generated' | 'failed';
  readonly content?: ContentDocument['content'];
  readonly error?: string;
  readonly quality: number | null;
  readonly cost: number;
  readonly time_ms: number;
}

/** Briefs wait in the log; only so many are handed over at a time. */
const ACCEPT_AT_ONCE = 200;
const POLL_MS = 100;

/**
 * A batch through the whole system. What a line's content is called follows from the line alone, so that a second run on the same folder finds
 * what the first one made, and makes only the rest.
 * @returns 0 when every line was made, else 1
 */
export async function run(options: GenerateOptions): Promise<number> {
  const rows = readRows(options.input);
  const configuration = await loadConfiguration(options.config);
  if (configuration.providers.length === 0)
    throw configurationError(
      'providers',
      'is empty, so that there is no model to call',
      'name one in contentflow.config.json',
    );
  const concurrency = options.concurrency === undefined ? configuration.concurrency : Number(options.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw configurationError(
      '--concurrency',
      `is not a whole number from 1 on: "${options.concurrency}"`,
      'write e.g. 8',
    );

  mustBeWritable(options.output);
  const running = await startReal(
    { ...configuration, concurrency },
    { kind: 'embedded', folder: options.data },
    options.config,
  );
  try {
    const results = await makeAll(running, rows);
    write(options.output, results);
    return summarize(results);
  } finally {
    await running.close();
  }
}

async function makeAll(running: Running, rows: readonly Row[]): Promise<Result[]> {
  const content = running.app.get(ContentService);
  await recipesRegistered(content);
  const results = new Map<number, Result>();
  const waiting = new Map<number, string>();
  const progress = progressBar('generating', rows.length);
  for (const [index, row] of rows.entries()) {
    const accepted = await accept(content, row);
    if ('problem' in accepted) results.set(row.line, failed(row.line, null, accepted.problem));
    else waiting.set(row.line, accepted.id);
    if (waiting.size >= ACCEPT_AT_ONCE || index === rows.length - 1)
      await ended(content, waiting, results, index === rows.length - 1 ? 0 : ACCEPT_AT_ONCE / 2, progress.update);
  }
  progress.stop();
  return rows.map(({ line }) => results.get(line) as Result);
}

/** Accepts a line, unless a run before this one did. */
async function accept(content: ContentService, row: Row): Promise<{ id: string } | { problem: string }> {
  if ('problem' in row) return { problem: `line ${row.line} ${row.problem}` };
  const brief = briefOf(row.value);
  const commandId = hash128(`generate ${row.line} ${JSON.stringify(brief)}`);
  const id = content.idOf({ commandId });
  try {
    content.parse(brief);
    if ((await content.contents.get(id)) === undefined) await content.accept(brief, { commandId });
    return { id };
  } catch (error) {
    return { problem: `line ${row.line}: ${messageOf(error)}` };
  }
}

const lists = new Set(['keyPoints', 'keywords']);

/** A CSV row says lists with `|` and leaves empty what it does not say; anything that is no field of a brief is metadata. */
function briefOf(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const brief: Record<string, unknown> = {};
  for (const [field, given] of Object.entries(value)) {
    if (given === '' || given === undefined) continue;
    if (lists.has(field) && typeof given === 'string')
      brief[field] = given
        .split('|')
        .map((each) => each.trim())
        .filter((each) => each !== '');
    else if (field === 'length' && typeof given === 'string' && /^\d+$/.test(given.trim()))
      brief[field] = Number(given);
    else if (field === 'metadata' && typeof given === 'string') brief[field] = { text: given };
    else brief[field] = given;
  }
  return brief;
}

/** Moves what has ended from those waiting to the results, until at most `left` wait. */
async function ended(
  content: ContentService,
  waiting: Map<number, string>,
  results: Map<number, Result>,
  left: number,
  update: (value: number, note: string) => void,
): Promise<void> {
  for (;;) {
    for (const [line, id] of waiting) {
      const document = await content.contents.get(id);
      if (document?.endedAt === undefined) continue;
      waiting.delete(line);
      results.set(line, resultOf(line, document));
      const made = [...results.values()];
      const spent = made.reduce((sum, { cost }) => sum + cost, 0);
      update(made.length, `$${spent.toFixed(4)}, ${made.filter(({ status }) => status === 'failed').length} failed`);
    }
    if (waiting.size <= left) return;
    await systemClock.sleep(POLL_MS);
  }
}

function resultOf(line: number, document: ContentDocument): Result {
  const { id, usage, quality, content, error } = document;
  const figures = { quality: quality?.score ?? null, cost: usage.cost, time_ms: usage.timeMs };
  if (document.status === 'generated') return { line, id, status: 'generated', content, ...figures };
  return { line, id, status: 'failed', error: error ? `${error.failure}: ${error.message}` : 'failed', ...figures };
}

const failed = (line: number, id: string | null, error: string): Result => ({
  line,
  id,
  status: 'failed',
  error,
  quality: null,
  cost: 0,
  time_ms: 0,
});

/** Asked before anything is paid for. */
function mustBeWritable(output: string): void {
  try {
    closeSync(openSync(`${output}.partial`, 'w'));
  } catch (error) {
    throw cannotWrite(output, error);
  }
}

const cannotWrite = (output: string, error: unknown) =>
  configurationError('--output', `cannot write "${output}": ${messageOf(error)}`, 'name a file that you may write');

/** Whole or not at all: a reader never sees half a file. */
function write(output: string, results: readonly Result[]): void {
  const partial = `${output}.partial`;
  try {
    const file = openSync(partial, 'w');
    for (const result of results) writeSync(file, `${JSON.stringify(result)}\n`);
    closeSync(file);
    renameSync(partial, output);
  } catch (error) {
    throw cannotWrite(output, error);
  }
}

function summarize(results: readonly Result[]): number {
  const failures = results.filter(({ status }) => status === 'failed');
  const cost = results.reduce((sum, result) => sum + result.cost, 0);
  console.log(`${results.length - failures.length} generated, ${failures.length} failed, $${cost.toFixed(4)} spent`);
  const classes = Map.groupBy(failures, ({ error = '' }) => error.split(':')[0] ?? '');
  for (const [name, group] of classes)
    console.log(`  ${group.length} × ${name}: first at line ${group[0]?.line}: ${group[0]?.error}`);
  return failures.length === 0 ? 0 : 1;
}

/** A new folder's recipes come back through the ledger before the first brief is taken. */
async function recipesRegistered(content: ContentService): Promise<void> {
  while (!content.knows(contentTypes[0])) await systemClock.sleep(POLL_MS / 10);
}
