import { newEvent, OperatorIntervened } from '@contentflow/contracts';
import { ContentFlowError, type Document, ownValue, type Positions, type Projection } from '@contentflow/kernel';
import { rebuildProjection, type ReadModelStore } from '@contentflow/read-model';
import type { Platform } from './platform.ts';

/**
 * A log that ends before what documents have seen of it has lost its tail, is an older copy, was made anew, or is another installation's. Events
 * to come would be taken for seen. Only where somebody accepts the loss are the documents made anew, of what is left; that is said in the log.
 * @throws ContentFlowError `log-loss`, naming what is missing and where
 */
export async function mustHoldWhatWasSeen<Doc extends Document>(
  { acceptsLoss, clock, instance, log, logger }: Platform,
  store: ReadModelStore,
  projection: Projection<Doc>,
): Promise<void> {
  const seen = await store.positions(projection.name);
  if (Object.keys(seen).length === 0) return;
  const missing = missingIn(await log.ends(projection.topics), seen);
  if (missing === undefined) return;
  const problem = `the log ends before what the documents of ${projection.name} have seen: ${missing}`;
  if (!acceptsLoss)
    throw new ContentFlowError('log-loss', problem, {
      fix: 'bring the log back (contentflow restore), or go on without what is missing by "contentflow start --accept-loss"',
    });
  logger.warn({ projection: projection.name, missing }, 'a loss was accepted; its documents are made anew');
  const time = clock.now();
  const data = { action: 'accept_loss' as const, target: projection.name, reason: problem, by: 'operator' };
  await log.append([
    newEvent(OperatorIntervened, {
      subject: 'log',
      data,
      time,
      cause: { id: `accept-loss-${instance}-${projection.name}` },
    }),
  ]);
  await rebuildProjection({ log, store, projection, onFault: async () => {} });
}

/** `contentflow.content/3 ends at 5, 12 were seen`, for each that ends too soon. */
function missingIn(ends: Positions, seen: Positions): string | undefined {
  const short = Object.entries(ends).filter(([key, end]) => (ownValue(seen, key) ?? 0) > end);
  if (short.length === 0) return undefined;
  return short.map(([key, end]) => `${key} ends at ${end}, ${ownValue(seen, key)} were seen`).join(', ');
}
