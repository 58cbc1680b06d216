import { namedNumber } from '@contentflow/kernel';
import { constants } from 'node:os';

/** From the first request to stop to the end, whatever is still under way: less than the 10 s after which Docker kills. */
const DEFAULT_GRACE_S = 8;
/** A terminal, npm and the launcher each pass on the same Ctrl-C: what comes together is one request. */
const SAME_REQUEST_MS = 250;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
type StopSignal = (typeof signals)[number];

/**
 * How long a stop may take, in milliseconds: `CONTENTFLOW_GRACE_S`, else 8 s.
 * @throws ContentFlowError `configuration` where that is no number of seconds up to a day
 */
export function graceMs(given = process.env['CONTENTFLOW_GRACE_S']): number {
  if (given === undefined || given === '') return 1000 * DEFAULT_GRACE_S;
  return 1000 * namedNumber('CONTENTFLOW_GRACE_S', given, { least: 0, most: 86_400 });
}

/**
 * Resolves when a person or a supervisor asks the process to stop, or whoever started it is gone. From then on it has its grace to end by
 * itself, with code 0; after that, or at a second request, it ends at once, with 128 and the signal's number.
 */
export function untilStopped(): Promise<void> {
  // A worker hears its parent alone: what a terminal says to all processes at once is the parent's to pass on.
  const isWorker = process.connected;
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (signal: StopSignal): void => {
      const now = performance.now();
      if (askedAt === undefined) {
        askedAt = now;
        setTimeout(() => cutOff(signal), graceMs()).unref();
        resolve();
      } else if (now - askedAt >= SAME_REQUEST_MS) process.exit(exitCodeOf(signal));
    };
    for (const signal of signals)
      process.on(signal, () => (isWorker && signal !== 'SIGTERM' ? undefined : stop(signal)));
    process.once('disconnect', () => {
      // For a worker that is stopping already, its parent has been told a second time.
      if (isWorker || askedAt === undefined) stop('SIGTERM');
    });
  });
}

function cutOff(signal: StopSignal): never {
  console.error(
    `contentflow: not all ended within ${graceMs() / 1000} s; what was under way goes on at the next start`,
  );
  process.exit(exitCodeOf(signal));
}

const exitCodeOf = (signal: StopSignal): number => 128 + constants.signals[signal];
