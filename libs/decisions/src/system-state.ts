import {
  AdjustmentMadePermanent,
  AdjustmentProposed,
  AdjustmentRolledBack,
  AllocationRevised,
  AnomalyDetected,
  AnomalyHandled,
  AnomalyResolved,
  AutonomyPaused,
  AutonomyResumed,
  DecisionSequenced,
  defaultPolicy,
  type Estimate,
  type EventData,
  ExperimentConcluded,
  ExperimentLooked,
  ExperimentRegistered,
  ExperimentStarted,
  HoldbackRebased,
  HypothesisProposed,
  HypothesisRefuted,
  ImprovementApplied,
  ImprovementConfirmed,
  ImprovementExpired,
  ImprovementRolledBack,
  improvementIn,
  type Lever,
  ModelsOffered,
  OperatorIntervened,
  OutcomesGraded,
  type Policy,
  PolicyChanged,
  PromptCandidatesRequested,
  policyVersion,
  type Recipe,
  type RecipeChange,
  QualityThresholdRaised,
  RecipeRegistered,
  ScalingDecided,
  SemanticCacheAllowed,
  SemanticCacheRestricted,
  fold,
  type Decision,
  type EventDefinition,
  isDecision,
} from '@contentflow/contracts';
import { withChange } from '@contentflow/recipes';
import type { z } from 'zod';
import { dependentsOf } from './dependents.ts';
import { frozenUntil } from './freeze.ts';
import { registrationOf } from './registration.ts';
import { decideTest, type FdrState, levelOfNext, startFdr, startTest } from '@contentflow/statistics';

/**
 * What the system is, as the ledger tells it: the same for whoever reads the ledger up to the same entry. A decision that
 * conflicts with an earlier one is void, for every reader alike, and is listed as such.
 */
export interface SystemState {
  /** The number of the next ledger entry. */
  readonly position: number;
  readonly policy: Policy;
  readonly policyVersion: string;
  /** Whether the ledger holds the policy, and not only the code's defaults. */
  readonly isPolicyAdopted: boolean;
  /** By content type. */
  readonly generation0: Readonly<Record<string, Recipe>>;
  /** By content type, where it moved on because generation 0 could no longer run. */
  readonly rebasedHoldbacks: Readonly<Record<string, Recipe>>;
  readonly models: EventData<typeof ModelsOffered>['models'];
  readonly hypotheses: Readonly<Record<string, Hypothesis>>;
  readonly experiments: Readonly<Record<string, Experiment>>;
  /** In the order in which they were applied. */
  readonly improvements: readonly Improvement[];
  readonly adjustments: Readonly<Record<string, Adjustment>>;
  /** New prompts asked for, in order. */
  readonly promptRequests: readonly PromptRequest[];
  /** By content type, where it was raised. */
  readonly qualityThresholds: Readonly<Record<string, { readonly threshold: number; readonly since: number }>>;
  /** By content type: until when the learned model of outcomes was graded, and how wide its intervals should have been. */
  readonly outcomesGraded: Readonly<Record<string, OutcomeGrades>>;
  /** The error control over every hypothesis ever tested. */
  readonly errorControl: FdrState;
  readonly openAnomalies: Readonly<Record<string, EventData<typeof AnomalyDetected>>>;
  readonly instances: number;
  /** By content type, where answers found by meaning were wrong too often, or a person allowed them again; since when. */
  readonly semanticCache: Readonly<Record<string, SemanticCacheState>>;
  readonly autonomy: {
    readonly state: 'running' | 'paused';
    readonly levers: Policy['autonomy'];
    readonly reason: string;
  };
  readonly void: readonly VoidDecision[];
}

export interface SemanticCacheState {
  readonly isRestricted: boolean;
  /** From which on answers are still found by meaning where it is restricted; null for none. */
  readonly similarity: number | null;
  readonly since: number;
  /** Wrong answers before it are not held against it: a person has seen them. */
  readonly countedFrom: number;
}

