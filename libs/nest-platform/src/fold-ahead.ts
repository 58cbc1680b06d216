import type { EventLog } from '@contentflow/event-log';
import { type Fold, folded, partitionOfKey, type StoredEvent } from '@contentflow/kernel';
import { refusalOf } from './refusals.ts';
import { emptySnapshot, recordLast, type Snapshot, type Snapshots } from './snapshots.ts';

interface FoldedAhead {
  readonly fold: Fold<unknown>;
  readonly snapshot: Snapshot<unknown>;
}

/**
 * Folds all that a log holds and keeps it, by name, for those who start on that log or on a copy of it: every event is read once, however many folds.
 * @param log  events as their contracts have them
 * @returns whether it was kept: not where an event cannot be folded, which must come to whoever sets such events aside
 */
export async function foldAhead(
  log: Pick<EventLog, 'ends' | 'read'>,
  folds: ReadonlyMap<string, Fold<unknown>>,
  snapshots: Pick<Snapshots, 'write'>,
): Promise<boolean> {
  const ahead = new Map([...folds].map(([name, fold]) => [name, { fold, snapshot: emptySnapshot<unknown>() }]));
  const topics = [...new Set([...folds.values()].flatMap((fold) => fold.topics))];
  for (const [key, to] of Object.entries(await log.ends(topics))) {
    const place = partitionOfKey(key);
    const readers = [...ahead.values()].filter(({ fold }) => fold.topics.includes(place.topic));
    for await (const events of log.read({ ...place, from: 0, to }))
      if (!events.every((event) => readers.every((reader) => isFolded(reader, event)))) return false;
  }
  for (const [name, { snapshot }] of ahead) await snapshots.write(name, snapshot);
  return true;
}

function isFolded({ fold, snapshot }: FoldedAhead, event: StoredEvent): boolean {
  if (refusalOf(fold.handlers, event)) return false;
  let isSound = true;
  folded(fold, snapshot.folded, event, () => (isSound = false));
  recordLast(snapshot, event);
  return isSound;
}
