import { ownValue, setOwnValue } from './own-value.ts';
import type { StoredEvent } from './event.ts';

/** How far each partition has been read: `topic/partition` → the offset of the next event. Absent means 0. */
export type Positions = Readonly<Record<string, number>>;

export function partitionKey(topic: string, partition: number): string {
  let ofTopic = keys.get(topic);
  if (!ofTopic) keys.set(topic, (ofTopic = []));
  return (ofTopic[partition] ??= `${topic}/${partition}`);
}

/** Asked for with every event: made once, so that a look-up finds the very string that it is kept under. */
const keys = new Map<string, string[]>();

export const nextOffset = (positions: Positions, topic: string, partition: number): number =>
  ownValue(positions, partitionKey(topic, partition)) ?? 0;

/** Whether these positions lie behind the event, that is, whether it has been seen. */
export const hasSeen = (positions: Positions, event: StoredEvent): boolean =>
  event.offset < nextOffset(positions, event.topic, event.partition);

/** The positions right after these events. */
export function positionsAfter(events: readonly Pick<StoredEvent, 'topic' | 'partition' | 'offset'>[]): Positions {
  const positions: Record<string, number> = {};
  for (const { topic, partition, offset } of events) {
    const key = partitionKey(topic, partition);
    setOwnValue(positions, key, Math.max(ownValue(positions, key) ?? 0, offset + 1));
  }
  return positions;
}

/** Of each partition, the further of both. */
export function maxPositions(one: Positions, other: Positions): Positions {
  const positions: Record<string, number> = { ...one };
  for (const [key, next] of Object.entries(other)) setOwnValue(positions, key, Math.max(ownValue(one, key) ?? 0, next));
  return positions;
}

/** Whether every partition of `goal` has been read at least that far. */
export const covers = (positions: Positions, goal: Positions): boolean =>
  Object.entries(goal).every(([partition, offset]) => (ownValue(positions, partition) ?? 0) >= offset);

/** A partition's key, taken apart. */
export function partitionOfKey(key: string): { readonly topic: string; readonly partition: number } {
  const at = key.lastIndexOf('/');
  return { topic: key.slice(0, at), partition: Number(key.slice(at + 1)) };
}

/** Partitions in the order in which all that depends on an order goes: by topic, then by number. */
export function inPartitionOrder(keys: readonly string[]): string[] {
  return [...keys].sort((a, b) => {
    const [left, right] = [partitionOfKey(a), partitionOfKey(b)];
    return left.topic < right.topic ? -1 : left.topic > right.topic ? 1 : left.partition - right.partition;
  });
}