export interface Hypothesis extends Omit<EventData<typeof HypothesisProposed>, 'basis'> {
  readonly status: 'proposed' | 'testing' | 'supported' | 'refuted';
  readonly proposedAt: number;
  readonly refutedAt?: number;
}
export interface Experiment extends Omit<EventData<typeof ExperimentRegistered>, 'basis'> {
  readonly status: 'registered' | 'running' | 'concluded' | 'void';
  readonly registeredAt: number;
  readonly startedAt?: number;
  /** The number of its last look. */
  readonly looks: number;
  readonly concludedAt?: number;
  readonly verdict?: EventData<typeof ExperimentConcluded>['verdict'];
  readonly reason?: EventData<typeof ExperimentConcluded>['reason'];
  /** Relative change of its metric at its end, and the units that it stands on. */
  readonly effect?: Estimate;
  readonly units?: number;
  /** With what was tested beside it and came first. */
  readonly interactions?: EventData<typeof ExperimentConcluded>['interactions'];
}
export interface Improvement extends Omit<EventData<typeof ImprovementApplied>, 'basis'> {
  readonly status: 'applied' | 'confirmed' | 'rolled_back' | 'expired';
  readonly origin: 'hypothesis' | 'adjustment';
  /** How often its change was revised since. */
  readonly revision?: number;
  readonly appliedAt: number;
  readonly endedAt?: number;
  readonly endReason?: string;
  readonly doubt?: Doubt;
  /** Why it is to be tested again, while it waits for that. */
  readonly retestFor?: string;
}
/** An anomaly laid at an improvement's door, or the rollback of another that its evidence rests on; and what is to be done about it. */
export interface Doubt {
  readonly cause: 'anomaly' | 'rollback';
  readonly id: string;
  readonly action: 'retest_improvement' | 'roll_back_improvement';
}
export interface Adjustment extends Omit<EventData<typeof AdjustmentProposed>, 'basis'> {
  readonly status: 'proposed' | 'on_trial' | 'permanent' | 'rolled_back' | 'refused';
  readonly proposedAt: number;
}
export interface OutcomeGrades {
  readonly until: number;
  /** Faded mean square of what was missed, in squares of the errors that were foretold. */
  readonly misses: { readonly cost: number; readonly timeMs: number; readonly quality: number };
}
export interface PromptRequest {
  readonly requestId: string;
  readonly contentType: string;
  /** Hash of the prompt they are to better. */
  readonly parent: string;
  readonly at: number;
}
export interface VoidDecision {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly reason: string;
}

/** Its wealth goes with its level, so that a stricter policy is stricter from its first test on. */
const errorControlAt = (level: number): FdrState => startFdr('addis', Math.min(1 - 1e-9, Math.max(1e-9, level)));

export const initialSystemState: SystemState = {
  position: 0,
  policy: defaultPolicy,
  policyVersion: policyVersion(defaultPolicy),
  isPolicyAdopted: false,
  generation0: {},
  rebasedHoldbacks: {},
  models: [],
  hypotheses: {},
  experiments: {},
  improvements: [],
  adjustments: {},
  promptRequests: [],
  qualityThresholds: {},
  outcomesGraded: {},
  errorControl: errorControlAt(defaultPolicy.experiments.falseDiscoveryLevel),
  openAnomalies: {},
  instances: 1,
  semanticCache: {},
  autonomy: { state: 'running', levers: {}, reason: '' },
  void: [],
};

/** How many void decisions the state keeps; all of them stay in the ledger. */
const VOID_KEPT = 200;

/** The ledger, folded. */
export const systemState = fold<SystemState>(() => initialSystemState).on(DecisionSequenced, (state, event) =>
  afterEntry(state, event.data),
);

export type LedgerEntry = EventData<typeof DecisionSequenced>;

/** The state after one more entry of the ledger; void decisions change nothing but the list of the void. */
export function afterEntry(state: SystemState, entry: LedgerEntry): SystemState {
  const { decision, seq } = entry;
  const moved = { ...state, position: seq + 1 };
  const result = effects.get(decision.type)?.(moved, decision) ?? moved;
  if (typeof result !== 'string') return result;
  const voided = { seq, id: decision.id, type: decision.type, reason: result };
  return { ...moved, void: [...state.void, voided].slice(-VOID_KEPT) };
}

/** The state after a decision, or why the decision is void. */
type Effect = (state: SystemState, decision: Decision) => SystemState | string;

