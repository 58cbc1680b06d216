import {
  AllocationRevised,
  type Estimate,
  type EventData,
  HypothesisProposed,
  type Metric,
  OutcomesGraded,
  type Policy,
  type Recipe,
  type RecipeChange,
  type Routing,
} from '@contentflow/contracts';
import {
  autonomyOf,
  contentTypesMade,
  type Decided,
  decided,
  improvementsInForce,
  type Question,
  recipeInForce,
  replacedAt,
  type SystemState,
} from '@contentflow/decisions';
import { canonicalJson, hash128, seededRandom, ownValue } from '@contentflow/kernel';
import { Z95 } from '@contentflow/statistics';
import { allocate, type Allocation, sharingRulesOf } from './allocation.ts';
import { testedContexts } from '../hypotheses/proposal-evidence.ts';
import { turnedModels } from '../experiments/turned-models.ts';
import type { Observations } from '../observations.ts';
import { WINDOW_MS } from '../windows.ts';
import { outcomeWindows } from './outcome-windows.ts';
import { outcomeEvidence, type OutcomeEvidence } from './outcome-evidence.ts';
import { fitOutcomes, predicted, predictionErrors } from './outcome-model.ts';
import { observedOutcomes, type OutcomeName, outcomeNames, type Outcomes } from './outcome-windows.ts';

/** What the models of a content type were predicted to do in the last hour, what they did, and all that is known now. */
export interface ModelTrafficEvidence {
  readonly kind: 'model_traffic';
  readonly contentType: string;
  readonly recipe: Recipe;
  readonly from: number;
  readonly until: number;
  /** What earlier forecasts missed; 1 where intervals were as wide as they ought to be. */
  readonly misses: Outcomes;
  /** All that was known at `from`. */
  readonly before: OutcomeEvidence;
  readonly observed: readonly (ReturnType<typeof observedOutcomes> & { readonly model: string })[];
  readonly now: OutcomeEvidence;
  /** The allocation in force, where it may be revised. */
  readonly allocation: ({ readonly improvementId: string } & Omit<RouteModels, 'kind'>) | null;
  /** Whether an allocation may be proposed. */
  readonly mayPropose: boolean;
  /** Contexts in which a hypothesis was tested before, or is. */
  readonly tested: readonly string[];
}

type RouteModels = Extract<RecipeChange, { kind: 'route_models' }>;

const partsOf = ({ kind: _, ...parts }: RouteModels): Omit<RouteModels, 'kind'> => parts;

/** Once an hour and content type; where an allocation is in force, each half hour. */
export function modelTrafficDue(
  parts: readonly Observations[],
  system: SystemState,
  at: number,
): Question<ModelTrafficEvidence>[] {
  return contentTypesMade(system).flatMap((contentType) => {
    const recipe = recipeInForce(system, contentType);
    const { gradeEveryMs, halfLifeMs } = sharingRulesOf(system.policy, recipe);
    const spanMs = Math.max(1, Math.round(gradeEveryMs / WINDOW_MS)) * WINDOW_MS;
    const until = Math.floor(at / spanMs) * spanMs;
    const from = until - spanMs;
    const grades = ownValue(system.outcomesGraded, contentType);
    if (grades && grades.until >= until) return [];
    const windows = outcomeWindows(parts, contentType).filter(
      ({ start }) => start < until && start >= replacedAt(system, contentType),
    );
    const earlier = windows.filter(({ start }) => start < from);
    const graded = windows.filter(({ start }) => start >= from);
    if (earlier.length === 0 || graded.length === 0) return [];
    const known = (of: typeof windows, until: number): OutcomeEvidence =>
      outcomeEvidence(
        of.map(({ window, start }) => ({ window, ageMs: until - start - WINDOW_MS })),
        system.models,
        halfLifeMs,
      );
    const observed = system.models
      .map(({ name }) => ({
        model: name,
        ...observedOutcomes(
          graded.map(({ window }) => window),
          name,
        ),
      }))
      .filter(({ count }) => count > 0);
    const evidence: ModelTrafficEvidence = {
      kind: 'model_traffic',
      contentType,
      recipe,
      from,
      until,
      misses: grades?.misses ?? { cost: 1, timeMs: 1, quality: 1 },
      before: known(earlier, from),
      observed,
      now: known(windows, until),
      ...freedomOf(system, contentType, at),
      tested: testedContexts(system, contentType),
    };
    return [{ question: `models:${contentType}:${until}`, evidence }];
  });
}

