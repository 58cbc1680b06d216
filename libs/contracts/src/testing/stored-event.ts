import type { StoredEvent } from '@contentflow/kernel';
import type { z } from 'zod';
import type { EventDefinition } from '../define-event.ts';
import type { Basis } from '../facts.ts';
import { DecisionSequenced } from '../ledger.events.ts';

export interface StoredEventInput {
  readonly subject?: string;
  readonly time?: number;
  readonly id?: string;
}

let count = 0;

/** An event that happened, where it stands in the log being of no matter. @throws ZodError for data that its schema refuses */
export function storedEvent<Schema extends z.ZodType>(
  { type, topic, context, schema }: EventDefinition<Schema>,
  data: z.input<Schema>,
  { subject = 'subject', time = 0, id = `event-${count++}` }: StoredEventInput = {},
): StoredEvent<z.output<Schema>> {
  const event = { id, topic, type, source: context, subject, time, correlationId: id, data: schema.parse(data) };
  return { ...event, partition: 0, offset: 0 };
}

/** A decision as it stands in the ledger. */
export function sequenced(seq: number, decision: StoredEvent): StoredEvent<z.output<typeof DecisionSequenced.schema>> {
  const { topic: _topic, partition: _partition, offset: _offset, traceparent: _trace, ...envelope } = decision;
  const data = {
    seq,
    previousHash: `hash ${seq - 1}`,
    hash: `hash ${seq}`,
    hashVersion: 2 as const,
    decision: envelope,
  };
  return storedEvent(DecisionSequenced, data, { subject: 'ledger', time: decision.time });
}

/** The same events one behind the other in one partition of each topic. */
export function inOrder(...events: readonly StoredEvent[]): StoredEvent[] {
  const ends = new Map<string, number>();
  return events.map((event) => {
    const offset = ends.get(event.topic) ?? 0;
    ends.set(event.topic, offset + 1);
    return { ...event, partition: 0, offset };
  });
}

/** What a decision may stand on where a test does not ask on what. */
export const sampleBasis: Basis = {
  procedure: 'test',
  question: 'test',
  at: 0,
  evidence: {},
  policy: 'test',
  code: 'test',
  positions: {},
};
