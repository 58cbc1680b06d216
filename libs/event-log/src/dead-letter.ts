import { derivedId, isContentFlowError, messageOf, type NewEvent, type StoredEvent } from '@contentflow/kernel';
import type { TopicDefinition } from './event-log.ts';

const SUFFIX = '.dead-letter';
export const DEAD_LETTERED = 'contentflow.log.event-dead-lettered.v1';

/** Somebody asks for a letter's event to be handled once more, now that what was wrong has been put right. */
export const REPLAY_REQUESTED = 'contentflow.log.dead-letter-replay-requested.v1';
/** The event has been handled after all. */
export const DEAD_LETTER_SETTLED = 'contentflow.log.dead-letter-settled.v1';

/** Both say which letter of their topic they are about. */
export interface LetterReference {
  readonly letter: string;
}

/** What a dead letter says: why this group, fold or projection gave the event up, after how many attempts, and the event with its place. */
export interface DeadLetter {
  readonly reason: string;
  readonly code: string | null;
  readonly attempts: number;
  readonly group: string;
  readonly event: StoredEvent;
}

export const deadLetterTopic = (topic: string): string => topic + SUFFIX;
export const isDeadLetterTopic = (topic: string): boolean => topic.endsWith(SUFFIX);

/** These topics and, for each, the one that takes what cannot be handled. */
export function withDeadLetterTopics(topics: readonly TopicDefinition[]): TopicDefinition[] {
  const all = new Map(topics.map((topic) => [topic.name, topic]));
  for (const { name } of topics)
    if (!isDeadLetterTopic(name) && !all.has(deadLetterTopic(name)))
      all.set(deadLetterTopic(name), { name: deadLetterTopic(name), partitions: 1 });
  return [...all.values()];
}

/** JSON nested deeper may not fit the stack of who writes it inside a letter. */
const MAX_DEPTH = 500;

/**
 * The event that stands in for one that a group could not handle. Its id is the same however often it is written.
 * Data nested too deep to be written once more stay at the event's own place alone.
 */
export function deadLetter(
  event: StoredEvent,
  failure: { group: string; attempts: number; error: unknown; settledBefore?: number },
  time: number,
): NewEvent<DeadLetter> {
  const { group, attempts, error, settledBefore = 0 } = failure;
  return {
    // Each time that it was settled allows of one more, as after a return to an earlier release.
    id: derivedId(event.id, `dead-letter/${group}${settledBefore > 0 ? `/${settledBefore}` : ''}`),
    topic: deadLetterTopic(event.topic),
    type: DEAD_LETTERED,
    source: group,
    subject: event.subject,
    time,
    correlationId: event.correlationId,
    causationId: event.id,
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    data: {
      reason: messageOf(error),
      code: isContentFlowError(error) ? error.code : null,
      attempts,
      group,
      event: isDeeperThan(event.data, MAX_DEPTH) ? { ...event, data: null } : event,
    },
  };
}

/** Level by level, so that no depth ends the process. */
function isDeeperThan(value: unknown, depth: number): boolean {
  let level = [value].filter(isNested);
  for (let at = 0; level.length > 0; at++) {
    if (at === depth) return true;
    level = level.flatMap((each) => Object.values(each)).filter(isNested);
  }
  return false;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** @param at  when it is asked: each time again */
export const replayRequested = (letter: LetterLocation, at: number): NewEvent<LetterReference> =>
  letterEvent(REPLAY_REQUESTED, letter, at, `replay/${at}`);

/** Once for each time that it was written: whoever says so again says the same. */
export const letterSettled = (letter: LetterLocation, at: number): NewEvent<LetterReference> =>
  letterEvent(DEAD_LETTER_SETTLED, letter, at, `settled/${letter.letterOffset}`);

/** A letter, and where it stands: at which offset of the dead-letter topic of that topic. */
export interface LetterLocation {
  readonly id: string;
  readonly topic: string;
  readonly letterOffset: number;
}

function letterEvent(
  type: string,
  { id, topic }: LetterLocation,
  time: number,
  index: string,
): NewEvent<LetterReference> {
  return {
    id: derivedId(id, index),
    topic: deadLetterTopic(topic),
    type,
    source: 'contentflow',
    subject: id,
    time,
    correlationId: id,
    causationId: id,
    data: { letter: id },
  };
}