function freedomOf(
  system: SystemState,
  contentType: string,
  at: number,
): Pick<ModelTrafficEvidence, 'allocation' | 'mayPropose'> {
  const autonomy = autonomyOf(system, 'model', at, contentType);
  const routed = improvementsInForce(system, contentType).findLast(({ change }) => change.kind === 'route_models');
  return {
    allocation:
      autonomy === 'apply' && routed?.change.kind === 'route_models'
        ? { improvementId: routed.improvementId, ...partsOf(routed.change) }
        : null,
    // What a model was worth before it turned is no reason to give it a share, until that is forgotten.
    mayPropose:
      autonomy !== 'observe' &&
      routed === undefined &&
      !turnedModels(system, at - system.policy.allocation.halfLifeMs).some((each) => each.contentType === contentType),
  };
}

/** Grades what was predicted, then lets the allocation follow, or proposes one: linear programs are solved for who asks what follows on the grade. */
export function* decideModelTraffic(evidence: ModelTrafficEvidence, policy: Policy): Generator<Decided> {
  const { contentType, allocation, mayPropose, recipe, now, tested, until } = evidence;
  yield decided(OutcomesGraded, contentType, gradesOf(evidence));
  const context = contextOf(evidence, policy);
  if (!allocation && (!mayPropose || tested.includes(context))) return;
  const found = allocate(now, recipe, policy, seededRandom(`${contentType}:${until}`));
  if (!found) return;
  yield* allocation ? revision(evidence, allocation, found) : proposalOf(evidence, context, found, policy);
}

/** Shares move with every hour; what a refutation speaks of is sharing among these models for this objective. */
function contextOf({ contentType, recipe: { model }, now }: ModelTrafficEvidence, { objective }: Policy): string {
  const kind: RecipeChange['kind'] = 'route_models';
  return hash128(canonicalJson({ contentType, kind, model, models: now.models, objective })).slice(0, 16);
}

/** Below it, shares stay as they are. */
const MIN_SHARE_CHANGE = 0.02;

function revision(
  { contentType }: ModelTrafficEvidence,
  { improvementId, ...before }: NonNullable<ModelTrafficEvidence['allocation']>,
  found: Allocation,
): Decided[] {
  const shareIn = (of: Routing, segment: number, model: string): number =>
    of[segment]?.shares.find((each) => each.model === model)?.share ?? 0;
  const hasMoved = found.routing.some(({ shares }, segment) =>
    shares.some(({ model, share }) => Math.abs(share - shareIn(before.routing, segment, model)) > MIN_SHARE_CHANGE),
  );
  if (!hasMoved) return [];
  const change: RecipeChange = { kind: 'route_models', ...before, routing: found.routing };
  return [decided(AllocationRevised, improvementId, { improvementId, contentType, change, expected: found.expected })];
}

/** Proposed where sharing is expected to beat the best single model, and the recipe as it is, by more than the least improvement. */
function proposalOf(
  { contentType }: ModelTrafficEvidence,
  context: string,
  found: Allocation,
  policy: Policy,
): Decided[] {
  const least = policy.experiments.minimumImprovement;
  const { metric, gain } = bestGain(found, policy);
  if (gain <= least || found.gain < valueOfMinImprovement(found, metric, least)) return [];
  const change: RecipeChange = { kind: 'route_models', routing: found.routing, fallback: 'former_model' };
  return [
    decided(HypothesisProposed, contentType, {
      hypothesisId: hash128(`hypothesis ${context}`),
      kind: 'model_allocation',
      contentType,
      lever: 'model',
      change,
      metric,
      reason: `models by brief: ${inWords(found.present)} now, ${inWords(found.bestSingle)} by the best single model, ${inWords(found.expected)} shared`,
      context,
      expectedGain: gain,
    }),
  ];
}

