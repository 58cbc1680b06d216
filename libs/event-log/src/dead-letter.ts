import { derivedId, isContentFlowError, messageOf, type NewEvent, type StoredEvent } from '@contentflow/kernel';
import type { TopicDefinition } from './event-log.ts';

const SUFFIX = '.dead-letter';
export const DEAD_LETTERED = 'contentflow.log.event-dead-lettered.v1';

/** What a dead letter says: why this group gave the event up, after how many attempts, and the whole event with its place. */
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

/** The event that stands in for one that a group could not handle. Its id is the same however often it is written. */
export function deadLetter(
  event: StoredEvent,
  failure: { group: string; attempts: number; error: unknown },
  time: number,
): NewEvent<DeadLetter> {
  const { group, attempts, error } = failure;
  return {
    id: derivedId(event.id, `dead-letter/${group}`),
    topic: deadLetterTopic(event.topic),
    type: DEAD_LETTERED,
    source: group,
    subject: event.subject,
    time,
    correlationId: event.correlationId,
    causationId: event.id,
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    data: { reason: messageOf(error), code: isContentFlowError(error) ? error.code : null, attempts, group, event },
  };
}
