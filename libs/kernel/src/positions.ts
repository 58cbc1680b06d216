import type { StoredEvent } from './event.ts';

/** How far each partition has been read: `topic/partition` → the offset of the next event. Absent means 0. */
export type Positions = Readonly<Record<string, number>>;

export const partitionKey = (topic: string, partition: number): string => `${topic}/${partition}`;

export const nextOffset = (positions: Positions, topic: string, partition: number): number =>
  positions[partitionKey(topic, partition)] ?? 0;

/** Whether these positions lie behind the event, that is, whether it has been seen. */
export const hasSeen = (positions: Positions, event: StoredEvent): boolean =>
  event.offset < nextOffset(positions, event.topic, event.partition);

/** These positions, moved past the event; never backwards. */
export function advanced(positions: Positions, event: StoredEvent): Positions {
  return hasSeen(positions, event)
    ? positions
    : { ...positions, [partitionKey(event.topic, event.partition)]: event.offset + 1 };
}

/** Whether every partition of `goal` has been read at least that far. */
export const covers = (positions: Positions, goal: Positions): boolean =>
  Object.entries(goal).every(([partition, offset]) => (positions[partition] ?? 0) >= offset);
