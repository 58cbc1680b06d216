import { ContentFlowError, hash128, systemClock, usageError } from '@contentflow/kernel';
import { tmpdir } from 'node:os';
import { progressBar } from '../command-line/progress.ts';
import { countedRows, problemsInWords, RowProblems } from '../command-line/row-problems.ts';
import { reach, refusalIn, type RunningOptions } from '../operate/running-system.ts';
import { feedbackColumns, type FeedbackInput, readFeedback, type Said } from './feedback-rows.ts';

export interface FeedbackOptions extends RunningOptions {
  readonly input: string;
  readonly check?: boolean;
  readonly columns?: string;
  readonly concurrency?: number;
}

const ROWS_AT_ONCE = 8;
/** How long it is waited where the system says nothing of it, and at most. */
const DEFAULT_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const ATTEMPTS = 20;

/**
 * Each row once: it is known by its id, or by what it says and how often the file has said so before.
 * @returns 0 when every row was taken, or with `--check` could be, else 1
 */
export async function run(options: FeedbackOptions): Promise<number> {
  const { concurrency = ROWS_AT_ONCE } = options;
  const keptIn = { folder: tmpdir(), option: 'TMPDIR' };
  const input = await readFeedback(options.input, keptIn, feedbackColumns(options.columns));
  const problems = new RowProblems();
  try {
    const taken = options.check ? await looked(input, problems) : await given(input, options, concurrency, problems);
    show(options, input, taken, problems);
    return problems.refused === 0 ? 0 : 1;
  } finally {
    await input.close();
  }
}

function show(
  { json, check }: FeedbackOptions,
  { rows, form }: FeedbackInput,
  taken: number,
  found: RowProblems,
): void {
  const { refused } = found;
  const problems = found.all();
  if (json) {
    console.log(
      JSON.stringify({ ok: refused === 0, rows, form, ...(check ? {} : { taken }), refused, problems }, null, 1),
    );
    return;
  }
  const done = check ? `${taken.toLocaleString('en-US')} can be taken` : `${taken.toLocaleString('en-US')} taken`;
  console.log(
    `${countedRows(rows)} (${form}): ${done}${refused > 0 ? `, ${refused.toLocaleString('en-US')} refused:` : ''}`,
  );
  for (const line of problemsInWords(problems)) console.log(line);
}

async function looked(input: FeedbackInput, problems: RowProblems): Promise<number> {
  for await (const row of input.read()) if ('refused' in row) problems.add(row.line, row.problem);
  return input.rows - problems.refused;
}

/** @throws ContentFlowError `usage` where the system is gone, or refuses whoever asks: what it took stays taken */
async function given(
  input: FeedbackInput,
  options: FeedbackOptions,
  atOnce: number,
  problems: RowProblems,
): Promise<number> {
  const progress = progressBar('feedback', input.rows);
  const occurrences = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let taken = 0;
  const give = async (line: number, said: Said, idempotencyKey: string): Promise<void> => {
    const problem = await refusalOf(options, said, idempotencyKey);
    if (problem === undefined) taken++;
    else problems.add(line, problem);
    progress.update(taken + problems.refused, `${problems.refused} refused`);
  };
  try {
    for await (const row of input.read()) {
      if (failures.length > 0) break;
      if ('refused' in row) {
        problems.add(row.line, row.problem);
        continue;
      }
      const { line, ...said } = row;
      const sent = give(line, said, keyOf(said, occurrences)).catch((error: unknown) => void failures.push(error));
      underWay.add(sent);
      void sent.then(() => underWay.delete(sent));
      if (underWay.size >= atOnce) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  } finally {
    progress.stop();
  }
  if (failures.length > 0) throw interrupted(failures[0], taken, input.rows);
  return taken;
}

const interrupted = (cause: unknown, taken: number, rows: number): unknown =>
  cause instanceof ContentFlowError
    ? usageError(`${cause.message}; ${taken} of ${countedRows(rows)} were taken, and count once when it is run again`)
    : cause;

/** Readers without a name may say the same: the second such row of a file is another one than the first. */
function keyOf(said: Said, occurrences: Map<string, number>): string {
  if (said.id !== undefined) return hash128(`feedback ${said.content} ${said.id}`);
  const words = hash128(JSON.stringify(said));
  const before = occurrences.get(words) ?? 0;
  occurrences.set(words, before + 1);
  return hash128(`feedback ${words} ${before}`);
}

/** Why the system does not take what the row says; undefined where it does. */
async function refusalOf(options: FeedbackOptions, { content, feedback }: Said, idempotencyKey: string) {
  const path = `/v1/content/${encodeURIComponent(content)}/feedback`;
  for (let attempt = 1; ; attempt++) {
    const response = await reach(options, 'POST', path, { body: feedback, idempotencyKey });
    if (response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    const problem = await refusalIn(response);
    const { status } = response;
    const mayPass = status === 429 || status === 503 || status === 507 || status === 409;
    if (mayPass && attempt < ATTEMPTS) await systemClock.sleep(waitMs(response));
    else if (mayPass || status >= 500 || status === 401 || status === 403) throw usageError(problem);
    else return problem;
  }
}

function waitMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(LONGEST_WAIT_MS, 1000 * seconds) : DEFAULT_WAIT_MS;
}
