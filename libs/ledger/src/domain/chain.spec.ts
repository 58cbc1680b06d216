import { AutonomyPaused, Topic } from '@contentflow/contracts';
import { storedEvent } from '@contentflow/contracts/testing';
import type { StoredEvent } from '@contentflow/kernel';
import {
  emptyChain,
  entryFor,
  envelopeOf,
  GENESIS_HASH,
  isPermanentRefusal,
  LEDGER_SUBJECT,
  type LedgerEntry,
  sequencedEvent,
  recordEntry,
} from './chain.ts';
import { entryHash } from './entry-hash.ts';

const decision = (id: string): StoredEvent =>
  storedEvent(AutonomyPaused, { reason: `because of ${id}`, by: 'ada' }, { id });
const unknown = (data: unknown): StoredEvent => ({ ...decision('unknown'), type: 'contentflow.of.another.v1', data });

/** The entries that these decisions get, one behind the other. */
function chained(...decisions: StoredEvent[]): LedgerEntry[] {
  let end = emptyChain();
  return decisions.flatMap((each) => {
    const entry = entryFor(end, each);
    if (!entry) return [];
    end = recordEntry(end, entry);
    return [entry];
  });
}
const refusalOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('the chain of the ledger', () => {
  it('numbers decisions without a gap, and hangs each on the hash of the one before', () => {
    const [first, second, third] = chained(decision('a'), decision('b'), decision('c')) as [
      LedgerEntry,
      LedgerEntry,
      LedgerEntry,
    ];
    expect([first.seq, second.seq, third.seq]).toEqual([0, 1, 2]);
    expect(first.previousHash).toBe(GENESIS_HASH);
    expect(second.previousHash).toBe(first.hash);
    expect(third.previousHash).toBe(second.hash);
    for (const entry of [first, second, third]) expect(entry.hash).toBe(entryHash(entry));
  });

  it('gives a decision that comes again no second place', () => {
    expect(chained(decision('a'), decision('b'), decision('a')).map(({ decision: { id } }) => id)).toEqual(['a', 'b']);
  });

  it('hashes what was decided, and not where in the log it stood', () => {
    const [here] = chained({ ...decision('a'), offset: 3, traceparent: 'trace' });
    const [there] = chained({ ...decision('a'), offset: 7 });
    expect(there).toEqual(here);
    const [other] = chained({ ...decision('a'), time: 1 });
    expect(other?.hash).not.toBe(here?.hash);
  });

  it('holds the event as its service appended it, its cause too where it has one', () => {
    const { id, type, source, subject, time, data, correlationId } = decision('a');
    expect(envelopeOf(decision('a'))).toEqual({ id, type, source, subject, time, data, correlationId });
    expect(envelopeOf({ ...decision('a'), causationId: 'cause' })).toMatchObject({ causationId: 'cause' });
  });

  it('has no place for a decision that its contract refuses, nor for one that has no bytes', () => {
    const broken = refusalOf(() => entryFor(emptyChain(), { ...decision('a'), data: { reason: 7 } }));
    expect(broken).toMatchObject({ code: 'event-schema', field: 'data.reason' });
    expect(isPermanentRefusal(broken)).toBe(true);
    const formless = refusalOf(() => entryFor(emptyChain(), unknown({ value: Number.NaN })));
    expect(formless).toMatchObject({ code: 'not-json' });
    expect(isPermanentRefusal(formless)).toBe(true);
    expect(isPermanentRefusal(new Error('the disk is full'))).toBe(false);
  });

  it('takes a decision that it does not know: another release may', () => {
    expect(chained(unknown({ value: 1 }))).toMatchObject([{ seq: 0, decision: { type: 'contentflow.of.another.v1' } }]);
  });

  it('tells of an entry on the ledger, under an id that follows from the decision', () => {
    const [entry] = chained(decision('a')) as [LedgerEntry];
    const reported = sequencedEvent(entry, decision('a'), 9);
    expect(reported).toMatchObject({
      topic: Topic.ledger,
      subject: LEDGER_SUBJECT,
      time: 9,
      causationId: 'a',
      data: entry,
    });
    expect(sequencedEvent(entry, decision('a'), 10).id).toBe(reported.id);
  });
});
