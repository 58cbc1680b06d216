import { systemClock } from '@contentflow/kernel';
import type { Result } from './commands/generate.ts';
import { progressBar } from './progress.ts';

/** How far a batch is, while it runs and at its end. */
export interface BatchProgress {
  readonly failed: number;
  ended(result: Result): void;
  stop(): void;
  /** Lines for a person. */
  summary(): string[];
}

const MINUTE_MS = 60_000;
const MOST_NAMED = 5;

/** A bar on a terminal: done, failed, throughput, time left, money spent. */
export function batchProgress(lines: number): BatchProgress {
  const startedAt = systemClock.now();
  const bar = progressBar('generating', lines);
  const failures = new Map<string, { count: number; first: Result }>();
  const duplicates: Result[] = [];
  let done = 0;
  let failed = 0;
  let nearDuplicates = 0;
  let cost = 0;
  const note = (): string => {
    const perMinute = (done * MINUTE_MS) / Math.max(1, systemClock.now() - startedAt);
    return `${failed} failed | ${perMinute.toFixed(0)} a minute | $${cost.toFixed(4)} spent`;
  };
  return {
    get failed() {
      return failed;
    },
    ended: (result) => {
      done++;
      cost += result.cost;
      if (result.status === 'failed') {
        failed++;
        const name = (result.error ?? '').split(':')[0] as string;
        const known = failures.get(name);
        if (known) known.count++;
        else failures.set(name, { count: 1, first: result });
      }
      if (result.near_duplicate) {
        nearDuplicates++;
        if (duplicates.length < MOST_NAMED) duplicates.push(result);
      }
      bar.update(done, note());
    },
    stop: () => bar.stop(),
    summary: () => [
      `${done - failed} generated, ${failed} failed, $${cost.toFixed(4)} spent`,
      ...[...failures].map(
        ([name, { count, first }]) => `  ${count} × ${name}: first at line ${first.line}: ${first.error}`,
      ),
      ...(nearDuplicates > 0 ? [`${nearDuplicates} nearly repeat an earlier one:`] : []),
      ...duplicates.map(
        ({ line, near_duplicate: earlier }) =>
          `  line ${line} is ${Math.round(100 * (earlier?.similarity ?? 0))} % like ${earlier?.of}`,
      ),
    ],
  };
}
