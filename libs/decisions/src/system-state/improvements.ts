import { ownValue } from '@contentflow/kernel';
import type { z } from 'zod';
import {
  AdjustmentMadePermanent,
  AllocationRevised,
  AnomalyHandled,
  type EventData,
  ImprovementApplied,
  ImprovementConfirmed,
  ImprovementExpired,
  ImprovementRolledBack,
  OperatorIntervened,
  ProposalExpired,
  type improvementSchema,
  type Metric,
  type RecipeChange,
  RolloutWidened,
} from '@contentflow/contracts';
import type { Adjustment, AdjustmentsState } from './adjustments.ts';
import { type Experiment, type ExperimentsState, isSupported } from './experiments.ts';
import type { PolicyState } from './policy.ts';
import { slice } from './slice.ts';

export interface ImprovementsState {
  /** In the order in which they were applied. */
  readonly improvements: readonly Improvement[];
}

export type Improvement = z.output<typeof improvementSchema>;

/** An anomaly laid at an improvement's door, or the rollback of another that its evidence rests on; and what is to be done about it. */
export type Doubt = NonNullable<Improvement['doubt']>;

type Experiments = Pick<ExperimentsState, 'experiments'>;
type VisibleState = ImprovementsState & Experiments & AdjustmentsState & PolicyState;

export const improvementsSlice = slice<ImprovementsState, VisibleState>({ improvements: [] })
  .on(ImprovementApplied, (state, { basis: _, guardrails = {}, ...applied }, at) => {
    const improvement = { ...applied, guardrails };
    if (!isSupported(state, improvement.experimentId)) return 'no experiment supports it';
    if (improvementOf(state, improvement.improvementId)) return 'applied already';
    const isPartial = !areAllShown(guardrails);
    return withImprovement(state, {
      ...improvement,
      status: 'applied',
      origin: 'hypothesis',
      isPartial,
      appliedAt: at,
    });
  })
  .on(ImprovementConfirmed, (state, { improvementId, guardrails = {} }, at) =>
    withStatus(state, improvementId, ['applied', 'expired'], {
      status: 'confirmed',
      isPartial: false,
      expiresAt: at + state.policy.watch.expiresAfterMs,
      ...(Object.keys(guardrails).length > 0 ? { guardrails } : {}),
    }),
  )
  .on(RolloutWidened, (state, { improvementId, guardrails }, at) => {
    const widened = improvementOf(state, improvementId);
    if (widened?.status === 'applied' && !widened.isPartial) return 'it is rolled out to all';
    const again = widened?.status === 'expired' ? { expiresAt: at + state.policy.watch.expiresAfterMs } : {};
    return withStatus(state, improvementId, ['applied', 'expired'], {
      status: 'applied',
      isPartial: false,
      guardrails,
      ...again,
    });
  })
  .on(ImprovementRolledBack, (state, { improvementId, reason }, at) => {
    const change = { status: 'rolled_back', endedAt: at, endReason: reason } as const;
    const next = withStatus(state, improvementId, ['applied', 'confirmed', 'expired'], change);
    return typeof next === 'string' ? next : withDependentsInDoubt({ ...state, ...next }, improvementId);
  })
  .on(ImprovementExpired, (state, { improvementId, reason }, at) =>
    withStatus(state, improvementId, ['applied', 'confirmed'], { status: 'expired', retestFor: reason, expiredAt: at }),
  )
  .on(AllocationRevised, (state, { improvementId, change }) => {
    const allocation = improvementOf(state, improvementId);
    if (allocation?.change.kind !== 'route_models') return 'no allocation is applied by this name';
    const revision = (allocation.revision ?? 0) + 1;
    return withStatus(state, improvementId, ['applied', 'confirmed', 'expired'], { change, revision });
  })
  .on(AdjustmentMadePermanent, (state, made, at) => {
    const adjustment = ownValue(state.adjustments, made.adjustmentId);
    if (!adjustment) return {};
    return withImprovement(state, improvementBy(adjustment, made, at, at + state.policy.watch.expiresAfterMs));
  })
  .on(AnomalyHandled, ({ improvements }, { anomalyId, action, target }) =>
    action === 'retest_improvement' || action === 'roll_back_improvement'
      ? {
          improvements: improvements.map((each) =>
            each.improvementId === target ? { ...each, doubt: { cause: 'anomaly', id: anomalyId, action } } : each,
          ),
        }
      : {},
  )
  .on(OperatorIntervened, (state, { action, target }, at) => {
    switch (action) {
      case 'refuse':
        return keptWithoutRetest(state, target, at);
      case 'stop_experiment':
        return keptWithoutRetest(state, ownValue(state.experiments, target)?.origin.id, at);
      case 'undo_rollback':
        return reinstated(state, target, at);
      default:
        return {};
    }
  })
  .on(ProposalExpired, (state, { proposalId }, at) => keptWithoutRetest(state, proposalId, at));

/** Nothing is missing where nothing was asked, as of what an earlier release applied. */
const areAllShown = (guardrails: Improvement['guardrails']): boolean =>
  Object.values(guardrails).every(({ isShown }) => isShown);

/** It stays in force for another term, beside its reverse holdback. */
function keptWithoutRetest(state: VisibleState, id: string | undefined, at: number): Partial<ImprovementsState> {
  const next = withStatus(state, id ?? '', ['expired'], {
    status: 'confirmed',
    expiresAt: at + state.policy.watch.expiresAfterMs,
  });
  return typeof next === 'string' ? {} : next;
}

