import { contentTypes, type ContentDocument } from '@contentflow/contracts';
import { ContentService, ContentUpdates, generatorOptions } from '@contentflow/generator';
import { configurationError, DAY_MS, hash128, messageOf, usageError } from '@contentflow/kernel';
import {
  type Configuration,
  loadConfiguration,
  MODELS,
  type Models,
  SystemStateReader,
} from '@contentflow/nest-platform';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BatchInput, type BatchRow, readBatch } from './batch-input.ts';
import { checkBatch } from './batch-check.ts';
import { columnsAsked } from './columns-asked.ts';
import { type BatchProgress, batchProgress } from './batch-progress.ts';
import type { Result } from './batch-result.ts';
import { noteBeside, openOutput, type OutputFile } from '../command-line/output-file.ts';
import { startReal, type Running } from '../start/start-real.ts';
import { notesOnPrices } from '../start/startup-notes.ts';

export interface GenerateOptions {
  readonly input: string;
  readonly output?: string;
  readonly data: string;
  readonly config?: string;
  readonly concurrency?: number;
  readonly check?: boolean;
  readonly columns?: string;
  readonly json?: boolean;
}

/** Lines in hand: those being made, and those that wait for an earlier one to be written. Memory holds no more, however long the input. */
const MIN_LINES_IN_FLIGHT = 200;
const LINES_PER_CALL = 4;
/** A brief may wait for money or for a provider as long as it takes. */
const TIMEOUT_LIMIT_MS = 7 * DAY_MS;

/**
 * A batch through the whole system. What a line's content is called follows from the line alone, so that a second run on the same folder finds
 * what the first one made, and makes only the rest.
 * @returns 0 when every line was made, or with `--check` could be, else 1
 */
export async function run(asked: GenerateOptions): Promise<number> {
  const configuration = await loadConfiguration(asked.config);
  if (asked.check) return check(asked, configuration);
  const options = withOutput(asked);
  if (configuration.providers.length === 0)
    throw configurationError(
      'providers',
      'is empty, so that there is no model to call',
      'name one in contentflow.config.json',
    );
  const { concurrency = configuration.concurrency } = options;
  const batchId = hash128(`generate ${resolve(options.output)}`);
  assertTwoFiles(options);
  const input = await readBatch(options.input, options.data, columnsAsked(options.columns));
  try {
    // Before anything is paid for.
    const output = openOutput(options.output);
    try {
      return await made(input, output, batchId, options, { ...configuration, concurrency });
    } finally {
      output.drop();
    }
  } finally {
    await input.close();
  }
}

type MadeOptions = GenerateOptions & { readonly output: string };

function withOutput(options: GenerateOptions): MadeOptions {
  if (options.output !== undefined) return { ...options, output: options.output };
  throw usageError('--output is missing', 'name the file for the contents, or --check to only look at the briefs');
}

/** @throws ContentFlowError `configuration` where contents would take the place of the briefs */
function assertTwoFiles({ input, output }: MadeOptions): void {
  if (placeOf(input) === placeOf(output))
    throw configurationError('--output', `"${output}" is the file of briefs`, 'name another file');
}

function placeOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}

async function made(
  input: BatchInput,
  output: OutputFile,
  batchId: string,
  options: MadeOptions,
  configuration: Configuration,
): Promise<number> {
  const { concurrency } = configuration;
  const engine = { kind: 'embedded', folder: options.data } as const;
  const running = await startReal(configuration, engine, options.config);
  const tell = (line: string): void => noteBeside(options.output, line);
  const progress = batchProgress(input.rows, running.app.get<Models>(MODELS).budgets, tell);
  try {
    const inHand = Math.max(MIN_LINES_IN_FLIGHT, LINES_PER_CALL * concurrency);
    for await (const result of results(running, input, batchId, inHand, progress))
      output.write(`${JSON.stringify(result)}\n`);
    output.finish();
    progress.stop();
    if (options.json) {
      tell(JSON.stringify({ rows: input.rows, form: input.form, refused: input.refused, ...progress.figures() }));
      return progress.failed === 0 ? 0 : 1;
    }
    for (const line of await progress.summary()) tell(line);
    for (const note of notesOnPrices(configuration)) tell(note);
    const isRefused = input.refused > 0 ? `, ${input.refused} refused before any was made` : '';
    tell(`${input.rows} rows read from ${options.input} (${input.form})${isRefused}`);
  } finally {
    progress.stop();
    await running.close();
  }
  return progress.failed === 0 ? 0 : 1;
}

