import {
  ContentFlowError,
  isContentFlowError,
  messageOf,
  notesOnObjects,
  ownValue,
  type StoredEvent,
} from '@contentflow/kernel';
import { eventDefinitions, isSchemaError, parsedData } from './define-event.ts';
import { type Decision, DecisionSequenced } from './ledger.events.ts';
import { upcast } from './upcasters.ts';

/** Stands in a log for bytes that are no event of ours: what they say nobody can read. */
export const EVENT_UNREADABLE = 'contentflow.log.message-unreadable.v1';

/** Stands in the place of an event that its contract refuses, so that every reader passes it by alike and says so. */
export const EVENT_REFUSED = 'contentflow.log.event-refused.v1';
export interface RefusedEvent {
  readonly type: string;
  /** Where the data are not what they must be. */
  readonly field: string | null;
  readonly reason: string;
}

/** Stands in the place of an event whose id came before in its partition: it keeps its position, and nothing follows from it. */
export const EVENT_REPEATED = 'contentflow.log.event-repeated.v1';
export interface RepeatedEvent {
  readonly type: string;
}

/**
 * The event as its readers have it: brought up to the version of now, checked against its schema, defaults filled in and
 * what the schema does not name left out. A decision that stands in the ledger is decoded with its entry. An event that no
 * contract defines stays as it is. The bytes that hashes are found over are those of the event as it was stored.
 * @throws ContentFlowError `event-schema`, naming the field; `event-unreadable` for what stands for foreign bytes
 */
export function decodeEvent(event: StoredEvent): StoredEvent {
  const known = decoded.get(event);
  if (known) return known;
  if (event.isRepeat) return { ...event, type: EVENT_REPEATED, data: { type: event.type } satisfies RepeatedEvent };
  if (event.type === EVENT_UNREADABLE) throw unreadable(event);
  const current = upcast(event);
  const definition = eventDefinitions.get(current.type);
  const result = definition ? frozen({ ...current, data: dataOf(definition, current) }) : event;
  decoded.set(event, result);
  decoded.set(result, result);
  return result;
}

/**
 * Takes an event for decoded, whose bytes are those of one that {@link isByContract}: what a contract makes of data it leaves as it is.
 * An entry of the ledger holds another event as it was stored, which is decoded with it.
 */
export function takeAsDecoded(event: StoredEvent): void {
  if (event.type !== DecisionSequenced.type) decoded.set(event, event);
}

/** The event as its readers have it, or what stands in its place: decoding is pure, so what it throws on it will throw on again. */
export function decodedOrRefused(event: StoredEvent): StoredEvent {
  try {
    return decodeEvent(event);
  } catch (error) {
    const field = isContentFlowError(error) ? (error.field ?? null) : null;
    const data: RefusedEvent = { type: event.type, field, reason: messageOf(error) };
    return { ...event, type: EVENT_REFUSED, data };
  }
}

function unreadable({ data }: StoredEvent): ContentFlowError {
  const { reason } = data as { readonly reason?: string };
  return new ContentFlowError('event-unreadable', `no event of ours: ${reason ?? 'unknown bytes'}`);
}

/** Each event is decoded once, however many read it. */
const decoded = notesOnObjects<StoredEvent, StoredEvent>();

function dataOf(definition: Parameters<typeof parsedData>[0], { data }: StoredEvent): unknown {
  const parsed = parsedData(definition, data);
  if (definition.type !== DecisionSequenced.type) return parsed;
  const entry = parsed as { readonly decision: Decision };
  return { ...entry, decision: decodedDecision(entry.decision) };
}

/** Data that its contract refuses are undefined: the entry has its place in the chain, and nothing follows from it. */
function decodedDecision(decision: Decision): Decision {
  try {
    return decodeDecision(decision);
  } catch (error) {
    if (isSchemaError(error)) return { ...decision, data: undefined };
    throw error;
  }
}

/**
 * What stands in an entry of the ledger, as its contract has it; a decision that no contract defines stays as it is.
 * @throws ContentFlowError `event-schema`, naming the field
 */
export function decodeDecision(decision: Decision): Decision {
  const current = upcast(decision);
  const definition = eventDefinitions.get(current.type);
  return definition ? { ...current, data: parsedData(definition, current.data) } : decision;
}

/** Every reader in the process gets the same object. */
function frozen(event: StoredEvent): StoredEvent {
  freeze(event.data);
  return Object.freeze(event);
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  if (Array.isArray(value)) for (const inner of value) freeze(inner);
  else for (const key in value) freeze(ownValue(value as Record<string, unknown>, key));
}
