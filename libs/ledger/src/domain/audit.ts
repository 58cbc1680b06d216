import {
  type Basis,
  basisSchema,
  decodeDecision,
  type Decision,
  DecisionSequenced,
  defaultPolicy,
  type EventData,
  isSchemaError,
  policySchema,
  upcast,
  withCurrentKeys,
  eventName,
  type Policy,
  PolicyChanged,
  policyVersion,
  Topic,
  topics,
} from '@contentflow/contracts';
import { decisionEvents, type DecisionProcedure, firstDifference, limitedTo } from '@contentflow/decisions';
import {
  type ContentFlowError,
  hash128,
  messageOf,
  type NewEvent,
  ownValue,
  partitionKey,
  type Positions,
  setOwnValue,
  type StoredEvent,
} from '@contentflow/kernel';
import { AppendedDecisions } from './appended-decisions.ts';
import type { AuditOptions, AuditResult, PolicyDifference } from './audit-result.ts';
import { AuditedChain } from './audited-chain.ts';
import { envelopeOf, type LedgerEntry, sequencedEvent } from './chain.ts';
import { canonicalJsonOfVersion1 } from './entry-hash.ts';
import type { Difference } from './event-source.ts';
import { isolationDifferences } from './isolation.ts';
import { memoizeLast, Replay } from './replay.ts';
import { SharedReads } from './shared-reads.ts';
import { type SignedStanding, verifySignatures } from './signatures/verify-signatures.ts';

