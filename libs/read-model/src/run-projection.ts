import {
  type Document,
  maxPositions,
  hasSeen,
  partitionKey,
  PositionWaits,
  positionsAfter,
  type Positions,
  type Projection,
  setOwnValue,
  type StoredEvent,
} from '@contentflow/kernel';
import type { CollectionWriter, DocumentState, ReadModelStore } from './read-model.ts';
import { RememberingWriter } from './remembering-writer.ts';
import { isStoreError } from './store-errors.ts';
import { superseded } from './superseded.ts';

/** What a projection needs of the log. */
export interface Follows {
  follow(options: {
    readonly topics: readonly string[];
    readonly from: Positions;
    readonly handle: (events: readonly StoredEvent[]) => Promise<void>;
    readonly shownAs?: string;
  }): Promise<{ stop(): Promise<void> }>;
}

/**
 * Told of an event that cannot be projected, because a function of the projection throws on it or the store takes no document
 * that holds it. The document stays as it was; the projection goes on once this has resolved.
 */
export type OnProjectionFault = (fault: ProjectionFault) => Promise<void>;
export interface ProjectionFault {
  readonly projection: string;
  readonly event: StoredEvent;
  readonly error: unknown;
}

export interface RunProjectionOptions<Doc extends Document> {
  readonly log: Follows;
  readonly store: ReadModelStore;
  readonly projection: Projection<Doc>;
  /** Without it a projection that throws stops its follower. */
  readonly onFault?: OnProjectionFault;
}

export interface RunningProjection {
  /** How far the log stands in the documents. */
  positions(): Positions;
  /** True once everything before these positions stands in the documents; false where that takes longer. */
  caughtUpTo(goal: Positions, withinMs?: number): Promise<boolean>;
  /** Resolves when what was in hand is written; nothing is written after. */
  stop(): Promise<void>;
}

/** Keeps the documents of a projection up with the log, from where they are, until stopped. */
export async function runProjection<Doc extends Document>(
  options: RunProjectionOptions<Doc>,
): Promise<RunningProjection> {
  const { log, store, projection, onFault } = options;
  let isStopped = false;
  let reached: Positions = {};
  const waits = new PositionWaits(() => reached);
  let turn = freshWriter().then(follow);

  async function freshWriter(): Promise<CollectionWriter<Doc>> {
    return new RememberingWriter(await store.writer<Doc>(projection));
  }

  async function follow(writer: CollectionWriter<Doc>): Promise<{ stop(): Promise<void> }> {
    let isSuperseded = false;
    reached = await writer.positions();
    return log.follow({
      topics: projection.topics,
      from: reached,
      shownAs: projection.name,
      handle: async (events) => {
        if (isSuperseded) return;
        if ((await projectOnto(writer, projection, events, onFault)) === 'written') return taken(events);
        const next = await freshWriter();
        isSuperseded = true;
        followFromBeginning(next);
      },
    });
  }

  function taken(events: readonly StoredEvent[]): void {
    reached = maxPositions(reached, positionsAfter(events));
    waits.wake();
  }

  /** A rebuilt collection has positions of its own: only from there on is nothing left out. */
  function followFromBeginning(writer: CollectionWriter<Doc>): void {
    turn = turn.then(async (subscription) => {
      await subscription.stop();
      return isStopped ? subscription : follow(writer);
    });
  }

  await turn;
  return {
    positions: () => reached,
    caughtUpTo: (goal, withinMs) => waits.until(goal, withinMs),
    async stop() {
      isStopped = true;
      await (await turn).stop();
    },
  };
}

/** Projects one batch of events that follow on what the store has seen; for tests and folds without a follower. */
export async function projectBatch<Doc extends Document>(
  store: ReadModelStore,
  projection: Projection<Doc>,
  events: readonly StoredEvent[],
): Promise<void> {
  const writer = await store.writer<Doc>(projection);
  if ((await projectOnto(writer, projection, events)) === 'superseded') throw superseded(projection.name);
}

/**
 * One batch, whose poison is told apart: where the batch cannot be written as a whole, its events are projected one by one,
 * and what no document takes is a fault. While the store takes nothing at all, that is no fault of an event: its error is thrown.
 */
