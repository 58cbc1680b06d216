import { topics } from '@contentflow/contracts';
import { type EventLog, type OpenDeadLetter, readOpenDeadLetters, replayRequested } from '@contentflow/event-log';
import { type Document, type Fold, partitionKey, type Projection, systemClock } from '@contentflow/kernel';
import { openLog, openStore, type StoreOptions } from '../command-line/open-log.ts';
import { printReplayOutcome, rebuilt, refolded } from './rebuilding.ts';
import { folds, projectionsOf } from '@contentflow/services';

interface ReplayOptions extends StoreOptions {
  readonly consumer?: string;
  readonly json?: boolean;
}

/** What became of the letters of one consumer. */
interface Replayed {
  readonly consumer: string;
  readonly letters: number;
  /** That stay. */
  readonly left: number;
}

/** Has what was set aside taken in, now that its reason has been fixed. @returns 0 when no letter is left that nobody takes, else 1 */
export async function run(options: ReplayOptions): Promise<number> {
  const log = await openLog(options);
  try {
    const letters = (await readOpenDeadLetters(log, topics)).filter(
      ({ consumer }) => options.consumer === undefined || consumer === options.consumer,
    );
    if (letters.length === 0 && !options.json) console.log('there are no dead letters');
    const replayed: Replayed[] = [];
    for (const [consumer, own] of Map.groupBy(letters, (letter) => letter.consumer))
      replayed.push({ consumer, letters: own.length, left: await replay(log, options, consumer, own) });
    if (options.json) console.log(JSON.stringify(replayed, null, 1));
    return replayed.every(({ left }) => left === 0) ? 0 : 1;
  } finally {
    await log.close();
  }
}

/** @returns how many letters of this consumer stay */
async function replay(log: EventLog, options: ReplayOptions, consumer: string, letters: readonly OpenDeadLetter[]) {
  const projection = projections.get(consumer);
  if (projection) return rebuild(log, options, projection);
  const fold = folds.get(consumer);
  if (fold) return refold(log, options, { fold, consumer, letters });
  const at = systemClock.now();
  await log.append(letters.map((letter) => replayRequested(letter, at)));
  if (!options.json)
    console.log(`${consumer}: ${letters.length} events are handled again where the service runs, or when it starts`);
  return 0;
}

/** A projection's documents depend on the order of events, so that all of them are built again. */
async function rebuild(log: EventLog, options: ReplayOptions, projection: Projection<Document>): Promise<number> {
  const store = await openStore(options, projection.name.split('.')[0] as string);
  try {
    const replayOutcome = await rebuilt(log, store, projection);
    if (!options.json) printReplayOutcome(projection.name, replayOutcome);
    return replayOutcome.open.length;
  } finally {
    await store.close();
  }
}

interface Refolding {
  readonly fold: Fold<unknown>;
  readonly consumer: string;
  readonly letters: readonly OpenDeadLetter[];
}

async function refold(log: EventLog, { json }: ReplayOptions, { fold, consumer, letters }: Refolding): Promise<number> {
  let settled = 0;
  for (const ofPartition of Map.groupBy(letters, ({ topic, partition }) => partitionKey(topic, partition)).values())
    settled += await refolded(log, fold, ofPartition);
  const left = letters.length - settled;
  if (json) return left;
  if (settled > 0) console.log(`${consumer}: ${settled} events can be folded; processes take them in when they start`);
  if (left > 0) console.log(`${consumer}: ${left} events cannot be folded still`);
  return left;
}

const projections: ReadonlyMap<string, Projection<Document>> = new Map(
  Object.values(projectionsOf)
    .flat()
    .map((projection) => [projection.name, projection]),
);
