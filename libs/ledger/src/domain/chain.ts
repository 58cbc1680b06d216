import {
  decodeEvent,
  type DecisionEnvelope,
  DecisionSequenced,
  type EventData,
  isSchemaError,
  newEvent,
} from '@contentflow/contracts';
import { isContentFlowError, type NewEvent, type StoredEvent } from '@contentflow/kernel';
import { entryHash, HASH_VERSION } from './entry-hash.ts';

/** The end of the ledger: what the next entry follows on, and which decisions stand in it already. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
  /** Ids of the decisions in the chain: one given twice is void the second time. Grows in place. */
  readonly sequenced: Set<string>;
}

export type LedgerEntry = EventData<typeof DecisionSequenced>;

/** All entries share a subject, so that they share a partition. */
export const LEDGER_SUBJECT = 'ledger';

/** What the first entry follows on. */
export const GENESIS_HASH = '0'.repeat(64);

export const emptyChain = (): ChainEnd => ({ seq: 0, hash: GENESIS_HASH, sequenced: new Set() });

/** The event as its service appended it. */
export function envelopeOf(event: StoredEvent): DecisionEnvelope {
  const { id, type, source, subject, time, data, correlationId, causationId } = event;
  const envelope = { id, type, source, subject, time, data, correlationId };
  return causationId === undefined ? envelope : { ...envelope, causationId };
}

/**
 * The entry that a decision gets; undefined for one that stands in the chain already.
 * @throws ContentFlowError `event-schema` for a decision that its contract refuses, `not-json` for one without canonical
 *   bytes: they have no place in the chain
 */
export function entryFor(end: ChainEnd, event: StoredEvent): LedgerEntry | undefined {
  if (end.sequenced.has(event.id)) return undefined;
  decodeEvent(event);
  const place = { seq: end.seq, previousHash: end.hash, hashVersion: HASH_VERSION, decision: envelopeOf(event) };
  return { ...place, hash: entryHash(place) };
}

/** Whether a decision was refused for what it is: no further try can help. */
export const isPermanentRefusal = (error: unknown): boolean =>
  isSchemaError(error) || isContentFlowError(error, 'not-json');

/** The chain with one more entry at its end; what is sequenced grows in place. */
export function recordEntry(end: ChainEnd, entry: LedgerEntry): ChainEnd {
  end.sequenced.add(entry.decision.id);
  return { seq: entry.seq + 1, hash: entry.hash, sequenced: end.sequenced };
}

export const sequencedEvent = (entry: LedgerEntry, answering: StoredEvent, time: number): NewEvent<LedgerEntry> =>
  newEvent(DecisionSequenced, { subject: LEDGER_SUBJECT, data: entry, time, cause: answering });
