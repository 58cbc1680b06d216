import type { Policy, Recipe, Routing } from '@contentflow/contracts';
import type { Random } from '@contentflow/kernel';
import { segmentOf } from '@contentflow/recipes';
import { type LinearConstraint, solveLinearProgram } from './linear-program.ts';
import { marginsUnder } from '../objective.ts';
import type { OutcomeEvidence } from './outcome-evidence.ts';
import { drawnCoefficients, fitOutcomes, predicted, type OutcomeModel } from './outcome-model.ts';
import { type BriefCell, outcomeNames, type Outcomes } from './outcome-windows.ts';

/** Briefs that are routed alike: the bounds by which they are known, their share of the traffic, their mean features. */
interface Segment {
  readonly bounds: Pick<Routing[number], 'keyPoints' | 'words'>;
  readonly share: number;
  readonly features: readonly number[];
}

/** Of each segment, the share of each model. */
type Shares = readonly (readonly number[])[];
/** Of each segment, what each model's content comes to. */
type Forecast = readonly (readonly Outcomes[])[];

/** What is wanted: worth of a mean content, and what it must keep to. */
interface Goal {
  readonly worth: (outcomes: Outcomes) => number;
  readonly limits: { readonly quality?: number; readonly cost?: number; readonly timeMs?: number };
}

/** Shares that a solver found for the user's objective, and what they are expected to bring. */
export interface Allocation {
  readonly routing: Routing;
  readonly expected: Outcomes;
  /** Of the recipe without sharing. */
  readonly present: Outcomes;
  /** The most worth that a single model promises within the limits. */
  readonly bestSingle: Outcomes;
  /** Worth above the best single model's. */
  readonly gain: number;
  readonly worth: Goal['worth'];
}

const DRAWS = 15;
const KEY_POINT_SEGMENTS = 3;
/** Of a segment, for a model that is hardly known, or has not been seen for long: enough to know it at the next revision. */
const MAX_UNKNOWN = 0.2;
/** Of all briefs; with fewer that ask for a length, length makes no segments. */
const MIN_REQUESTING_SHARE = 0.2;

/**
 * Allocates each segment's briefs to models: for several draws of the learned model, shares are the optimum of a linear program (the user's
 * objective under the user's constraint and the guardrails' margins); their mean is what is used, so that a model's share in a segment is the
 * chance that it belongs there (Thompson sampling). A share for exploration is kept in every segment, and a model that is hardly known gets no more than that.
 *
 * @returns undefined where there is nothing to allocate between
 * Source: Agrawal and Goyal (2013), arXiv:1209.3352; under constraints: Ferreira, Simchi-Levi and Wang (2018), Operations Research 66(6)
 */
export function allocate(
  evidence: OutcomeEvidence,
  recipe: Recipe,
  policy: Policy,
  random: Random,
): Allocation | undefined {
  const { explorationShare, minGenerations } = sharingRulesOf(policy, recipe);
  const known = evidence.generations.map((count) => count >= minGenerations);
  // What is in force goes on being revised, also once all that is known of the models it leaves out has faded.
  const minKnown = recipe.routing ? 1 : 2;
  if (known.filter(Boolean).length < minKnown || evidence.briefs.length === 0) return undefined;
  const model = fitOutcomes(evidence);
  const segments = recipe.routing ? segmentsAgain(recipe.routing, evidence.briefs) : segmentsOf(evidence.briefs);
  const expectedForecast = forecastOf(model, segments);
  const present = unsharedOf(recipe, segments, evidence);
  if (!present) return undefined;
  const now = meanOf(segments, present, expectedForecast);
  const aim = objectiveFor(policy, now, evidence.generation0 ?? now);

  const floor = explorationShare / evidence.models.length;
  const ranges = known.map((isKnown) => ({ from: floor, to: isKnown ? 1 : MAX_UNKNOWN }));
  const draws = Array.from({ length: DRAWS }, () => {
    const coefficients = drawnCoefficients(model, random);
    return optimalShares(segments, forecastOf(model, segments, coefficients), aim, ranges);
  });
  const shares = segments.map((_, s) =>
    evidence.models.map(
      (_model, m) => draws.reduce((sum, draw) => sum + ((draw[s] as number[])[m] as number), 0) / DRAWS,
    ),
  );
  const expected = meanOf(segments, shares, expectedForecast);
  const bestSingle = bestSingleOf(segments, expectedForecast, known, aim, now);
  return {
    routing: routingOf(segments, shares, evidence),
    expected,
    present: now,
    bestSingle,
    gain: aim.worth(expected) - aim.worth(bestSingle),
    worth: aim.worth,
  };
}

