import { ownValue } from '@contentflow/kernel';
import {
  type DecisionEnvelope,
  type DecisionRef,
  DecisionSequenced,
  type EventData,
  type EventOf,
  eventName,
  HoldbackRebased,
  HypothesisRefuted,
  ImprovementApplied,
  ImprovementConfirmed,
  ImprovementExpired,
  ImprovementRolledBack,
  RecipeReplaced,
  AdjustmentMadePermanent,
  AdjustmentRolledBack,
  ExperimentConcluded,
  RolloutWidened,
  ScalingDecided,
  ScalingExecuted,
} from '@contentflow/contracts';
import { afterEntry, evidenceFor, initialSystemState, type SystemState } from '@contentflow/decisions';

/** What the ledger says happened to the system. Void decisions are counted apart: they changed nothing. */
export interface SystemRecord {
  readonly system: SystemState;
  readonly latest: number;
  readonly counts: Readonly<Record<string, Count>>;
  /** By improvement: every decision about it. */
  readonly improvementEvents: Readonly<Record<string, readonly DecisionRef[]>>;
  readonly rollbacks: readonly (DecisionRef & Rollback)[];
  readonly refuted: readonly (DecisionRef & Refutation)[];
  /** When holdbacks moved, in order. */
  readonly rebases: readonly Rebase[];
  readonly replacements: readonly (DecisionRef & Replacement)[];
  readonly steps: readonly Step[];
  readonly instances: readonly InstanceChange[];
}
export interface Count {
  readonly bySystem: number;
  readonly byPerson: number;
  readonly void: number;
  /** Of those by the system, verdicts that another decision counted here has carried out. */
  readonly carriedOut: number;
}
export interface Rollback {
  readonly improvementId: string;
  readonly reason: string;
  readonly by: 'system' | 'person';
}
export interface Refutation {
  readonly hypothesisId: string;
  readonly experimentId: string;
  readonly reason: string;
}
export interface Rebase {
  readonly contentType: string;
  readonly time: number;
  /** A person wrote the recipe that it moved to: effects begin anew, and lead back no further. */
  readonly isFreshStart?: boolean;
}
/** A recipe that a person changed. */
export type Replacement = Pick<
  EventData<typeof RecipeReplaced>,
  'contentType' | 'from' | 'to' | 'parts' | 'carried' | 'ended'
>;
/** How far the system had come in learning. */
export interface Step {
  readonly time: number;
  readonly concluded: number;
  readonly inForce: number;
}
export interface InstanceChange {
  readonly time: number;
  readonly instances: number;
}

export const emptyRecord: SystemRecord = {
  system: initialSystemState,
  latest: 0,
  counts: {},
  improvementEvents: {},
  rollbacks: [],
  refuted: [],
  rebases: [],
  replacements: [],
  steps: [],
  instances: [],
};

/** How many changes a curve remembers. */
const CURVE_KEPT = 5000;

export function withDecision(
  record: SystemRecord,
  { data: entry, time }: EventOf<typeof DecisionSequenced>,
): SystemRecord {
  const system = afterEntry(record.system, entry);
  const isVoid = system.void.at(-1)?.seq === entry.seq;
  const counted = {
    ...record,
    system,
    latest: Math.max(record.latest, time),
    counts: withCount(record, entry.decision, isVoid),
  };
  const tell = isVoid || isRefused(entry.decision) ? undefined : ownValue(handlers, entry.decision.type);
  return tell ? tell(counted, entry.decision, refOf(entry)) : counted;
}

const refOf = ({ seq, decision }: EventData<typeof DecisionSequenced>): DecisionRef => ({
  seq,
  event: decision.id,
  name: eventName(decision.type),
  time: decision.time,
});

function withCount(
  { counts, system }: SystemRecord,
  decision: DecisionEnvelope,
  isVoid: boolean,
): SystemRecord['counts'] {
  const name = eventName(decision.type);
  const kind = isVoid ? 'void' : isByPerson(decision) ? 'byPerson' : 'bySystem';
  const counted = added(counts, name, kind);
  return kind === 'bySystem' && enactsVerdict(system, decision)
    ? added(counted, eventName(ExperimentConcluded.type), 'carriedOut')
    : counted;
}

function added(counts: SystemRecord['counts'], name: string, kind: keyof Count): SystemRecord['counts'] {
  const count = ownValue(counts, name) ?? { bySystem: 0, byPerson: 0, void: 0, carriedOut: 0 };
  return { ...counts, [name]: { ...count, [kind]: count[kind] + 1 } };
}

