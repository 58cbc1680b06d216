import {
  type Basis,
  basisSchema,
  decodeDecision,
  type Decision,
  decodedOrRefused,
  DecisionSequenced,
  defaultPolicy,
  eventName,
  isEvent,
  isSchemaError,
  type Policy,
  PolicyChanged,
  policyVersion,
  Topic,
  upcast,
} from '@contentflow/contracts';
import {
  decisionEvents,
  decisionsOn,
  type DecisionProcedure,
  firstDifference,
  firstDifferenceWithin,
} from '@contentflow/decisions';
import {
  type ContentFlowError,
  messageOf,
  type NewEvent,
  ownValue,
  partitionKey,
  type Positions,
  setOwnValue,
  type StoredEvent,
} from '@contentflow/kernel';
import type { AuditOptions } from './audit-result.ts';
import { envelopeOf, type LedgerEntry } from './chain.ts';
import type { Difference, EventSource } from './event-source.ts';
import { entryIn, policyIn } from './ledger-entries.ts';
import type { PolicyDifference, ProofCounts, ProofPoint, ProofResult } from './proof-result.ts';
import { Replay } from './replay.ts';
import { SharedReads } from './shared-reads.ts';
import { SystemStates } from './system-states.ts';

const START: ProofPoint = {
  entries: 0,
  counts: { recomputed: 0, withoutEvents: 0, byOtherCode: {} },
  policies: new Map([[policyVersion(defaultPolicy), defaultPolicy]]),
  replays: new Map(),
};

export type ProofOptions = Pick<AuditOptions, 'procedures' | 'code' | 'policyOverride'> & {
  readonly source: Pick<EventSource, 'read' | 'missingTopics'>;
  readonly ends: Positions;
};

/** Takes decisions again, entry by entry of the ledger: their evidence from the log, and what follows from it. */
export class DecisionProofs {
  private readonly differences: Difference[] = [];
  private readonly unproven: Difference[] = [];
  private readonly counts: ProofCounts;
  private readonly policyDifferences: PolicyDifference[] = [];
  private readonly policies: Map<string, Policy>;
  private readonly replays = new Map<string, Replay>();
  private readonly systems: SystemStates;
  private entries: number;

  constructor(
    private readonly options: ProofOptions,
    private readonly from: ProofPoint = START,
  ) {
    this.entries = from.entries;
    this.counts = { ...from.counts, byOtherCode: { ...from.counts.byOtherCode } };
    this.policies = new Map(from.policies);
    this.systems = new SystemStates(options.source, options.ends, undefined, from.systems);
  }

  /** Where it is, for whoever goes on from there. What it has folded goes on changing: it is to be copied at once. */
  point(): ProofPoint {
    const replays = new Map(this.from.replays);
    for (const [name, replay] of this.replays) replays.set(name, replay.point());
    const { entries, counts, policies } = this;
    return { entries, counts, policies, systems: this.systems.point(), replays };
  }

  /** Before the first entry. */
  async prepare(): Promise<void> {
    for (const { prepare } of Object.values(this.options.procedures)) await prepare?.();
  }

  /** The next entry of the ledger, or what stands in the place of one. */
  async entry(event: StoredEvent): Promise<void> {
    const seq = this.entries++;
    const said = saidIn(event);
    if (!said) return;
    if (said.stored.type === PolicyChanged.type) this.keepPolicy(entryIn(event).entry);
    const decoded = this.decoded(said, seq);
    const basis = decoded && basisOf(decoded);
    if (basis) await this.verifyBasis(decoded, basis, seq);
  }

  /** Whether nothing differs so far. */
  get isSound(): boolean {
    return this.differences.length === 0;
  }

  result(): ProofResult {
    const { differences, unproven, counts, policyDifferences } = this;
    return { differences, unproven, counts, policyDifferences };
  }

  async close(): Promise<void> {
    for (const replay of this.replays.values()) await replay.close();
    await this.systems.close();
  }

  /** From here on decisions may follow it; that it is none is told by who checks the entry. */
  private keepPolicy(entry: LedgerEntry | undefined): void {
    try {
      const said = entry && policyIn(entry);
      if (said) this.policies.set(said.version, said.policy());
    } catch {}
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
    const { counts } = this;
    counts.recomputed++;
    const { code } = basis;
    if (code !== this.options.code)
      setOwnValue(counts.byOtherCode, code, (ownValue(counts.byOtherCode, code) ?? 0) + 1);
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
      if (this.lacksEventsOf(procedure)) return void counts.withoutEvents++;
      const replay = await this.replayed(procedure, basis);
      record(proof, firstDifference(replay.systemState().policyVersion, basis.policy, 'data.basis.policy'));
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
    const again = sameDecision(decisionsOn(procedure, basis, policy), decision);
    record(proof, firstDifference(again && asEnvelope(again), decision));
  }

  /** What this release decides on the evidence that another release had, as far as that release wrote it down. */
  private recomputeByThisRelease(proof: Proof): void {
    const { procedure, decision, basis, policy } = proof;
    const again = sameDecision(decisionsOn(procedure, basis, policy), decision);
    const recorded = withoutBasis(decision);
    record(proof, differenceWithin(again && withoutBasis(again), recorded));
  }

