import { ContentFlowError, derivedId, type NewEvent, notesOnObjects, type StoredEvent } from '@contentflow/kernel';
import { z } from 'zod';

/** One type of event: its name, its topic, and what its data must look like. */
export interface EventDefinition<Schema extends z.ZodType = z.ZodType> {
  /** `contentflow.<context>.<event>.v<N>` */
  readonly type: string;
  /** `ContentGenerated`: the name people use. */
  readonly name: string;
  readonly context: string;
  readonly topic: string;
  readonly schema: Schema;
  readonly description: string;
}

export type EventData<Definition> = Definition extends EventDefinition<infer Schema> ? z.output<Schema> : never;
export type EventOf<Definition> = StoredEvent<EventData<Definition>>;

/** What an event answers: another event, or a command that has an id of its own. */
export interface Cause {
  readonly id: string;
  readonly correlationId?: string;
  readonly traceparent?: string;
}

/** Whether a decoded event is of this definition. */
export const isEvent = <Schema extends z.ZodType>(
  definition: EventDefinition<Schema>,
  event: StoredEvent,
): event is StoredEvent<z.output<Schema>> => event.type === definition.type;

const registry = new Map<string, EventDefinition>();

export function defineEvent<Schema extends z.ZodType>(
  context: string,
  name: string,
  topic: string,
  description: string,
  schema: Schema,
  version = 1,
): EventDefinition<Schema> {
  const kebab = name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
  const definition = { type: `contentflow.${context}.${kebab}.v${version}`, name, context, topic, schema, description };
  registry.set(definition.type, definition);
  return definition;
}

/** All events there are, by type. */
export const eventDefinitions: ReadonlyMap<string, EventDefinition> = registry;

export const eventName = (type: string): string => registry.get(type)?.name ?? type;

/**
 * A new event of this definition; its id derives from its cause, so the same answer twice has the same id.
 * @throws ContentFlowError `event-schema`, naming the field
 */
export function newEvent<Schema extends z.ZodType>(
  definition: EventDefinition<Schema>,
  from: {
    subject: string;
    data: z.input<Schema>;
    time: number;
    cause: Cause;
    index?: number | string;
    source?: string;
  },
): NewEvent<z.output<Schema>> {
  const { cause } = from;
  const event = {
    id: derivedId(cause.id, from.index ?? definition.name),
    topic: definition.topic,
    type: definition.type,
    source: from.source ?? definition.context,
    subject: from.subject,
    time: from.time,
    data: parsedData(definition, from.data),
    correlationId: cause.correlationId ?? cause.id,
    causationId: cause.id,
    ...(cause.traceparent === undefined ? {} : { traceparent: cause.traceparent }),
  };
  byContract.set(event, true);
  return event;
}

/** What {@link newEvent} made, as its contract has it. */
const byContract = notesOnObjects<NewEvent, true>();

/** Whether its data are what their contract makes of them, so that whoever reads it need not ask again. */
export const isByContract = (event: NewEvent): boolean => byContract.get(event) === true;

/** Data that its schema refuses; no further try can help. */
export const isSchemaError = (error: unknown): boolean =>
  error instanceof ContentFlowError && error.code === 'event-schema';

/**
 * The data as their schema has them: defaults filled in, what it does not name left out.
 * @throws ContentFlowError `event-schema`, naming the field
 */
export function parsedData<Schema extends z.ZodType>(
  definition: EventDefinition<Schema>,
  data: unknown,
): z.output<Schema> {
  const result = definition.schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ContentFlowError('event-schema', `${definition.type}: ${issue?.message ?? 'does not match its schema'}`, {
    field: ['data', ...(issue?.path ?? [])].join('.'),
  });
}