/** What one type of decision does, tied to its definition. */
const effect = <Schema extends z.ZodType>(
  definition: EventDefinition<Schema>,
  apply: (state: SystemState, data: z.output<Schema>, at: number) => SystemState | string,
): [string, Effect] => [
  definition.type,
  (state, decision) => (isDecision(definition, decision) ? apply(state, decision.data, decision.time) : state),
];

const effects: ReadonlyMap<string, Effect> = new Map([
  effect(PolicyChanged, (state, { policy, version }) => ({
    ...state,
    policy,
    policyVersion: version,
    isPolicyAdopted: true,
    errorControl: { ...errorControlAt(policy.experiments.falseDiscoveryLevel), tests: state.errorControl.tests },
  })),
  effect(ModelsOffered, (state, { models }) => ({ ...state, models })),
  effect(RecipeRegistered, (state, { contentType, recipe }) =>
    state.generation0[contentType]
      ? `generation 0 of ${contentType} is registered already`
      : { ...state, generation0: { ...state.generation0, [contentType]: recipe as Recipe } },
  ),
  effect(QualityThresholdRaised, (state, { contentType, to }, at) => ({
    ...state,
    qualityThresholds: { ...state.qualityThresholds, [contentType]: { threshold: to, since: at } },
  })),
  effect(HoldbackRebased, (state, { contentType }) =>
    state.generation0[contentType]
      ? { ...state, rebasedHoldbacks: { ...state.rebasedHoldbacks, [contentType]: recipeInForce(state, contentType) } }
      : `no generation 0 of ${contentType}`,
  ),

  effect(HypothesisProposed, (state, { basis: _, ...hypothesis }, at) =>
    isOpen(state.hypotheses[hypothesis.hypothesisId]?.status)
      ? 'the hypothesis is open already'
      : withHypothesis(state, { ...hypothesis, status: 'proposed', proposedAt: at }),
  ),
  effect(HypothesisRefuted, (state, { hypothesisId }, at) => {
    const hypothesis = state.hypotheses[hypothesisId];
    return hypothesis
      ? withHypothesis(state, { ...hypothesis, status: 'refuted', refutedAt: at })
      : 'no such hypothesis';
  }),

  effect(PromptCandidatesRequested, (state, data, at) => {
    const { requestId, contentType, parent } = data;
    return state.promptRequests.some((each) => each.requestId === requestId)
      ? 'they are asked for already'
      : { ...state, promptRequests: [...state.promptRequests, { requestId, contentType, parent, at }] };
  }),

  effect(ExperimentRegistered, (state, { basis: _, ...experiment }, at) => {
    const rival = openExperiments(state, experiment.contentType).find(({ lever }) => lever === experiment.lever);
    if (rival) return `experiment ${rival.experimentId} holds the lever`;
    if (state.experiments[experiment.experimentId]) return 'registered already';
    if (experiment.registration !== registrationOf(experiment)) return 'its registration is not the hash of its design';
    const errorControl = startTest(state.errorControl, experiment.experimentId).state;
    return withOrigin(
      withExperiment({ ...state, errorControl }, { ...experiment, status: 'registered', registeredAt: at, looks: 0 }),
      experiment.origin,
      true,
    );
  }),
  effect(ExperimentStarted, (state, { experimentId }, at) => {
    const experiment = state.experiments[experimentId];
    if (experiment?.status !== 'registered') return 'a start needs a registration before it';
    return withExperiment(state, { ...experiment, status: 'running', startedAt: at });
  }),
  effect(ExperimentLooked, (state, { experimentId, look }) => {
    const experiment = state.experiments[experimentId];
    if (experiment?.status !== 'running') return 'a look needs a running experiment';
    return withExperiment(state, { ...experiment, looks: look });
  }),
  effect(ExperimentConcluded, (state, { experimentId, verdict, reason, metrics, units, interactions }, at) => {
    const experiment = state.experiments[experimentId];
    if (experiment?.status !== 'running') return 'a verdict needs a running experiment';
    const status = verdict === 'void' ? 'void' : 'concluded';
    const primary = metrics[experiment.metric];
    // What is tested is "it does not better the metric": a change for the worse is no discovery.
    const isBetter = primary !== undefined && improvementIn(experiment.metric, primary.relative.value) > 0;
    const p = verdict !== 'void' && isBetter ? primary.p : 1;
    const errorControl = decideTest(state.errorControl, experimentId, p).state;
    const concluded = withExperiment(
      { ...state, errorControl },
      {
        ...experiment,
        status,
        verdict,
        reason,
        concludedAt: at,
        units,
        interactions,
        ...(primary ? { effect: primary.relative } : {}),
      },
    );
    return verdict === 'void' ? withOrigin(concluded, experiment.origin, false) : concluded;
  }),

  effect(ImprovementApplied, (state, { basis: _, ...improvement }, at) => {
    if (!supports(state, improvement.experimentId)) return 'no experiment supports it';
    if (state.improvements.some(({ improvementId }) => improvementId === improvement.improvementId))
      return 'applied already';
    const origin = state.experiments[improvement.experimentId]?.origin;
    const applied = { ...improvement, status: 'applied' as const, origin: 'hypothesis' as const, appliedAt: at };
    const next = { ...state, improvements: [...state.improvements, applied] };
    const hypothesis = origin?.kind === 'hypothesis' ? state.hypotheses[origin.id] : undefined;
    return hypothesis ? withHypothesis(next, { ...hypothesis, status: 'supported' }) : next;
  }),
  effect(ImprovementConfirmed, (state, { improvementId }, at) =>
    withImprovementStatus(state, improvementId, ['applied', 'expired'], {
      status: 'confirmed',
      expiresAt: at + state.policy.watch.expiresAfterMs,
    }),
  ),
  effect(ImprovementRolledBack, (state, { improvementId, reason }, at) => {
    const change = { status: 'rolled_back', endedAt: at, endReason: reason } as const;
    const next = withImprovementStatus(state, improvementId, ['applied', 'confirmed', 'expired'], change);
    return typeof next === 'string' ? next : withDependentsInDoubt(next, improvementId);
  }),
  effect(ImprovementExpired, (state, { improvementId, reason }) =>
    withImprovementStatus(state, improvementId, ['applied', 'confirmed'], { status: 'expired', retestFor: reason }),
  ),
  effect(OutcomesGraded, (state, { contentType, until, misses }) => ({
    ...state,
    outcomesGraded: { ...state.outcomesGraded, [contentType]: { until, misses } },
  })),
  effect(AllocationRevised, (state, { improvementId, change }) => {
    const allocation = state.improvements.find((each) => each.improvementId === improvementId);
    if (allocation?.change.kind !== 'route_models') return 'no allocation is applied by this name';
    const revision = (allocation.revision ?? 0) + 1;
    return withImprovementStatus(state, improvementId, ['applied', 'confirmed', 'expired'], { change, revision });
  }),

  effect(AdjustmentProposed, (state, { basis: _, ...adjustment }, at) => {
    const open = Object.values(state.adjustments).find(
      ({ contentType, lever, status }) =>
        contentType === adjustment.contentType && lever === adjustment.lever && isOpen(status),
    );
    if (open) return `adjustment ${open.adjustmentId} is open`;
    return withAdjustment(state, { ...adjustment, status: 'proposed', proposedAt: at });
  }),
  effect(AdjustmentMadePermanent, (state, data, at) => {
    const adjustment = state.adjustments[data.adjustmentId];
    if (adjustment?.status !== 'on_trial') return 'the adjustment is not on trial';
    const { quality, engagement, satisfaction } = data.impact;
    const improvement: Improvement = {
      improvementId: data.adjustmentId,
      experimentId: data.experimentId,
      contentType: data.contentType,
      lever: data.lever,
      change: data.change,
      type: adjustment.kind,
      impact: { quality, engagement, satisfaction },
      summary: `${adjustment.current} → ${adjustment.target}`,
      learnedFrom: adjustment.support.comments,
      costToFind: 0,
      expiresAt: at + state.policy.watch.expiresAfterMs,
      status: 'confirmed',
      origin: 'adjustment',
      appliedAt: at,
    };
    return withAdjustment(
      { ...state, improvements: [...state.improvements, improvement] },
      { ...adjustment, status: 'permanent' },
    );
  }),
  effect(AdjustmentRolledBack, (state, { adjustmentId }) => {
    const adjustment = state.adjustments[adjustmentId];
    return adjustment ? withAdjustment(state, { ...adjustment, status: 'rolled_back' }) : 'no such adjustment';
  }),

  effect(AnomalyDetected, (state, anomaly) =>
    isAnomalyOpen(state, anomaly)
      ? 'the anomaly is open already'
      : { ...state, openAnomalies: { ...state.openAnomalies, [anomaly.anomalyId]: anomaly } },
  ),
  effect(AnomalyHandled, (state, { anomalyId, action, target }) =>
    action === 'retest_improvement' || action === 'roll_back_improvement'
      ? {
          ...state,
          improvements: state.improvements.map((each) =>
            each.improvementId === target ? { ...each, doubt: { cause: 'anomaly', id: anomalyId, action } } : each,
          ),
        }
      : state,
  ),
  effect(AnomalyResolved, (state, { anomalyId }) => {
    const { [anomalyId]: resolved, ...openAnomalies } = state.openAnomalies;
    return resolved ? { ...state, openAnomalies } : 'no such open anomaly';
  }),
  effect(ScalingDecided, (state, { to }) => ({ ...state, instances: to })),
  effect(SemanticCacheRestricted, (state, { contentType, similarity = null }, at) => {
    const before = state.semanticCache[contentType];
    return before?.isRestricted && before.similarity === null
      ? 'it is restricted already'
      : withSemanticCache(state, contentType, {
          isRestricted: true,
          similarity,
          since: at,
          countedFrom: before?.countedFrom ?? 0,
        });
  }),
  effect(SemanticCacheAllowed, (state, { contentType }, at) =>
    withSemanticCache(state, contentType, { isRestricted: false, similarity: null, since: at, countedFrom: at }),
  ),

  effect(AutonomyPaused, (state, { reason }) => ({
    ...state,
    autonomy: { ...state.autonomy, state: 'paused', reason },
  })),
  effect(AutonomyResumed, (state, { reason }) => ({
    ...state,
    autonomy: { ...state.autonomy, state: 'running', reason },
  })),
  effect(OperatorIntervened, (state, { action, levels }) =>
    action === 'set_autonomy' && levels
      ? { ...state, autonomy: { ...state.autonomy, levers: { ...state.autonomy.levers, ...levels } } }
      : state,
  ),
]);