/**
 * While an allocation is in force, evidence is younger, shares are revised sooner, and a model counts as known from fewer generations: one that was
 * left for long must be able to come back when the one in favour falls, and the draws tell what is unsure.
 */
export const sharingRulesOf = ({ allocation }: Policy, { routing }: Recipe): Policy['allocation']['inForce'] =>
  routing ? allocation.inForce : allocation;

/** Of a guardrail's margin: how far inside its limits an allocation aims, so that an experiment of the usual size can show that it keeps to them. */
const INSIDE = 0.75;

/** The weighted objective counts cost and time against generation 0's, where the holdback tells them. */
function objectiveFor({ objective, guardrails }: Policy, now: Outcomes, base: Pick<Outcomes, 'cost' | 'timeMs'>): Goal {
  const { goal } = objective;
  const margins = marginsUnder(objective, guardrails, now);
  const quality = now.quality - margins.qualityMargin + INSIDE * guardrails.qualityMargin;
  const cost = now.cost * (1 + margins.costMargin - INSIDE * guardrails.costMargin);
  const timeMs = now.timeMs * (1 + (1 - INSIDE) * guardrails.timeMargin);
  switch (goal) {
    case 'weighted':
      return {
        worth: (of) =>
          (objective.quality * of.quality) / 10 -
          (objective.cost * of.cost) / base.cost -
          (objective.time * of.timeMs) / base.timeMs,
        limits: { quality, cost, timeMs },
      };
    case 'minimise_cost':
      return { worth: (of) => -of.cost / now.cost, limits: { quality, timeMs } };
    case 'maximise_quality':
      return { worth: (of) => of.quality / 10, limits: { cost, timeMs } };
  }
}

const forecastOf = (
  model: OutcomeModel,
  segments: readonly Segment[],
  coefficients?: readonly (readonly number[])[],
): Forecast =>
  segments.map(({ features }) => model.evidence.models.map((_, m) => predicted(model, m, features, coefficients)));

/** What missing a limit by all of it costs: more than anything could be worth. */
const PENALTY = 100;

/** The optimum under one forecast. What cannot be kept is missed by as little as can be. */
function optimalShares(
  segments: readonly Segment[],
  forecast: Forecast,
  { worth, limits }: Goal,
  ranges: readonly { from: number; to: number }[],
): number[][] {
  const of = (value: (outcomes: Outcomes) => number): number[] =>
    segments.flatMap(({ share }, s) => (forecast[s] as Outcomes[]).map((outcomes) => share * value(outcomes)));
  const kept = outcomeNames.filter((name) => limits[name] !== undefined);
  const slacks = kept.map(() => 0);
  const whole = segments.map((_, s): LinearConstraint => {
    const own = segments.flatMap((_segment, other) => ranges.map(() => (other === s ? 1 : 0)));
    return { coefficients: [...own, ...slacks], relation: '=', bound: 1 };
  });
  const limiting = kept.map((name, k): LinearConstraint => {
    const limit = limits[name] as number;
    const slack = name === 'quality' ? 1 : -1;
    const coefficients = [...of((outcomes) => outcomes[name] / limit), ...slacks.with(k, slack)];
    return { coefficients, relation: name === 'quality' ? '>=' : '<=', bound: 1 };
  });
  const solution = solveLinearProgram({
    worth: [...of(worth), ...slacks.map(() => -PENALTY)],
    constraints: [...whole, ...limiting],
    bounds: [...segments.flatMap(() => ranges), ...slacks.map(() => ({ from: 0, to: 1000 }))],
  });
  return segments.map((_, s) => solution.slice(s * ranges.length, (s + 1) * ranges.length));
}

