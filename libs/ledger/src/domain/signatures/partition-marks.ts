import { type Checkpoint, DecisionSequenced, Topic, topics } from '@contentflow/contracts';
import {
  hash128,
  inPartitionOrder,
  ownValue,
  partitionOfKey,
  type Positions,
  setOwnValue,
  sha256,
  type StoredEvent,
} from '@contentflow/kernel';
import { toCloudEvent } from '../../export/cloud-event.ts';
import { GENESIS_HASH } from '../chain.ts';
import type { EventSource } from '../event-source.ts';

/** What a checkpoint says of the log. */
export type LogMarks = Pick<Checkpoint, 'seq' | 'hash' | 'partitions'>;

/** Before the first event. */
export const NO_MARKS: LogMarks = { seq: 0, hash: GENESIS_HASH, partitions: {} };
export const EMPTY_HASH = GENESIS_HASH;

/** All topics whose events are covered: all but the one that checkpoints stand in. */
export const coveredTopics: readonly string[] = topics
  .map(({ name }) => name)
  .filter((name) => name !== Topic.checkpoints);

/** What a partition hashes to with one more event: its attributes, its place and its data, as an export would hold them. */
export const nextHash = (before: string, event: StoredEvent): string => sha256(before + digestOf(event));

function digestOf(event: StoredEvent): string {
  try {
    return toCloudEvent(event).digest;
  } catch {
    // A log may hold, from elsewhere, what has no canonical bytes: it is signed as it is written.
    return hash128(JSON.stringify(event));
  }
}

/**
 * The marks of the log further on: so many events at most are read, partition by partition.
 * @returns how many were, besides
 */
export async function furtherMarks(
  source: Pick<EventSource, 'read'>,
  before: LogMarks,
  ends: Positions,
  limit: number,
): Promise<LogMarks & { readonly events: number }> {
  const partitions: Record<string, { end: number; hash: string }> = { ...before.partitions };
  let { seq, hash } = before;
  let events = 0;
  for (const key of inPartitionOrder(Object.keys(ends))) {
    const mark = { ...(ownValue(partitions, key) ?? { end: 0, hash: EMPTY_HASH }) };
    const to = ownValue(ends, key) ?? 0;
    if (to <= mark.end) continue;
    for await (const batch of source.read({ ...partitionOfKey(key), from: mark.end, to })) {
      for (const event of batch) {
        mark.hash = nextHash(mark.hash, event);
        mark.end = event.offset + 1;
        ({ seq, hash } = entryAfter({ seq, hash }, event));
      }
      events += batch.length;
      if (events >= limit) break;
    }
    // Where a log keeps marks of its own at the end, there may be nothing to read.
    if (mark.end > 0) setOwnValue(partitions, key, mark);
    if (events >= limit) break;
  }
  return { seq, hash, partitions, events };
}

const HASH = /^[0-9a-f]{64}$/;

/** The end of the ledger's chain behind this event. */
export function entryAfter(end: Pick<LogMarks, 'seq' | 'hash'>, event: StoredEvent): Pick<LogMarks, 'seq' | 'hash'> {
  if (event.topic !== Topic.ledger || event.isRepeat || event.type !== DecisionSequenced.type) return end;
  const { seq, hash } = (event.data ?? {}) as { readonly seq?: unknown; readonly hash?: unknown };
  // What was forged may have neither; an audit says so of the entry itself.
  const isEntry = Number.isSafeInteger(seq) && (seq as number) >= 0 && HASH.test(String(hash));
  return isEntry ? { seq: (seq as number) + 1, hash: hash as string } : end;
}
