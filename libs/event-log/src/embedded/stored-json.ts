import { EVENT_UNREADABLE } from '@contentflow/contracts';
import { ContentFlowError, derivedId, messageOf, type NewEvent, type StoredEvent, ownValue } from '@contentflow/kernel';

/** The attributes and the data of an event as the JSON that a row holds, in one order so that readers share one shape. */
export function toJson(event: NewEvent): string {
  const { id, topic, type, source, subject, time, correlationId, causationId, traceparent, data } = event;
  try {
    return JSON.stringify({ id, topic, type, source, subject, time, correlationId, causationId, traceparent, data });
  } catch (error) {
    throw new ContentFlowError('event-not-json', `event ${type} cannot be written as JSON: ${messageOf(error)}`, {
      field: 'data',
      cause: error,
    });
  }
}

type Placed = { -readonly [Key in keyof StoredEvent]: StoredEvent[Key] };

/** The event of a row, frozen, because every reader in the process gets the same object. */
export function fromJson(json: string, place: Place): StoredEvent {
  const event = readJson(json, place);
  freeze(event.data);
  return Object.freeze(event);
}

/**
 * The event of a row, for one reader.
 * A row that is damaged gives what stands for it, as one that is no event of ours does on the other engine.
 */
export function readJson(json: string, { topic, partition, offset }: Place, isRepeat = false): StoredEvent {
  const event = parsed(json) ?? unreadable(json, { topic, partition, offset });
  event.partition = partition;
  event.offset = offset;
  if (isRepeat) event.isRepeat = true;
  return event;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

function parsed(json: string): Placed | undefined {
  try {
    const event = JSON.parse(json) as Placed | null;
    return typeof event?.id === 'string' && typeof event.type === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(json: string, { topic, partition, offset }: Place): Placed {
  const id = derivedId(`${topic}/${partition}`, offset);
  const value = Buffer.from(json).toString('base64');
  const data = { reason: 'its row is damaged', value };
  return {
    id,
    topic,
    type: EVENT_UNREADABLE,
    source: 'unknown',
    subject: '',
    time: 0,
    correlationId: id,
    data,
    partition,
    offset,
  };
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  if (Array.isArray(value)) for (const item of value) freeze(item);
  else for (const key in value) freeze(ownValue(value as Record<string, unknown>, key));
}
