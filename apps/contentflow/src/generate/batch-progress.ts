import { MINUTE_MS, repeatedly, systemClock } from '@contentflow/kernel';
import type { Models } from '@contentflow/nest-platform';
import type { Result } from './batch-result.ts';
import { progressBar } from '../command-line/progress.ts';

/** How far a batch is, while it runs and at its end. */
export interface BatchProgress {
  readonly failed: number;
  ended(result: Result): void;
  stop(): void;
  /** The same for programs. */
  figures(): { readonly generated: number; readonly failed: number; readonly cost: number };
  /** Lines for a person. */
  summary(): Promise<string[]>;
}

const POLL_EVERY_MS = 2000;
/** How often it is told where there is no terminal. */
const REPORT_EVERY_MS = 30_000;
const MAX_NAMED = 5;

/** On a terminal a bar, else a line now and then: done, failed, throughput, time left, money spent and left. */
export function batchProgress(lines: number, budgets: Models['budgets'], tell: (line: string) => void): BatchProgress {
  const startedAt = systemClock.now();
  const stopping = new AbortController();
  const bar = progressBar('generating', lines);
  const tally = tallyOf();
  let left = '';
  const note = (): string => {
    const perMinute = (tally.done * MINUTE_MS) / Math.max(1, systemClock.now() - startedAt);
    return `${tally.failed} failed | ${perMinute.toFixed(0)} a minute | $${tally.cost.toFixed(4)} spent${left}`;
  };
  const pollRemaining = async (): Promise<void> => {
    left = await moneyLeft(budgets);
  };
  const tellNow = async (): Promise<void> => {
    const elapsedMs = systemClock.now() - startedAt;
    const minutesLeft = Math.ceil((elapsedMs * (lines - tally.done)) / Math.max(1, tally.done) / MINUTE_MS);
    tell(`${tally.done} of ${lines} | ${minutesLeft} min left | ${note()}`);
  };
  void repeatedly(systemClock, () => POLL_EVERY_MS, stopping.signal, pollRemaining);
  if (!process.stderr.isTTY) void repeatedly(systemClock, () => REPORT_EVERY_MS, stopping.signal, tellNow);
  return {
    get failed() {
      return tally.failed;
    },
    ended: (result) => {
      tally.add(result);
      bar.update(tally.done, note());
    },
    stop: () => {
      stopping.abort();
      bar.stop();
    },
    figures: () => ({ generated: tally.done - tally.failed, failed: tally.failed, cost: tally.cost }),
    summary: async () => {
      await pollRemaining();
      return tally.lines(left);
    },
  };
}

/** Of the budget that has least of it, e.g. `, $3.20 of the day's $10.00 left`. */
async function moneyLeft(budgets: Models['budgets']): Promise<string> {
  const accounts = (await budgets?.today()) ?? [];
  const [least] = [...accounts].sort((a, b) => a.leftUsd - b.leftUsd);
  return least ? `, $${least.leftUsd.toFixed(4)} left of $${least.limitUsd} (${least.account})` : '';
}

/** What has come of the lines so far. Memory does not grow with them. */
function tallyOf() {
  const failures = new Map<string, { count: number; first: Result }>();
  const duplicates: Result[] = [];
  const tally = { done: 0, failed: 0, nearDuplicates: 0, cost: 0 };
  const failed = (result: Result): void => {
    tally.failed++;
    const name = (result.error ?? '').split(':')[0] as string;
    const known = failures.get(name);
    if (known) known.count++;
    else failures.set(name, { count: 1, first: result });
  };
  const add = (result: Result): void => {
    tally.done++;
    tally.cost += result.cost;
    if (result.status === 'failed') failed(result);
    if (result.near_duplicate && tally.nearDuplicates++ < MAX_NAMED) duplicates.push(result);
  };
  const lines = (left: string): string[] => [
    `${tally.done - tally.failed} generated, ${tally.failed} failed, $${tally.cost.toFixed(4)} spent${left}`,
    ...[...failures].map(([name, { count, first }]) => `  ${count} × ${name}, first ${placed(first)}`),
    ...(tally.nearDuplicates > 0 ? [`${tally.nearDuplicates} nearly repeat an earlier one:`] : []),
    ...duplicates.map(
      ({ line, near_duplicate: earlier }) =>
        `  line ${line} is ${Math.round(100 * (earlier?.similarity ?? 0))} % like ${earlier?.of}`,
    ),
  ];
  return Object.assign(tally, { add, lines });
}

/** What was wrong, and in which line. */
function placed({ line, error = '' }: Result): string {
  const problem = error.slice(error.indexOf(':') + 1).trim();
  return problem.startsWith('line ') ? problem : `line ${line}: ${problem}`;
}