/**
 * Replays the log and checks every decision: its place in the chain; that it is the one its service appended; that its
 * evidence follows from the events before it; and that the decision follows from its evidence, by the policy of its time. And that no
 * arm of an experiment was given from the cache what was made for another.
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  for (const { prepare } of Object.values(options.procedures)) await prepare?.();
  const ends = await options.source.ends(topics.map(({ name }) => name));
  const run = new AuditRun(options, ends);
  // What was tampered with comes before what follows from it.
  const signatures = await run.signatures();
  await run.wholeLedger();
  return run.result(signatures);
}

class AuditRun {
  private readonly differences: Difference[];
  private readonly policyDifferences: PolicyDifference[] = [];
  private readonly policies = new Map<string, Policy>([[policyVersion(defaultPolicy), defaultPolicy]]);
  private readonly replays = new Map<string, Replay>();
  private readonly byOtherCode: Record<string, number> = {};
  private readonly unproven: Difference[] = [];
  private readonly appended: AppendedDecisions;
  private readonly memoizedDue = memoizeLast<ReturnType<Replay['due']>>();
  private entries = 0;
  private recomputed = 0;
  private withoutEvents = 0;
  private readonly chain = new AuditedChain();
  private readonly reads: SharedReads;

  constructor(
    private readonly options: AuditOptions,
    private readonly ends: Positions,
  ) {
    this.differences = [...(options.source.differences ?? [])];
    this.reads = new SharedReads(options.source, ends);
    this.appended = new AppendedDecisions(this.reads, ends);
  }

  async wholeLedger(): Promise<void> {
    const { source, onProgress } = this.options;
    const to = ownValue(this.ends, partitionKey(Topic.ledger, 0)) ?? 0;
    for await (const events of this.reads.read({ topic: Topic.ledger, partition: 0, from: 0, to }))
      for (const event of events) {
        if (!event.isRepeat) await this.entry(event);
        onProgress?.(this.entries, to);
      }
    await this.nothingLeftOut();
    if (!source.missingTopics?.includes(Topic.content))
      this.differences.push(...(await isolationDifferences(source, this.ends)));
    await this.appended.close();
    for (const replay of this.replays.values()) await replay.close();
    await this.reads.close();
  }

  /** Whether the log is the one that was signed. */
  async signatures(): Promise<SignedStanding> {
    const { source, witness = {} } = this.options;
    const { differences, standing } = await verifySignatures(source, this.ends, witness);
    this.differences.push(...differences);
    return standing;
  }

  result(signatures: SignedStanding): AuditResult {
    return {
      ok: this.differences.length === 0,
      events: Object.values(this.ends).reduce((sum, end) => sum + end, 0),
      decisions: this.entries,
      recomputed: this.recomputed,
      withoutEvents: this.withoutEvents,
      differences: this.differences,
      byOtherCode: this.byOtherCode,
      unproven: this.unproven,
      signatures,
      ...(this.options.policyOverride ? { policyDifferences: this.policyDifferences } : {}),
    };
  }

  private async entry(event: StoredEvent): Promise<void> {
    const seq = this.entries++;
    const parsed = DecisionSequenced.schema.safeParse(event.data);
    if (event.type !== DecisionSequenced.type || !parsed.success) {
      const field = event.type === DecisionSequenced.type ? dataPath(parsed.error?.issues[0]?.path) : 'type';
      this.chain.passedBy({ seq, eventId: event.id });
      this.differs({ seq, eventId: event.id, field, expected: 'an entry of the ledger', actual: event.type });
      return;
    }
    const entry = parsed.data;
    let hasPlace = false;
    this.named(entry, seq, () => (hasPlace = this.verifyChain(event, entry, seq)));
    await this.verifyAppended(entry, seq, hasPlace);
    this.named(entry, seq, () => this.keepPolicy(entry, seq));
    await this.verifyDecision(entry.decision, seq);
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

  private keepPolicy({ decision, hashVersion }: LedgerEntry, seq: number): void {
    if (decision.type !== PolicyChanged.type) return;
    const { version, policy } = decision.data as EventData<typeof PolicyChanged>;
    const found = hashVersion === 1 ? hash128(canonicalJsonOfVersion1(policy)).slice(0, 16) : policyVersion(policy);
    this.recordDifference(seq, decision.id, found, version, 'data.version');
    this.policies.set(version, policySchema.parse(withCurrentKeys(policy)));
  }

  private async verifyDecision(decision: Decision, seq: number): Promise<void> {
    const decoded = this.decoded(decision, seq);
    const basis = decoded && basisOf(decoded);
    if (basis) await this.verifyBasis(decoded, basis, seq);
  }

  /** The decision as its contract has it, if that takes it; what the contract does not name has no place in it. */
  private decoded(decision: Decision, seq: number): Decision | undefined {
    try {
      const decoded = decodeDecision(decision);
      const { data } = upcast(decision);
      this.recordDifference(seq, decision.id, limitedTo(data, decoded.data), data, 'data');
      return decoded;
    } catch (error) {
      if (!isSchemaError(error)) throw error;
      const { field = 'data' } = error as ContentFlowError;
      this.differs({ seq, eventId: decision.id, field, expected: messageOf(error), actual: null });
      return undefined;
    }
  }

  private async verifyBasis(decision: Decision, basis: Basis, seq: number): Promise<void> {
    const about = { seq, eventId: decision.id };
    const procedure = ownValue(this.options.procedures, basis.procedure);
    if (!procedure) {
      const expected = Object.keys(this.options.procedures).sort();
      return this.differs({ ...about, field: 'data.basis.procedure', expected, actual: basis.procedure });
    }
    const policy = this.policies.get(basis.policy);
    if (!policy) {
      const expected = [...this.policies.keys()];
      return this.differs({ ...about, field: 'data.basis.policy', expected, actual: basis.policy });
    }
    this.recomputed++;
    const { code } = basis;
    if (code !== this.options.code) setOwnValue(this.byOtherCode, code, (ownValue(this.byOtherCode, code) ?? 0) + 1);
    const isOwn = code === this.options.code;
    const proof: Proof = {
      procedure,
      decision,
      basis,
      policy,
      seq,
      differences: isOwn ? this.differences : this.unproven,
    };
    try {
      if (isOwn) this.recompute(proof);
      if (this.lacksEventsOf(procedure)) return void this.withoutEvents++;
      const replay = await this.replayed(procedure, basis);
      recordDifference(proof, replay.systemState().policyVersion, basis.policy, 'data.basis.policy');
      const asked = this.verifyEvidence(replay, proof);
      if (!asked) return;
      if (!isOwn) this.recomputeByThisRelease({ ...proof, basis: { ...basis, evidence: asked.evidence } });
      this.underOtherPolicy(replay, proof);
    } catch (error) {
      // A tampered event may be one that no fold can read.
      const expected = 'events that can be replayed';
      proof.differences.push({ ...about, field: 'data.basis', expected, actual: messageOf(error) });
    }
  }

  /** Same evidence, policy and time: the same decision. */
  private recompute(proof: Proof): void {
    const { procedure, decision, basis, policy } = proof;
    const again = sameDecision(decisionEvents(procedure, basis, policy), decision);
    recordDifference(proof, again && asEnvelope(again), decision);
  }

  /** What this release decides on the evidence that another release had, as far as that release wrote it down. */
  private recomputeByThisRelease(proof: Proof): void {
    const { procedure, decision, basis, policy } = proof;
    const again = sameDecision(decisionEvents(procedure, basis, policy), decision);
    const recorded = withoutBasis(decision);
    recordDifference(proof, again && limitedTo(recorded, withoutBasis(again)), recorded);
  }

  /**
   * Same events up to the same positions: the same question, and the same evidence for it. Of another release's evidence,
   * what it wrote down must follow; what later releases look at besides is not in it.
   */
  private verifyEvidence(replay: Replay, proof: Proof): { readonly evidence: unknown } | undefined {
    const { procedure, positions, at, question, code, evidence } = proof.basis;
    const due = this.memoizedDue({ procedure, positions, at }, () => replay.due(at));
    const asked = due.find((each) => each.question === question);
    if (!asked) {
      const { seq, decision } = proof;
      const expected = due.map((each) => each.question);
      proof.differences.push({ seq, eventId: decision.id, field: 'data.basis.question', expected, actual: question });
      return undefined;
    }
    const expected = code === this.options.code ? asked.evidence : limitedTo(evidence, asked.evidence);
    recordDifference(proof, expected, evidence, 'data.basis.evidence');
    return asked;
  }

  private underOtherPolicy(replay: Replay, { procedure, decision, basis, policy, seq }: Proof): void {
    const { policyOverride } = this.options;
    if (!policyOverride) return;
    const decided = decisionEvents(procedure, basis, policy);
    // One question may be answered by several decisions: it is asked again once, with the first.
    if (decided[0]?.id !== decision.id) return;
    const system = { ...replay.systemState(), policy: policyOverride };
    const asked = replay.due(basis.at, system).find(({ question }) => question === basis.question);
    const evidence: unknown = asked?.evidence;
    const other = asked ? decisionEvents(procedure, { ...basis, evidence }, policyOverride) : [];
    const difference = firstDifference(decided.map(withoutBasis), other.map(withoutBasis));
    if (!difference) return;
    this.policyDifferences.push({
      seq,
      eventId: decision.id,
      ...difference,
      question: basis.question,
      decided: decided.map(({ type }) => eventName(type)),
      wouldDecide: other.map(({ type }) => eventName(type)),
    });
  }

  private lacksEventsOf({ fold }: DecisionProcedure): boolean {
    const { missingTopics = [] } = this.options.source;
    return missingTopics.some((topic) => topic === Topic.ledger || fold.topics.includes(topic));
  }

  private async replayed(procedure: DecisionProcedure, { positions }: Basis): Promise<Replay> {
    const replay = this.replays.get(procedure.name) ?? new Replay(this.reads, this.ends, procedure);
    this.replays.set(procedure.name, replay);
    await replay.to(positions);
    return replay;
  }

  private recordDifference(seq: number, eventId: string, expected: unknown, actual: unknown, path = ''): void {
    const difference = firstDifference(expected, actual, path);
    if (difference) this.differs({ seq, eventId, ...difference });
  }

  private differs(difference: Difference): void {
    this.differences.push(difference);
  }
}

