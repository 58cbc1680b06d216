import { EVENT_UNREADABLE } from '@contentflow/contracts';
import { ContentFlowError, derivedId, messageOf, type NewEvent, type StoredEvent, ownValue } from '@contentflow/kernel';
import type { IHeaders, KafkaMessage, Message } from 'kafkajs';

/** CloudEvents in binary mode: attributes in headers, the data as the value. Source: CloudEvents Kafka binding 1.0.2, 3.2 */
export function toMessage(event: NewEvent, partition: number): Message {
  const headers: IHeaders = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: event.source,
    ce_subject: event.subject,
    ce_time: new Date(event.time).toISOString(),
    ce_correlationid: event.correlationId,
  };
  if (event.causationId !== undefined) headers.ce_causationid = event.causationId;
  if (event.traceparent !== undefined) headers.traceparent = event.traceparent;
  return { key: event.subject, value: json(event), headers, partition };
}

export function fromMessage(topic: string, partition: number, message: KafkaMessage): StoredEvent {
  const place = { topic, partition, offset: Number(message.offset) };
  const { headers = {} } = message;
  const text = (name: string): string => {
    const value = ownValue(headers, name);
    if (value === undefined) throw new ContentFlowError('event-unreadable', 'is missing', { field: name });
    return String(value);
  };
  try {
    return {
      id: text('ce_id'),
      type: text('ce_type'),
      source: text('ce_source'),
      subject: text('ce_subject'),
      time: Date.parse(text('ce_time')),
      correlationId: text('ce_correlationid'),
      ...(headers.ce_causationid === undefined ? {} : { causationId: text('ce_causationid') }),
      ...(headers.traceparent === undefined ? {} : { traceparent: text('traceparent') }),
      data: JSON.parse(String(message.value)) as unknown,
      ...place,
    };
  } catch (error) {
    return unreadable(place, message, messageOf(error));
  }
}

/** Stands in for a message that is no event of ours, so that it is dead-lettered like any other poison. */
function unreadable(
  place: { topic: string; partition: number; offset: number },
  message: KafkaMessage,
  reason: string,
): StoredEvent {
  const id = derivedId(`${place.topic}/${place.partition}`, place.offset);
  return {
    id,
    type: EVENT_UNREADABLE,
    source: 'unknown',
    subject: String(message.key ?? ''),
    time: Number(message.timestamp),
    correlationId: id,
    data: { reason, value: message.value?.toString('base64') ?? null },
    ...place,
  };
}

function json(event: NewEvent): string {
  try {
    return JSON.stringify(event.data) ?? 'null';
  } catch (error) {
    throw new ContentFlowError('event-not-json', `event ${event.type} cannot be written as JSON: ${messageOf(error)}`, {
      field: 'data',
      cause: error,
    });
  }
}