/** Every row is looked at, and none is made. @returns 0 when all of them can be */
async function check(
  { input: file, data, columns, json }: GenerateOptions,
  configuration: Configuration,
): Promise<number> {
  const known = generatorOptions(configuration).recipes.map(({ contentType }) => contentType);
  const input = await readBatch(file, data, columnsAsked(columns));
  try {
    const found = await checkBatch(input, known.length > 0 ? known : contentTypes);
    if (json) console.log(JSON.stringify(found, null, 1));
    else for (const line of found.in_words) console.log(line);
    return found.ok ? 0 : 1;
  } finally {
    await input.close();
  }
}

/** In the order of the input, as soon as all before are there. */
async function* results(
  running: Running,
  input: BatchInput,
  batchId: string,
  inHand: number,
  progress: BatchProgress,
): AsyncGenerator<Result> {
  const content = running.app.get(ContentService);
  const updates = running.app.get(ContentUpdates);
  // A new folder's recipes come back through the ledger before the first brief is taken.
  await running.app.get(SystemStateReader).until(() => content.knows(contentTypes[0]));
  const make = async (row: BatchRow): Promise<Result> => {
    const result = await resultOf(content, updates, batchId, row);
    progress.ended(result);
    return result;
  };
  const waiting: Promise<Result>[] = [];
  for await (const row of input.read()) {
    waiting.push(make(row));
    if (waiting.length >= inHand) yield (await waiting.shift()) as Result;
  }
  for (const result of waiting) yield await result;
}

/** Makes a line, unless a run before this one did. */
async function resultOf(
  content: ContentService,
  updates: ContentUpdates,
  batchId: string,
  row: BatchRow,
): Promise<Result> {
  const { line } = row;
  if ('refused' in row) return failed(line, row.refused, placed(line, row.problem));
  const { brief } = row;
  const commandId = hash128(`generate ${line} ${JSON.stringify(brief)}`);
  try {
    const { contentId } = await content.accept(brief, { commandId, mayRepeat: true, batch: { id: batchId, line } });
    const document = await updates.ended(contentId, TIMEOUT_LIMIT_MS);
    return document
      ? madeOf(line, await content.shown(document))
      : failed(line, 'timeout', `line ${line}: no result came`);
  } catch (error) {
    return failed(line, 'bad_brief', `line ${line}: ${messageOf(error)}`);
  }
}

const placed = (line: number, problem: string): string =>
  `line ${line}${problem.startsWith('column ') ? ', ' : ': '}${problem}`;

function madeOf(line: number, document: ContentDocument): Result {
  const { id, usage, quality, content, error, nearDuplicate } = document;
  const figures = { quality: quality?.score ?? null, cost: usage.cost, time_ms: usage.timeMs };
  if (document.status !== 'generated')
    return { line, id, status: 'failed', error: error ? `${error.failure}: ${error.message}` : 'failed', ...figures };
  return {
    line,
    id,
    status: 'generated',
    content,
    ...figures,
    ...(nearDuplicate ? { near_duplicate: nearDuplicate } : {}),
  };
}

const failed = (line: number, failure: string, problem: string): Result => ({
  line,
  id: null,
  status: 'failed',
  error: `${failure}: ${problem}`,
  quality: null,
  cost: 0,
  time_ms: 0,
});