export async function projectOnto<Doc extends Document>(
  writer: CollectionWriter<Doc>,
  projection: Projection<Doc>,
  events: readonly StoredEvent[],
  onFault?: OnProjectionFault,
): Promise<'written' | 'superseded'> {
  if (!onFault) return projectTogether(writer, projection, events, undefined);
  try {
    return await projectTogether(writer, projection, events, onFault);
  } catch (error) {
    if (isStoreError(error)) throw error;
    for (const event of events)
      if ((await projectAlone(writer, projection, event, onFault)) === 'superseded') return 'superseded';
    return 'written';
  }
}

/** How often an event's document is refused, by a store that takes others, before the event is a fault. */
const TRIES = 3;

async function projectAlone<Doc extends Document>(
  writer: CollectionWriter<Doc>,
  projection: Projection<Doc>,
  event: StoredEvent,
  onFault: OnProjectionFault,
): Promise<'written' | 'superseded'> {
  for (let tries = 1; ; tries++) {
    try {
      return await projectTogether(writer, projection, [event], onFault);
    } catch (error) {
      if (isStoreError(error)) throw error;
      await writer.write([], await writer.positions());
      if (tries < TRIES) continue;
      await onFault({ projection: projection.name, event, error });
      return (await writer.write([], positionsAfter([event]))) === 'superseded' ? 'superseded' : 'written';
    }
  }
}

/**
 * Each document loaded once, its events applied in order but for those it has seen, all written at once.
 * When another writer was faster, what it left to do is done on its documents.
 */
async function projectTogether<Doc extends Document>(
  writer: CollectionWriter<Doc>,
  projection: Projection<Doc>,
  events: readonly StoredEvent[],
  onFault: OnProjectionFault | undefined,
): Promise<'written' | 'superseded'> {
  const faults = new Map<StoredEvent, unknown>();
  const onError = onFault && ((event: StoredEvent, error: unknown) => void faults.set(event, error));
  const affected = affectedDocuments(projection, events, onError);
  const positions = positionsAfter(events);
  for (;;) {
    const loaded = affected.size > 0 ? await writer.load([...affected.keys()]) : new Map();
    const changes: DocumentState<Doc>[] = [];
    for (const [id, itsEvents] of affected) {
      const state = loaded.get(id) ?? { id, document: undefined, seen: {}, version: 0 };
      const change = changed(projection, state, itsEvents, onError);
      if (change) changes.push(change);
    }
    // Before the positions pass them by: a crash in between tells of them twice, not never.
    for (const [event, error] of faults) await onFault?.({ projection: projection.name, event, error });
    faults.clear();
    const outcome = await writer.write(changes, positions);
    if (outcome !== 'conflict') return outcome;
  }
}

type OnError = ((event: StoredEvent, error: unknown) => void) | undefined;

function affectedDocuments<Doc extends Document>(
  projection: Projection<Doc>,
  events: readonly StoredEvent[],
  onError: OnError,
): Map<string, StoredEvent[]> {
  const affected = new Map<string, StoredEvent[]>();
  for (const event of events) {
    if (!projection.handlers.has(event.type)) continue;
    const id = unlessThrown(() => projection.idOf(event), event, undefined, onError);
    if (id === undefined) continue;
    const itsEvents = affected.get(id);
    if (itsEvents) itsEvents.push(event);
    else affected.set(id, [event]);
  }
  return affected;
}

/** The document after these events; undefined when it had seen them all. */
function changed<Doc extends Document>(
  projection: Projection<Doc>,
  state: DocumentState<Doc>,
  events: readonly StoredEvent[],
  onError: OnError,
): DocumentState<Doc> | undefined {
  let { document } = state;
  let seen: Record<string, number> | undefined;
  for (const event of events) {
    if (hasSeen(seen ?? state.seen, event)) continue;
    const before = document;
    const apply = (): Doc | undefined => projection.handlers.get(event.type)?.(before, event);
    document = unlessThrown(apply, event, before, onError);
    seen ??= { ...state.seen };
    setOwnValue(seen, partitionKey(event.topic, event.partition), event.offset + 1);
  }
  return seen && { id: state.id, document, seen, version: state.version };
}

function unlessThrown<T>(work: () => T, event: StoredEvent, otherwise: T, onError: OnError): T {
  if (!onError) return work();
  try {
    return work();
  } catch (error) {
    onError(event, error);
    return otherwise;
  }
}