/** In force again where it stood, and watched as if it were new. */
function reinstated(state: VisibleState, id: string, at: number): Partial<ImprovementsState> | string {
  const change = { status: 'applied', appliedAt: at, expiresAt: at + state.policy.watch.expiresAfterMs } as const;
  const next = withStatus(state, id, ['rolled_back'], change);
  if (typeof next === 'string') return next;
  const current = ({ endedAt: _at, endReason: _reason, ...rest }: Improvement): Improvement => rest;
  return { improvements: next.improvements.map((each) => (each.improvementId === id ? current(each) : each)) };
}

/** What an adjustment becomes when its trial makes it permanent. */
function improvementBy(
  { kind, current, target, support }: Adjustment,
  made: EventData<typeof AdjustmentMadePermanent>,
  at: number,
  expiresAt: number,
): Improvement {
  const { quality, engagement, satisfaction } = made.impact;
  return {
    improvementId: made.adjustmentId,
    experimentId: made.experimentId,
    contentType: made.contentType,
    lever: made.lever,
    change: made.change,
    type: kind,
    impact: { quality, engagement, satisfaction },
    summary: `${current} → ${target}`,
    learnedFrom: support.comments,
    costToFind: 0,
    expiresAt,
    guardrails: {},
    isPartial: false,
    status: 'confirmed',
    origin: 'adjustment',
    appliedAt: at,
  };
}

const improvementOf = ({ improvements }: ImprovementsState, id: string): Improvement | undefined =>
  improvements.find(({ improvementId }) => improvementId === id);

const withImprovement = ({ improvements }: ImprovementsState, improvement: Improvement): ImprovementsState => ({
  improvements: [...improvements, improvement],
});

function withStatus(
  state: ImprovementsState,
  id: string,
  from: readonly Improvement['status'][],
  change: Partial<Improvement>,
): ImprovementsState | string {
  const found = improvementOf(state, id);
  if (!found) return 'no such improvement';
  if (!from.includes(found.status)) return `the improvement is ${found.status}`;
  const { doubt: _answered, retestFor: _done, expiredAt: _since, ...rest } = found;
  return { improvements: state.improvements.map((each) => (each === found ? { ...rest, ...change } : each)) };
}

/** What was found on top of an improvement that is gone is tested again; a rollback that is asked for already stays so. */
function withDependentsInDoubt(state: ImprovementsState & Experiments, improvementId: string): ImprovementsState {
  const gone = improvementOf(state, improvementId) as Improvement;
  const dependents = dependentsOf(state, gone).filter(({ doubt }) => doubt === undefined);
  const doubt: Doubt = { cause: 'rollback', id: improvementId, action: 'retest_improvement' };
  return { improvements: state.improvements.map((each) => (dependents.includes(each) ? { ...each, doubt } : each)) };
}

/** In force, of this content type, in the order applied. */
export const improvementsInForce = ({ improvements }: ImprovementsState, contentType: string): Improvement[] =>
  improvements.filter((each) => each.contentType === contentType && each.status !== 'rolled_back');

/** The experiment that an improvement now rests on: its latest re-test that came to an end, or the one it was found by. */
export function evidenceFor(
  { experiments }: Experiments,
  { improvementId, experimentId }: Pick<Improvement, 'improvementId' | 'experimentId'>,
): Experiment | undefined {
  const retests = Object.values(experiments)
    .filter(({ origin, status }) => origin.kind === 'retest' && origin.id === improvementId && status === 'concluded')
    .sort((a, b) => (a.concludedAt as number) - (b.concludedAt as number));
  return retests.at(-1) ?? ownValue(experiments, experimentId);
}

/**
 * Improvements in force that were applied after this one, in the same content type, and most of whose evidence was gathered while it was in
 * force, where it bears on what they bring: nobody knows that without it.
 */
export function dependentsOf(state: ImprovementsState & Experiments, gone: Improvement): Improvement[] {
  const { improvementId, contentType, appliedAt } = gone;
  return state.improvements.filter((each) => {
    const isLater = each.contentType === contentType && each.appliedAt > appliedAt;
    if (!isLater || each.improvementId === improvementId) return false;
    if (each.status !== 'applied' && each.status !== 'confirmed') return false;
    const { startedAt, concludedAt = each.appliedAt, metric, aim = metric } = evidenceFor(state, each) ?? {};
    return ((startedAt ?? concludedAt) + concludedAt) / 2 > appliedAt && bearsOn(gone.change, { ...each, aim });
  });
}

/**
 * Of steps in parallel models are told the same words: they bear on what was won by time, and on drafts or steps that were won by their quality, and take more time one after
 * the other; of fewer, cost is saved in any case. A cache answers with what was made before, and bears on what else it is asked for. All other changes move what is written, and so whatever was found on top of it.
 */
function bearsOn(
  { kind }: RecipeChange,
  later: Pick<Improvement, 'lever'> & { readonly aim: Metric | undefined },
): boolean {
  switch (kind) {
    case 'run_in_parallel':
      return later.aim === 'time' || (later.lever === 'workflow' && later.aim !== 'cost');
    case 'set_cache':
    case 'set_prompt_order':
      return later.lever === 'cache' || later.aim === 'cacheHits';
    default:
      return true;
  }
}