const isOpen = (status: string | undefined): boolean => ['proposed', 'testing', 'on_trial'].includes(status ?? '');

const isAnomalyOpen = (state: SystemState, { rule, contentType, model }: EventData<typeof AnomalyDetected>): boolean =>
  Object.values(state.openAnomalies).some(
    (open) => open.rule === rule && open.contentType === contentType && open.model === model,
  );

const withHypothesis = (state: SystemState, hypothesis: Hypothesis): SystemState => ({
  ...state,
  hypotheses: { ...state.hypotheses, [hypothesis.hypothesisId]: hypothesis },
});
const withSemanticCache = (state: SystemState, contentType: string, cache: SemanticCacheState): SystemState => ({
  ...state,
  semanticCache: { ...state.semanticCache, [contentType]: cache },
});
const withExperiment = (state: SystemState, experiment: Experiment): SystemState => ({
  ...state,
  experiments: { ...state.experiments, [experiment.experimentId]: experiment },
});
const withAdjustment = (state: SystemState, adjustment: Adjustment): SystemState => ({
  ...state,
  adjustments: { ...state.adjustments, [adjustment.adjustmentId]: adjustment },
});

/** What an experiment puts to the test knows that it is being tested; a void trial says nothing of it, so it waits for another. */
function withOrigin(state: SystemState, origin: Experiment['origin'], isTested: boolean): SystemState {
  const hypothesis = state.hypotheses[origin.id];
  if (origin.kind === 'hypothesis' && hypothesis)
    return withHypothesis(state, { ...hypothesis, status: isTested ? 'testing' : 'proposed' });
  const adjustment = state.adjustments[origin.id];
  if (origin.kind === 'adjustment' && adjustment && isTested)
    return withAdjustment(state, { ...adjustment, status: 'on_trial' });
  return state;
}

