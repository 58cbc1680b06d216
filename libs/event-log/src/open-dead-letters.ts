import { type Fold, folded, emptyFold, partsInOrder, partitionOfKey, type StoredEvent } from '@contentflow/kernel';
import {
  type LetterReference,
  DEAD_LETTER_SETTLED,
  DEAD_LETTERED,
  type DeadLetter,
  deadLetterTopic,
  isDeadLetterTopic,
  REPLAY_REQUESTED,
} from './dead-letter.ts';
import type { EventLog, TopicDefinition } from './event-log.ts';

/** An event that a consumer could not take in and that it has not taken in since. */
export interface OpenDeadLetter {
  readonly id: string;
  /** The group, fold or projection that gave it up. */
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Id and type of the event. */
  readonly event: string;
  readonly type: string;
  readonly reason: string;
  readonly code: string | null;
  readonly attempts: number;
  /** When it was set aside; ms since 1970. */
  readonly time: number;
  /** Where the letter stands in its topic. */
  readonly letterOffset: number;
  readonly isReplayRequested: boolean;
}

export interface OpenDeadLetters {
  readonly letters: Map<string, OpenDeadLetter>;
  /** How many are open that are not listed, because there are too many. */
  beyond: number;
  /** How often the letter of a consumer about an event has been settled, of the latest. */
  readonly settled: Map<string, number>;
}

const LISTED_PER_TOPIC = 1_000;

/**
 * What has been set aside and is still to be taken in, of the dead-letter topics of these topics.
 * @param listed  how many of each topic are kept one by one; the others are counted
 */
export const openDeadLetters = (
  topics: readonly Pick<TopicDefinition, 'name'>[],
  listed = LISTED_PER_TOPIC,
): Fold<OpenDeadLetters> => ({
  topics: topics.filter(({ name }) => !isDeadLetterTopic(name)).map(({ name }) => deadLetterTopic(name)),
  initial: () => ({ letters: new Map(), beyond: 0, settled: new Map() }),
  handlers: new Map<string, (open: OpenDeadLetters, event: StoredEvent) => OpenDeadLetters>([
    [DEAD_LETTERED, (open, event) => recordLetter(open, event as StoredEvent<DeadLetter>, listed)],
    [REPLAY_REQUESTED, (open, event) => recordRequest(open, event as StoredEvent<LetterReference>)],
    [DEAD_LETTER_SETTLED, (open, event) => recordSettled(open, event as StoredEvent<LetterReference>)],
  ]),
});

/** Every open letter of a log, in the order of its topics. */
export async function readOpenDeadLetters(
  log: Pick<EventLog, 'ends' | 'read'>,
  topics: readonly Pick<TopicDefinition, 'name'>[],
): Promise<OpenDeadLetter[]> {
  const fold = openDeadLetters(topics, Infinity);
  const state = emptyFold<OpenDeadLetters>();
  for (const [key, to] of Object.entries(await log.ends(fold.topics)))
    for await (const events of log.read({ ...partitionOfKey(key), from: 0, to }))
      for (const event of events) folded(fold, state, event, () => undefined);
  return partsInOrder(state).flatMap(({ letters }) => [...letters.values()]);
}

function recordLetter(open: OpenDeadLetters, { id, offset, time, data }: StoredEvent<DeadLetter>, listed: number) {
  // Whoever else folds the same log may have set the same event aside for the same reader.
  if (open.letters.has(id)) return open;
  if (open.letters.size >= listed) open.beyond++;
  else open.letters.set(id, openLetter(id, offset, time, data));
  return open;
}

function openLetter(
  id: string,
  letterOffset: number,
  time: number,
  { group, reason, code, attempts, event }: DeadLetter,
): OpenDeadLetter {
  const { topic, partition, offset, type } = event;
  const place = { topic, partition, offset, event: event.id, type };
  return { id, consumer: group, ...place, reason, code, attempts, time, letterOffset, isReplayRequested: false };
}

function recordRequest(open: OpenDeadLetters, { data }: StoredEvent<LetterReference>): OpenDeadLetters {
  const letter = open.letters.get(data.letter);
  if (letter) open.letters.set(letter.id, { ...letter, isReplayRequested: true });
  return open;
}

function recordSettled(open: OpenDeadLetters, { data }: StoredEvent<LetterReference>): OpenDeadLetters {
  const letter = open.letters.get(data.letter);
  if (letter) recordTimes(open.settled, settledKey(letter.consumer, letter.event));
  if (!open.letters.delete(data.letter)) open.beyond = Math.max(0, open.beyond - 1);
  return open;
}

export const settledKey = (consumer: string, event: string): string => `${consumer} ${event}`;

function recordTimes(settled: Map<string, number>, key: string): void {
  const times = (settled.get(key) ?? 0) + 1;
  settled.delete(key);
  settled.set(key, times);
  if (settled.size > LISTED_PER_TOPIC) settled.delete(settled.keys().next().value as string);
}