/** One decision that is recomputed, and where what differs is listed. */
interface Proof {
  readonly procedure: DecisionProcedure;
  readonly decision: Decision;
  readonly basis: Basis;
  readonly policy: Policy;
  readonly seq: number;
  readonly differences: Difference[];
}

/** Lists where the two differ first, if they do. */
function recordDifference(
  { seq, decision, differences }: Pick<Proof, 'seq' | 'decision' | 'differences'>,
  expected: unknown,
  actual: unknown,
  path = '',
): void {
  const difference = firstDifference(expected, actual, path);
  if (difference) differences.push({ seq, eventId: decision.id, ...difference });
}

function basisOf({ data }: Decision): Basis | undefined {
  const basis = basisSchema.safeParse((data as { basis?: unknown } | null)?.basis);
  return basis.success ? basis.data : undefined;
}

const asEnvelope = (event: NewEvent): Decision => envelopeOf({ ...event, partition: 0, offset: 0 });

const sameDecision = (events: readonly NewEvent[], { id, type }: Decision): NewEvent | undefined =>
  events.find((event) => event.id === id) ?? events.find((event) => event.type === type);

const withoutBasis = ({ type, subject, data }: Pick<Decision, 'type' | 'subject' | 'data'>): unknown => ({
  type,
  subject,
  data: { ...(data as object), basis: null },
});

const dataPath = (path: readonly PropertyKey[] | undefined): string => ['data', ...(path ?? [])].join('.');