/** Whether it only does what an experiment's verdict has said: the two are one decision. */
function enactsVerdict(system: SystemState, { type, data, time }: DecisionEnvelope): boolean {
  const { experimentId, improvementId } = (data ?? {}) as { experimentId?: string; improvementId?: string };
  switch (type) {
    case HypothesisRefuted.type:
    case ImprovementApplied.type:
    case AdjustmentMadePermanent.type:
    case AdjustmentRolledBack.type:
      return ownValue(system.experiments, experimentId ?? '')?.status === 'concluded';
    case ImprovementConfirmed.type:
    case ImprovementRolledBack.type: {
      const improvement = system.improvements.find((each) => each.improvementId === improvementId);
      const evidence = improvement && evidenceFor(system, improvement);
      return evidence?.origin.kind === 'retest' && evidence.concludedAt === time;
    }
    default:
      return false;
  }
}

/** A configuration file speaks for whoever installed it: that is no intervention. */
function isByPerson({ data }: DecisionEnvelope): boolean {
  const { by, reason } = (data ?? {}) as { by?: unknown; reason?: unknown };
  if (by === undefined) return reason === 'operator';
  return by !== 'system' && by !== 'configuration';
}

/** Its contract refuses what it says: it is counted, and nothing follows from it. */
export const isRefused = ({ data }: DecisionEnvelope): boolean => data === undefined;

type DecisionHandler = (record: SystemRecord, decision: DecisionEnvelope, ref: DecisionRef) => SystemRecord;

const improvementHandler: DecisionHandler = (record, { data }, ref) => {
  const { improvementId } = data as { improvementId: string };
  return stepped(withImprovementEvent(record, improvementId, ref), ref.time);
};

const handlers: Readonly<Record<string, DecisionHandler>> = {
  [ImprovementApplied.type]: improvementHandler,
  [ImprovementConfirmed.type]: improvementHandler,
  [RolloutWidened.type]: improvementHandler,
  [ImprovementExpired.type]: improvementHandler,
  [AdjustmentMadePermanent.type]: (record, { data }, ref) => {
    const { adjustmentId } = data as EventData<typeof AdjustmentMadePermanent>;
    return stepped(withImprovementEvent(record, adjustmentId, ref), ref.time);
  },
  [ImprovementRolledBack.type]: (record, decision, ref) => {
    const { improvementId, reason, by } = decision.data as EventData<typeof ImprovementRolledBack>;
    const rollbacks = [...record.rollbacks, { ...ref, improvementId, reason, by }];
    return improvementHandler({ ...record, rollbacks }, decision, ref);
  },
  [HypothesisRefuted.type]: (record, { data }, ref) => {
    const { hypothesisId, experimentId, reason } = data as EventData<typeof HypothesisRefuted>;
    return { ...record, refuted: [...record.refuted, { ...ref, hypothesisId, experimentId, reason }] };
  },
  [HoldbackRebased.type]: (record, { data }, { time }) => {
    const { contentType } = data as EventData<typeof HoldbackRebased>;
    return { ...record, rebases: [...record.rebases, { contentType, time }] };
  },
  [RecipeReplaced.type]: (record, { data }, ref) => {
    const { contentType, from, to, parts, carried, ended } = data as EventData<typeof RecipeReplaced>;
    const replacement = { ...ref, contentType, from, to, parts, carried, ended };
    return {
      ...record,
      rebases: [...record.rebases, { contentType, time: ref.time, isFreshStart: true }],
      replacements: [...record.replacements, replacement],
    };
  },
  [ExperimentConcluded.type]: (record, _decision, ref) => stepped(record, ref.time),
  [ScalingDecided.type]: (record, { data }, ref) =>
    withInstances(record, ref.time, (data as EventData<typeof ScalingDecided>).to),
  [ScalingExecuted.type]: (record, { data }, ref) =>
    withInstances(record, ref.time, (data as EventData<typeof ScalingExecuted>).to),
};

function withImprovementEvent(record: SystemRecord, id: string, ref: DecisionRef): SystemRecord {
  const events = [...(ownValue(record.improvementEvents, id) ?? []), ref];
  return { ...record, improvementEvents: { ...record.improvementEvents, [id]: events } };
}

function stepped(record: SystemRecord, time: number): SystemRecord {
  const concluded = record.counts['ExperimentConcluded']?.bySystem ?? 0;
  const inForce = record.system.improvements.filter(({ status }) => status !== 'rolled_back').length;
  return { ...record, steps: [...record.steps, { time, concluded, inForce }].slice(-CURVE_KEPT) };
}

function withInstances(record: SystemRecord, time: number, instances: number): SystemRecord {
  if (record.instances.at(-1)?.instances === instances) return record;
  return { ...record, instances: [...record.instances, { time, instances }].slice(-CURVE_KEPT) };
}
