import { decodedOrRefused, EVENT_REFUSED, eventDefinitions, type EventDefinition, Topic } from '@contentflow/contracts';
import { DAY_MS, type NewEvent, ownValue, type Random } from '@contentflow/kernel';
import { z } from 'zod';
import { hostileWords, integer, type JsonSchema, type GenerationContext, pick, valueOf } from './schema-values.ts';

/** An event, and whether its contract takes what it says. */
export interface FuzzedEvent {
  readonly event: NewEvent;
  readonly isValid: boolean;
}

/** How often data that the contract takes are tried for: what JSON Schema leaves unsaid refuses some. */
const TRIES = 8;

/**
 * Endless events of every contract, valid and not, forged entries of the ledger among them; the same for the same seed.
 * @param now  epoch milliseconds that most of them lie around
 */
export function eventsOf(random: Random, now: number): () => FuzzedEvent {
  const kinds = [...eventDefinitions.values()].map((definition) => ({ definition, schema: jsonSchemaOf(definition) }));
  const before: string[] = [];
  /** Decisions as a forged entry has them: of those made here, so that folds take them in. */
  const decisions: unknown[] = [null];
  let made = 0;
  return () => {
    const { definition, schema } = pick(random, kinds);
    const data = dataOf(definition, schema, random, { ...known, decision: decisions });
    const isRepeat = random.next() < 0.03 && before.length > 0;
    const id = isRepeat ? pick(random, before) : `fuzzed-${made++}`;
    before.push(id);
    const event = {
      id,
      topic: definition.topic,
      type: definition.type,
      source: definition.context,
      subject: subjectOf(data, random),
      time: timeOf(random, now),
      data,
      correlationId: pick(random, [...ids, id]),
      ...(random.next() < 0.5 ? { causationId: pick(random, [...ids, ...hostileWords]) } : {}),
    };
    if (definition.topic === Topic.decisions) decisions.push(envelopeOf(event));
    return { event, isValid: isTaken(event) };
  };
}

/** As readers decode it: what an earlier release left out is filled in. */
const isTaken = (event: NewEvent): boolean =>
  decodedOrRefused({ ...event, partition: 0, offset: 0 }).type !== EVENT_REFUSED;

/** Few, so that events are about each other; some that nobody knows, and names that every object inherits. */
const ids = ['i0', 'i1', 'i2', 'i3', 'i4', 'constructor', '__proto__', 'toString', ''];
const idFields = [
  ...['contentId', 'experimentId', 'hypothesisId', 'improvementId', 'adjustmentId', 'anomalyId', 'proposalId'],
  ...['batchId', 'candidateId', 'completionId', 'eventId', 'forecastId', 'messageId', 'requestId', 'scalingId', 'id'],
];
const known = {
  ...Object.fromEntries(idFields.map((field) => [field, ids])),
  contentType: ['ad_copy', 'headline', 'summary', 'constructor', '__proto__', 'nobody knows'],
  model: ['m', 'gone', 'constructor'],
  unit: ids,
  target: [...ids, 'headline', 'headline/prompt'],
};

const envelopeOf = ({ topic: _topic, ...envelope }: NewEvent): unknown => envelope;

function dataOf(
  definition: EventDefinition,
  schema: JsonSchema,
  random: Random,
  fields: NonNullable<GenerationContext['known']>,
): unknown {
  const definitions = (ref: string): JsonSchema | undefined =>
    ref === '#' ? schema : ownValue(schema.$defs ?? {}, ref.split('/').at(-1) ?? '');
  const hostility = pick(random, [0, 0, 0, 0.02, 0.2]);
  const making: GenerationContext = { random, hostility, known: fields, definitions };
  let data: unknown;
  for (let tries = 0; tries < TRIES; tries++) {
    data = asWritten(valueOf(schema, making));
    if (hostility > 0 || definition.schema.safeParse(data).success) break;
  }
  return data;
}

/** As it comes back from the bytes of a log. */
const asWritten = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null') as unknown;

function subjectOf(data: unknown, random: Random): string {
  const own = idFields
    .map((field) => ownValue((data ?? {}) as Readonly<Record<string, unknown>>, field))
    .find((id) => typeof id === 'string');
  return random.next() < 0.8 && typeof own === 'string' ? own : pick(random, [...ids, ...hostileWords, 'headline']);
}

function timeOf(random: Random, now: number): number {
  if (random.next() < 0.9) return now + integer(random, -DAY_MS, DAY_MS);
  return pick(random, [0, 1, -1, 8.64e15, -8.64e15, now + 3650 * DAY_MS, 0.5]);
}

const jsonSchemaOf = ({ schema }: EventDefinition): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
