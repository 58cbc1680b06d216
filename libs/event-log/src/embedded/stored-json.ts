import { ContentFlowError, messageOf, type NewEvent, type StoredEvent, ownValue } from '@contentflow/kernel';

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
export function fromJson(json: string, partition: number, offset: number, isRepeat = false): StoredEvent {
  const event = JSON.parse(json) as Placed;
  event.partition = partition;
  event.offset = offset;
  if (isRepeat) event.isRepeat = true;
  freeze(event.data);
  return Object.freeze(event);
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  if (Array.isArray(value)) for (const item of value) freeze(item);
  else for (const key in value) freeze(ownValue(value as Record<string, unknown>, key));
}