/** Of the models known well enough, the one worth most within the limits; the present way where none keeps to them. */
function bestSingleOf(
  segments: readonly Segment[],
  forecast: Forecast,
  known: readonly boolean[],
  { worth, limits }: Goal,
  present: Outcomes,
): Outcomes {
  const singles = known.flatMap((isKnown, m) =>
    isKnown
      ? [
          meanOf(
            segments,
            segments.map(() => known.map((_, other) => (other === m ? 1 : 0))),
            forecast,
          ),
        ]
      : [],
  );
  const { quality = -Infinity, cost = Infinity, timeMs = Infinity } = limits;
  return singles
    .filter((each) => each.quality >= quality && each.cost <= cost && each.timeMs <= timeMs)
    .reduce((best, each) => (worth(each) > worth(best) ? each : best), present);
}

function meanOf(segments: readonly Segment[], shares: Shares, forecast: Forecast): Outcomes {
  const [cost, timeMs, quality] = outcomeNames.map((name) =>
    segments.reduce(
      (sum, { share }, s) =>
        sum +
        share *
          (forecast[s] as Outcomes[]).reduce(
            (mean, outcomes, m) => mean + ((shares[s] as number[])[m] as number) * outcomes[name],
            0,
          ),
      0,
    ),
  ) as [number, number, number];
  return { cost, timeMs, quality };
}

/** The recipe without sharing: what an allocation is held against, also when it is revised. Once its model is offered no more, the best known one stands in. */
function unsharedOf(
  { model, routing }: Recipe,
  segments: readonly Segment[],
  { models, generations }: OutcomeEvidence,
): Shares | undefined {
  const own = models.findIndex(({ name }) => name === model);
  if (own < 0 && !routing) return undefined;
  const alone = own < 0 ? generations.indexOf(Math.max(...generations)) : own;
  return segments.map(() => models.map((_, m) => (m === alone ? 1 : 0)));
}

/** Up to six segments, cut at the thirds of key points, and where many briefs ask for a length, at the median of what they ask. */
function segmentsOf(briefs: readonly BriefCell[]): Segment[] {
  const cuts = (of: (cell: BriefCell) => number, shares: readonly number[]): (number | null)[] => {
    const most = Math.max(...briefs.map(of));
    const edges = shares.map((share) => weightedQuantile(briefs, of, share)).filter((edge) => edge < most);
    return [...new Set(edges), null];
  };
  const thirds = Array.from({ length: KEY_POINT_SEGMENTS - 1 }, (_, i) => (i + 1) / KEY_POINT_SEGMENTS);
  const total = countOf(briefs);
  const asking = briefs.filter(({ words }) => words > 0);
  const lengths = countOf(asking) < MIN_REQUESTING_SHARE * total ? [null] : cuts(({ words }) => words, [0.5]);
  const bounds = cuts(({ keyPoints }) => keyPoints, thirds).flatMap((keyPoints) =>
    lengths.map((words) => ({ keyPoints, words, shares: [] })),
  );
  return segmentsAgain(bounds, briefs);
}

/** The traffic of segments whose bounds stand. */
function segmentsAgain(routing: Routing, briefs: readonly BriefCell[]): Segment[] {
  const total = countOf(briefs);
  const everywhere = meanFeatures(briefs);
  return routing.map((segment) => {
    const own = briefs.filter((cell) => segmentOf(routing, cell) === segment);
    const { keyPoints, words } = segment;
    const features = own.length > 0 ? meanFeatures(own) : everywhere;
    return { bounds: { keyPoints, words }, share: countOf(own) / total, features };
  });
}

const countOf = (briefs: readonly BriefCell[]): number => briefs.reduce((sum, { count }) => sum + count, 0);

const meanFeatures = (briefs: readonly BriefCell[]): number[] =>
  (briefs[0]?.features ?? []).map(
    (_, i) => briefs.reduce((sum, { features }) => sum + (features[i] as number), 0) / countOf(briefs),
  );

function weightedQuantile(briefs: readonly BriefCell[], of: (cell: BriefCell) => number, share: number): number {
  let left = share * countOf(briefs);
  const ordered = briefs.toSorted((a, b) => of(a) - of(b));
  return of(ordered.find(({ count }) => (left -= count) <= 0) ?? (ordered.at(-1) as BriefCell));
}

function routingOf(segments: readonly Segment[], shares: Shares, { models }: OutcomeEvidence): Routing {
  return segments.map(({ bounds }, s) => ({
    ...bounds,
    shares: models.map(({ name }, m) => ({
      model: name,
      share: Math.round(1000 * ((shares[s] as number[])[m] as number)) / 1000,
    })),
  }));
}
