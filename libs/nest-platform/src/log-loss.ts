import { newEvent, OperatorIntervened } from '@contentflow/contracts';
import { type EventLog, forgetEndMarks, lostEvents } from '@contentflow/event-log';
import {
  type Clock,
  ContentFlowError,
  type Document,
  ownValue,
  partitionKey,
  type Positions,
  type Projection,
  systemClock,
} from '@contentflow/kernel';
import { rebuildProjection, type ReadModelStore } from '@contentflow/read-model';
import { basename } from 'node:path';
import type { Platform } from './platform.ts';

/**
 * A log that ends before what documents have seen of it has lost its tail, is an older copy, was made anew, or is another installation's. Events
 * to come would be taken for seen. Only where somebody accepts the loss are the documents made anew, of what is left; that is said in the log.
 * @throws ContentFlowError `log-loss`, naming what is missing and where
 */
export async function assertNoLogLoss<Doc extends Document>(
  { acceptsLoss, clock, instance, log, logger }: Platform,
  store: ReadModelStore,
  projection: Projection<Doc>,
): Promise<void> {
  const seen = await store.positions(projection.name);
  if (Object.keys(seen).length === 0) return;
  const missing = missingIn(await log.ends(projection.topics), seen);
  if (missing === undefined) return;
  const problem = `the log ends before what the documents of ${projection.name} have seen: ${missing}`;
  if (!acceptsLoss) throw lossOf(problem);
  logger.warn({ projection: projection.name, missing }, 'a loss was accepted; its documents are made anew');
  await recordAcceptance({ log, clock }, projection.name, problem, instance);
  await rebuildProjection({ log, store, projection, onFault: async () => {} });
}

const lossOf = (problem: string): ContentFlowError =>
  new ContentFlowError('log-loss', problem, {
    fix: 'bring the log back (contentflow restore), or go on without what is missing by "contentflow start --accept-loss"',
  });

/**
 * A log's file that ends before what was committed to it, whatever else was lost with it.
 * @throws ContentFlowError `log-loss`, naming what is missing and where
 */
export async function assertCommittedPresent(log: EventLog, logFile: string, acceptsLoss: boolean): Promise<void> {
  const lost = lostEvents(logFile).map(
    ({ topic, partition, end, committed }) =>
      `${partitionKey(topic, partition)} ends at ${end}, ${committed} were committed`,
  );
  if (lost.length === 0) return;
  const problem = `the log ends before what was committed to it: ${lost.join(', ')}`;
  if (!acceptsLoss) throw lossOf(problem);
  forgetEndMarks(logFile);
  await acceptLoss(log, logFile, problem);
}

/** That a file is not what was left, and somebody goes on all the same, stands in the log. */
export const acceptLoss = (log: EventLog, file: string, problem: string): Promise<void> =>
  recordAcceptance({ log, clock: systemClock }, basename(file), problem, String(systemClock.now()));

async function recordAcceptance(
  { log, clock }: { readonly log: EventLog; readonly clock: Clock },
  target: string,
  reason: string,
  instance: string,
): Promise<void> {
  const data = { action: 'accept_loss' as const, target, reason, by: 'operator' };
  const cause = { id: `accept-loss-${instance}-${target}` };
  await log.append([newEvent(OperatorIntervened, { subject: 'log', data, time: clock.now(), cause })]);
}

/** `contentflow.content/3 ends at 5, 12 were seen`, for each that ends too soon. */
function missingIn(ends: Positions, seen: Positions): string | undefined {
  const short = Object.entries(ends).filter(([key, end]) => (ownValue(seen, key) ?? 0) > end);
  if (short.length === 0) return undefined;
  return short.map(([key, end]) => `${key} ends at ${end}, ${ownValue(seen, key)} were seen`).join(', ');
}
