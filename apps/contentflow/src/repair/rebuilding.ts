import { topics } from '@contentflow/contracts';
import {
  deadLetter,
  decodedLog,
  type EventLog,
  letterSettled,
  type OpenDeadLetter,
  readOpenDeadLetters,
} from '@contentflow/event-log';
import { type Document, folded, type Fold, emptyFold, type Projection, type StoredEvent } from '@contentflow/kernel';
import { refusalOf, deadLetteringRefused } from '@contentflow/nest-platform';
import { type ReadModelStore, rebuildProjection } from '@contentflow/read-model';
import { systemClock } from '@contentflow/kernel';
import { progressBar } from '../command-line/progress.ts';

/** What came of taking events in again. */
export interface ReplayOutcome {
  /** Those that the documents were built from. */
  readonly events: number;
  /** Letters whose events have been taken in. */
  readonly settled: number;
  /** Those that still cannot be, newly found ones included. */
  readonly open: readonly { readonly place: string; readonly reason: string }[];
}

/**
 * Builds the documents again from the whole log. What cannot be taken in is in the dead letters then, and what was there before and now
 * can be is settled.
 */
export async function rebuilt(
  log: EventLog,
  store: ReadModelStore,
  projection: Projection<Document>,
): Promise<ReplayOutcome> {
  const events = Object.values(await log.ends(projection.topics)).reduce((sum, end) => sum + end, 0);
  const progress = progressBar(projection.name, events);
  const faults = new Faults();
  const decoded = decodedLog(log);
  await rebuildProjection({
    log: { ...deadLetteringRefused(decoded, projection, faults), ends: (names) => log.ends(names) },
    store,
    projection,
    onFault: ({ event, error }) => faults.setAside(projection.name, event, error),
    onProgress: (positions) =>
      progress.update(
        Object.values(positions).reduce((sum, at) => sum + at, 0),
        '',
      ),
  });
  progress.stop();
  return { events, ...(await faults.recorded(log, projection.name)) };
}

/** Folds up to the events of these letters again; what a process keeps folded takes them in with its next start. */
export async function refolded(
  log: EventLog,
  fold: Fold<unknown>,
  letters: readonly OpenDeadLetter[],
): Promise<number> {
  const [first] = letters;
  if (!first) return 0;
  const faults = new Set<string>();
  const state = emptyFold();
  const to = Math.max(...letters.map(({ offset }) => offset)) + 1;
  for await (const events of decodedLog(log).read({ topic: first.topic, partition: first.partition, from: 0, to }))
    for (const event of events) {
      if (refusalOf(fold.handlers, event)) faults.add(event.id);
      folded(fold, state, event, ({ id }) => faults.add(id));
    }
  const fixed = letters.filter(({ event }) => !faults.has(event));
  await log.append(fixed.map((letter) => letterSettled(letter, systemClock.now())));
  return fixed.length;
}

/** Gathers what a rebuild cannot take in, and then says it to the log. */
class Faults {
  private readonly found = new Map<string, { readonly event: StoredEvent; readonly error: unknown }>();

  async setAside(_consumer: string, event: StoredEvent, error: unknown): Promise<void> {
    this.found.set(event.id, { event, error });
  }

  async recorded(log: EventLog, consumer: string): Promise<Omit<ReplayOutcome, 'events'>> {
    const at = systemClock.now();
    const known = (await readOpenDeadLetters(log, topics)).filter((letter) => letter.consumer === consumer);
    const settled = known.filter(({ event }) => !this.found.has(event));
    const isKnown = new Set(known.map(({ event }) => event));
    const added = [];
    for (const { event, error } of this.found.values())
      if (!isKnown.has(event.id))
        added.push(deadLetter(await asStored(log, event), { group: consumer, attempts: 1, error }, at));
    await log.append([...settled.map((letter) => letterSettled(letter, at)), ...added]);
    return {
      settled: settled.length,
      open: [...this.found.values()].map(({ event: { topic, partition, offset }, error }) => ({
        place: `${topic}/${partition}/${offset}`,
        reason: String(error instanceof Error ? error.message : error),
      })),
    };
  }
}

async function asStored(log: EventLog, event: StoredEvent): Promise<StoredEvent> {
  const { topic, partition, offset } = event;
  for await (const [stored] of log.read({ topic, partition, from: offset, to: offset + 1 })) return stored ?? event;
  return event;
}

/** For people: what was settled, and what is left. */
export function printReplayOutcome(consumer: string, { events, settled, open }: ReplayOutcome): void {
  console.log(`${consumer}: rebuilt from ${events} events`);
  if (settled > 0) console.log(`${consumer}: ${settled} events of the dead letters have been taken in`);
  if (open.length === 0) return;
  console.log(`${consumer}: ${open.length} events cannot be taken in; they are in the dead letters`);
  for (const { place, reason } of open.slice(0, SHOWN)) console.log(`  ${place}: ${reason}`);
  if (open.length > SHOWN) console.log(`  … and ${open.length - SHOWN} more`);
}

const SHOWN = 20;
