import { Topic, topics } from '@contentflow/contracts';
import { firstDifference } from '@contentflow/decisions';
import {
  messageOf,
  ownValue,
  partitionKey,
  partitionOfKey,
  type Positions,
  type StoredEvent,
} from '@contentflow/kernel';
import { AppendedDecisions } from './appended-decisions.ts';
import type { AuditOptions, AuditPoint, AuditResult } from './audit-result.ts';
import { AuditedChain } from './audited-chain.ts';
import { envelopeOf, type LedgerEntry, sequencedEvent } from './chain.ts';
import { DecisionProofs } from './decision-proofs.ts';
import type { Difference, EventSource } from './event-source.ts';
import { IsolationCheck } from './isolation.ts';
import { entryIn, policyIn } from './ledger-entries.ts';
import type { ProofResult } from './proof-result.ts';
import { SharedReads } from './shared-reads.ts';
import { SignatureCheck } from './signatures/verify-signatures.ts';

/**
 * Replays the log and checks every decision: its place in the chain; that it is the one its service appended; that its
 * evidence follows from the events before it; and that the decision follows from its evidence, by the policy of its time. And that no
 * arm of an experiment was given from the cache what was made for another. Each event is read once for all of that.
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const { source, witness = {}, from } = options;
  const ends = await source.ends(topics.map(({ name }) => name));
  return new AuditRun(options, ends, await SignatureCheck.begin(source, ends, witness, from?.signatures)).whole();
}

class AuditRun {
  private readonly differences: Difference[] = [];
  private readonly appended: AppendedDecisions;
  private entries: number;
  /** The offset after the last of them. */
  private reached: number;
  private readonly chain: AuditedChain;
  private readonly isolation: IsolationCheck;
  private readonly reads: SharedReads;
  /** Absent where decisions are taken again elsewhere. */
  private readonly proofs: DecisionProofs | undefined;

  constructor(
    private readonly options: AuditOptions,
    private readonly ends: Positions,
    private readonly signatures: SignatureCheck,
  ) {
    const { source, from, prove } = options;
    this.entries = from?.entries ?? 0;
    this.reached = from?.ledger ?? 0;
    this.chain = new AuditedChain(from?.chain);
    this.isolation = new IsolationCheck(from?.isolation);
    const onRead = (batch: readonly StoredEvent[]): void => {
      signatures.read(batch);
      this.isolation.read(batch);
    };
    this.reads = new SharedReads(source, ends, undefined, onRead, from?.positions);
    this.appended = new AppendedDecisions(this.reads, ends, from?.appended);
    if (!prove) this.proofs = new DecisionProofs({ ...options, ends, source: this.sourceOfProofs() }, from?.proofs);
  }

  async whole(): Promise<AuditResult> {
    const { onSound, prove } = this.options;
    const elsewhere = prove?.(this.ends);
    // It is asked for at the end; that it failed meanwhile is heard then.
    elsewhere?.catch(() => undefined);
    await this.proofs?.prepare();
    await this.wholeLedger();
    const step = (): Promise<void> => this.step();
    for (const key of this.signatures.partitions) await this.reads.finish(partitionOfKey(key), step);
    const proved = this.proofs?.result() ?? (await (elsewhere as Promise<ProofResult>));
    const result = await this.result(proved);
    if (result.ok && this.proofs) onSound?.(this.point(this.proofs));
    for (const each of [this.appended, this.proofs, this.reads]) await each?.close();
    return result;
  }

  private async result(proved: ProofResult): Promise<AuditResult> {
    const { source, policyOverride } = this.options;
    const signatures = this.signatures.finish();
    // What was tampered with comes before what follows from it.
    const differences = [
      ...(source.differences ?? []),
      ...signatures.differences,
      ...inOrder([...this.differences, ...proved.differences]),
      ...(source.missingTopics?.includes(Topic.content) ? [] : await this.isolation.differences(source, this.ends)),
    ];
    const { counts, unproven, policyDifferences } = proved;
    return {
      ok: differences.length === 0,
      events: Object.values(this.ends).reduce((sum, end) => sum + end, 0),
      decisions: this.entries,
      recomputed: counts.recomputed,
      withoutEvents: counts.withoutEvents,
      differences,
      byOtherCode: counts.byOtherCode,
      unproven,
      signatures: signatures.standing,
      ...(policyOverride ? { policyDifferences } : {}),
    };
  }

  private sourceOfProofs(): Pick<EventSource, 'read' | 'missingTopics'> {
    const { missingTopics } = this.options.source;
    return { read: (range) => this.reads.read(range), ...(missingTopics && { missingTopics }) };
  }

  private async step(): Promise<void> {
    const { proofs } = this;
    await this.options.onStep?.(() => {
      const parts = [this.signatures, this.isolation, proofs];
      return proofs && this.differences.length === 0 && parts.every((part) => part?.isSound)
        ? this.point(proofs)
        : undefined;
    });
  }

  private point(proofs: DecisionProofs): AuditPoint {
    return {
      positions: this.reads.positions(),
      entries: this.entries,
      ledger: this.reached,
      chain: this.chain.point(),
      appended: this.appended.position,
      signatures: this.signatures.point(),
      isolation: this.isolation.point(),
      proofs: proofs.point(),
    };
  }

  private async wholeLedger(): Promise<void> {
    const { onProgress, onStep } = this.options;
    const to = ownValue(this.ends, partitionKey(Topic.ledger, 0)) ?? 0;
    for await (const events of this.reads.read({ topic: Topic.ledger, partition: 0, from: this.reached, to }))
      for (const event of events) {
        if (!event.isRepeat) {
          await this.entry(event);
          await this.proofs?.entry(event);
        }
        this.reached = event.offset + 1;
        if (this.proofs) onProgress?.(this.entries, to);
        if (onStep) await this.step();
      }
    await this.nothingLeftOut();
  }

  private async entry(event: StoredEvent): Promise<void> {
    const seq = this.entries++;
    const { entry, field } = entryIn(event);
    if (!entry) {
      this.chain.passedBy({ seq, eventId: event.id });
      this.differs({ seq, eventId: event.id, field, expected: 'an entry of the ledger', actual: event.type });
      return;
    }
    let hasPlace = false;
    this.named(entry, seq, () => (hasPlace = this.verifyChain(event, entry, seq)));
    await this.verifyAppended(entry, seq, hasPlace);
    this.named(entry, seq, () => this.verifyPolicy(entry, seq));
  }

  /** What was forged may be what no hash can be found over, or no policy at all: that is a difference too, and no end of the audit. */
  private named({ decision }: LedgerEntry, seq: number, verify: () => void): void {
    try {
      verify();
    } catch (error) {
      this.differs({
        seq,
        eventId: decision.id,
        field: 'data.decision',
        expected: 'a decision that can be checked',
        actual: messageOf(error),
      });
    }
  }

  /**
   * The number, the hashes, and all that the sequencer adds follow from the decision and what stands before it.
   * @returns whether it has a place in the chain
   */
  private verifyChain(event: StoredEvent, entry: LedgerEntry, seq: number): boolean {
    const about = { seq, eventId: entry.decision.id };
    const { expected, follows } = this.chain.next(entry, about);
    const cause = { ...entry.decision, topic: Topic.decisions, partition: 0, offset: 0 } as StoredEvent;
    const { partition: _partition, offset: _offset, traceparent: _traceparent, ...actual } = event;
    const difference = firstDifference(sequencedEvent(expected, cause, event.time), { ...actual, data: entry });
    if (difference) this.differs({ ...about, ...difference });
    else if (follows) this.differs({ ...about, field: 'data.previousHash', ...follows });
    return difference === undefined;
  }

  /** The decision is, byte for byte, the next that a service appended. One that has no place in the chain takes nobody else's. */
  private async verifyAppended({ decision }: LedgerEntry, seq: number, hasPlace: boolean): Promise<void> {
    if (!this.appended.isComparable) return;
    const original = await this.appended.peek(hasPlace ? decision.id : undefined);
    this.recordDifference(seq, decision.id, original ? envelopeOf(original) : null, decision, 'data.decision');
    if (original?.id === decision.id) await this.appended.next();
    else if (hasPlace) this.appended.giveUp();
  }

  /** In a log at rest every decision stands in the ledger; in a running one the last may be on their way. */
  private async nothingLeftOut(): Promise<void> {
    if (!this.options.source.isAtRest) return;
    const late = await this.appended.next();
    if (late)
      this.differs({
        seq: this.entries,
        eventId: late.id,
        field: 'data.decision',
        expected: envelopeOf(late),
        actual: null,
      });
  }

  private verifyPolicy(entry: LedgerEntry, seq: number): void {
    const said = policyIn(entry);
    if (said) this.recordDifference(seq, entry.decision.id, said.versionOf, said.version, 'data.version');
    // What is no policy is one that nothing can follow.
    said?.policy();
  }

  private recordDifference(seq: number, eventId: string, expected: unknown, actual: unknown, path = ''): void {
    const difference = firstDifference(expected, actual, path);
    if (difference) this.differs({ seq, eventId, ...difference });
  }

  private differs(difference: Difference): void {
    this.differences.push(difference);
  }
}

/** By entry; what is wrong with its place before what is wrong with its decision. */
const inOrder = (differences: readonly Difference[]): Difference[] =>
  differences.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