function withImprovementStatus(
  state: SystemState,
  id: string,
  from: readonly Improvement['status'][],
  change: Partial<Improvement>,
): SystemState | string {
  const found = state.improvements.find(({ improvementId }) => improvementId === id);
  if (!found) return 'no such improvement';
  if (!from.includes(found.status)) return `the improvement is ${found.status}`;
  const { doubt: _answered, retestFor: _done, ...rest } = found;
  return {
    ...state,
    improvements: state.improvements.map((each) => (each === found ? { ...rest, ...change } : each)),
  };
}

/** What was found on top of an improvement that is gone is tested again; a rollback that is asked for already stays so. */
function withDependentsInDoubt(state: SystemState, improvementId: string): SystemState {
  const gone = state.improvements.find((each) => each.improvementId === improvementId) as Improvement;
  const dependents = dependentsOf(state, gone).filter(({ doubt }) => doubt === undefined);
  const doubt: Doubt = { cause: 'rollback', id: improvementId, action: 'retest_improvement' };
  const improvements = state.improvements.map((each) => (dependents.includes(each) ? { ...each, doubt } : each));
  return { ...state, improvements };
}

const supports = (state: SystemState, experimentId: string): boolean =>
  state.experiments[experimentId]?.status === 'concluded' && state.experiments[experimentId]?.verdict === 'treatment';