  /**
   * Same events up to the same positions: the same question, and the same evidence for it. Of another release's evidence,
   * what it wrote down must follow; what later releases look at besides is not in it.
   */
  private verifyEvidence(replay: Replay, proof: Proof): { readonly evidence: unknown } | undefined {
    const { at, question, code, evidence } = proof.basis;
    const due = replay.due(at);
    const asked = due.find((each) => each.question === question);
    if (!asked) {
      const expected = due.map((each) => each.question);
      record(proof, { field: 'data.basis.question', expected, actual: question });
      return undefined;
    }
    const compare = code === this.options.code ? firstDifference : differenceWithin;
    record(proof, compare(asked.evidence, evidence, 'data.basis.evidence'));
    return asked;
  }

  private underOtherPolicy(replay: Replay, { procedure, decision, basis, policy, seq }: Proof): void {
    const { policyOverride } = this.options;
    if (!policyOverride) return;
    const decided = decisionEvents(procedure, basis, policy);
    // One question may be answered by several decisions: it is asked again once, with the first.
    if (decided[0]?.id !== decision.id) return;
    const system = { ...replay.systemState(), policy: policyOverride };
    const asked = replay.dueUnder(system, basis.at).find(({ question }) => question === basis.question);
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

  /** The decision as its contract has it, if that takes it; what the contract does not name has no place in it. */
  private decoded({ stored, decoded }: Said, seq: number): Decision | undefined {
    const about = { seq, eventId: stored.id };
    const refusal = decoded.data === undefined ? refusalOf(stored) : undefined;
    if (refusal) {
      this.differs({ ...about, field: refusal.field ?? 'data', expected: messageOf(refusal), actual: null });
      return undefined;
    }
    const difference = firstDifferenceWithin(upcast(stored).data, decoded.data, 'data');
    if (difference) this.differs({ ...about, ...difference });
    return decoded;
  }

  private differs(difference: Difference): void {
    this.differences.push(difference);
  }

  private lacksEventsOf({ fold }: DecisionProcedure): boolean {
    const { missingTopics = [] } = this.options.source;
    return missingTopics.some((topic) => topic === Topic.ledger || fold.topics.includes(topic));
  }

  private async replayed(procedure: DecisionProcedure, { positions }: Basis): Promise<Replay> {
    const { source, ends } = this.options;
    const { name } = procedure;
    const replay =
      this.replays.get(name) ?? new Replay(source, ends, procedure, this.systems, this.from.replays.get(name));
    this.replays.set(name, replay);
    await replay.to(positions);
    return replay;
  }
}

/** Takes all decisions before these ends again. @param onProgress  told after each entry how many there were */
export async function proveDecisions(
  options: ProofOptions & { readonly onProgress?: (checked: number) => void },
): Promise<ProofResult> {
  const { source, ends, onProgress } = options;
  const { missingTopics } = source;
  const reads = new SharedReads(source, ends);
  const read: SharedReads['read'] = (range) => reads.read(range);
  const proofs = new DecisionProofs({ ...options, source: { read, ...(missingTopics && { missingTopics }) } });
  await proofs.prepare();
  let checked = 0;
  const to = ownValue(ends, partitionKey(Topic.ledger, 0)) ?? 0;
  for await (const events of reads.read({ topic: Topic.ledger, partition: 0, from: 0, to }))
    for (const event of events) {
      if (!event.isRepeat) await proofs.entry(event);
      onProgress?.(++checked);
    }
  await proofs.close();
  await reads.close();
  return proofs.result();
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

/** Lists where something differs first, if it does. */
function record({ seq, decision, differences }: Proof, difference: ReturnType<typeof firstDifference>): void {
  if (difference) differences.push({ seq, eventId: decision.id, ...difference });
}

/** As far as it was written down. */
const differenceWithin: typeof firstDifference = (expected, actual, path) =>
  firstDifferenceWithin(actual, expected, path);

/** The decision of an entry, as it stands there and as its contract has it: decoded once with the entry, for whoever folds it too. */
interface Said {
  readonly stored: Decision;
  /** Data that their contract refuses are undefined. */
  readonly decoded: Decision;
}

function saidIn(event: StoredEvent): Said | undefined {
  if (event.type !== DecisionSequenced.type) return undefined;
  const entry = decodedOrRefused(event);
  if (!isEvent(DecisionSequenced, entry)) return undefined;
  const { decision: stored } = event.data as LedgerEntry;
  return { stored, decoded: entry.data.decision };
}

/** Why its contract does not take it; undefined where it does. */
function refusalOf(decision: Decision): ContentFlowError | undefined {
  try {
    decodeDecision(decision);
    return undefined;
  } catch (error) {
    if (!isSchemaError(error)) throw error;
    return error as ContentFlowError;
  }
}

function basisOf({ data }: Decision): Basis | undefined {
  const basis = basisSchema.safeParse((data as { basis?: unknown } | null)?.basis);
  return basis.success ? basis.data : undefined;
}

const asEnvelope = (event: NewEvent): Decision => envelopeOf({ ...event, partition: 0, offset: 0 });

/** Of what would be decided, the one that stands there; those behind it are not asked for. */
function sameDecision(events: Iterable<NewEvent>, { id, type }: Decision): NewEvent | undefined {
  let ofType: NewEvent | undefined;
  for (const event of events) {
    if (event.id === id) return event;
    if (event.type === type) ofType ??= event;
  }
  return ofType;
}

const withoutBasis = ({ type, subject, data }: Pick<Decision, 'type' | 'subject' | 'data'>): unknown => ({
  type,
  subject,
  data: { ...(data as object), basis: null },
});