/** The metric that the objective gains most in, and by how much of it. */
function bestGain({ present, expected }: Allocation, { objective }: Policy): { metric: Metric; gain: number } {
  const gains: { metric: Metric; gain: number }[] = [
    { metric: 'cost', gain: 1 - expected.cost / present.cost },
    { metric: 'time', gain: 1 - expected.timeMs / present.timeMs },
    { metric: 'quality', gain: expected.quality / present.quality - 1 },
  ];
  const wanted = { weighted: ['cost', 'time', 'quality'], minimise_cost: ['cost'], maximise_quality: ['quality'] };
  const [best] = gains.filter(({ metric }) => wanted[objective.goal].includes(metric)).sort((a, b) => b.gain - a.gain);
  return best as { metric: Metric; gain: number };
}

/** What the least improvement in this metric alone would be worth on top of the best single model. */
function valueOfMinImprovement({ bestSingle, worth }: Allocation, metric: Metric, least: number): number {
  const { cost, timeMs, quality } = bestSingle;
  const better = {
    cost: metric === 'cost' ? cost * (1 - least) : cost,
    timeMs: metric === 'time' ? timeMs * (1 - least) : timeMs,
    quality: metric === 'quality' ? quality * (1 + least) : quality,
  };
  return worth(better) - worth(bestSingle);
}

const inWords = ({ cost, timeMs, quality }: Outcomes): string =>
  `${Number(cost.toPrecision(3))} USD, ${Math.round(timeMs / 100) / 10} s, quality ${quality.toFixed(2)}`;

/** Weight of the newest grade in what was missed so far. */
const NEWEST = 0.2;

type Graded = Omit<EventData<typeof OutcomesGraded>, 'basis'>;
type GradedModel = Graded['models'][number];

/**
 * What was predicted for the briefs that came, beside what came of them; cost and time as geometric means, so that one dear content does not
 * stand for all. Intervals should hold the observed mean 95 times in 100: they are as wide as the learned model's error, times what it missed before
 * (levels move when recipes do, which no regression foresees).
 */
function gradesOf({ contentType, from, until, misses, before, observed }: ModelTrafficEvidence): Graded {
  const model = fitOutcomes(before);
  const graded = observed.map(({ model: name, count, features, outcomes }) => {
    const index = before.models.findIndex((each) => each.name === name);
    const mean = predicted(model, index, features);
    const errors = predictionErrors(model, index, features, count);
    const estimates = outcomeNames.map((of, k) => {
      const width = Z95 * Math.sqrt(misses[of]) * errors[of];
      const { noise } = model.fits[k] as { noise: number };
      return of === 'quality' ? around(mean[of], width) : aroundLog(mean[of] * Math.exp(-noise / 2), width);
    });
    const square = (of: OutcomeName): number => {
      const missed =
        of === 'quality'
          ? outcomes[of] - mean[of]
          : Math.log(outcomes[of] / (estimates[outcomeNames.indexOf(of)] as Estimate).value);
      return (missed / errors[of]) ** 2;
    };
    const [cost, timeMs, quality] = estimates as [Estimate, Estimate, Estimate];
    return {
      graded: { model: name, generations: count, predicted: { cost, timeMs, quality }, observed: outcomes },
      squares: { cost: square('cost'), timeMs: square('timeMs'), quality: square('quality') },
    };
  });
  const missed = (of: OutcomeName): number => {
    const newest = graded.reduce((sum, { squares }) => sum + squares[of], 0) / Math.max(1, graded.length);
    return Math.max(1, (1 - NEWEST) * misses[of] + NEWEST * newest);
  };
  return {
    contentType,
    from,
    until,
    models: graded.map((each): GradedModel => each.graded),
    misses: { cost: missed('cost'), timeMs: missed('timeMs'), quality: missed('quality') },
  };
}

const around = (value: number, width: number): Estimate => ({ value, lower: value - width, upper: value + width });
const aroundLog = (value: number, width: number): Estimate => ({
  value,
  lower: value * Math.exp(-width),
  upper: value * Math.exp(width),
});