/** Registered or running, of this content type. */
export const openExperiments = (state: SystemState, contentType?: string): Experiment[] =>
  Object.values(state.experiments).filter(
    (each) =>
      (each.status === 'registered' || each.status === 'running') &&
      (contentType === undefined || each.contentType === contentType),
  );

/** In force, of this content type, in the order applied. */
export const improvementsInForce = (state: SystemState, contentType: string): Improvement[] =>
  state.improvements.filter((each) => each.contentType === contentType && each.status !== 'rolled_back');

export const recipeWith = (recipe: Recipe, changes: readonly RecipeChange[]): Recipe =>
  changes.reduce(withChange, recipe);

/** The level at which the next experiment will be tested. */
export const levelOfNextExperiment = (state: SystemState): number =>
  Math.min(state.policy.experiments.alpha, levelOfNext(state.errorControl));

/** What the holdback is made by: generation 0, or what it moved to when that could no longer run. */
export function holdbackRecipe(state: SystemState, contentType: string): Recipe {
  const recipe = state.rebasedHoldbacks[contentType] ?? state.generation0[contentType];
  if (!recipe) throw new RangeError(`no recipe for content type "${contentType}"`);
  return recipe;
}

/** @throws RangeError for a content type without a generation 0 */
export function recipeInForce(state: SystemState, contentType: string): Recipe {
  const generation0 = state.generation0[contentType];
  if (!generation0) throw new RangeError(`no recipe for content type "${contentType}"`);
  return withThreshold(
    state,
    recipeWith(
      generation0,
      improvementsInForce(state, contentType).map(({ change }) => change),
    ),
  );
}

/** The recipe with the content type's quality threshold in it, where that was raised. */
export function withThreshold(state: SystemState, recipe: Recipe): Recipe {
  const threshold = state.qualityThresholds[recipe.contentType]?.threshold;
  return threshold === undefined ? recipe : { ...recipe, qualityThreshold: threshold };
}

type Autonomy = 'observe' | 'propose' | 'apply';

/** What the system may do by itself on this lever as it was set: what may be taken back, and how far instances follow load. */
export function autonomySetOn(state: SystemState, lever: Lever | 'scaling'): Autonomy {
  if (state.autonomy.state === 'paused') return 'observe';
  return state.autonomy.levers[lever] ?? state.policy.autonomy[lever] ?? 'apply';
}

/** What the system may change by itself on this lever now: within a freeze window it proposes at most. */
export function autonomyOf(state: SystemState, lever: Lever, at: number): Autonomy {
  const set = autonomySetOn(state, lever);
  return set === 'apply' && frozenUntil(state.policy.freezeWindows, at) !== undefined ? 'propose' : set;
}
