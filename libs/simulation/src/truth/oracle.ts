import type { Brief, Recipe, RecipeChange } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { recipeVersion, withChange } from '@contentflow/recipes';
import type { World } from '../world/world.ts';
import { meanOutcome, type Outcome } from './expected-outcome.ts';

/** The changes that could be proposed for a recipe, given the models there are. */
export type Proposable = (recipe: Recipe, models: readonly string[]) => readonly RecipeChange[];

/** `0.5·quality/10 − 0.3·cost/cost₀ − 0.2·time/time₀`, ₀: generation 0. */
export const objective = (outcome: Outcome, generation0: Outcome): number =>
  (0.5 * outcome.quality) / 10 - (0.3 * outcome.cost) / generation0.cost - (0.2 * outcome.timeMs) / generation0.timeMs;

/** What a recipe may lose of the recipe before it, and of generation 0: points of quality, and shares of cost and time. */
export interface LossMargins {
  readonly quality: number;
  readonly cost: number;
  readonly time: number;
}

/** Whether an outcome loses no more than that of another one. */
const keepsMargins = ({ quality, cost, timeMs }: Outcome, before: Outcome, margins: LossMargins): boolean =>
  quality >= before.quality - margins.quality &&
  cost <= before.cost * (1 + margins.cost) &&
  timeMs <= before.timeMs * (1 + margins.time);

const WIDTH = 3;
const MAX_CHANGES = 16;
const NEGLIGIBLE = 1e-9;

/**
 * Of the recipes reachable from generation 0 by proposable changes, the one with the highest objective at that time: a beam search, since
 * changes may bear on each other.
 * @param margins  that each change keeps, against the recipe before it and against generation 0; without them it takes whatever gains most
 */
export function oracleRecipe(
  world: World,
  generation0: Recipe,
  proposable: Proposable,
  sinceStartMs: number,
  margins?: LossMargins,
): Recipe {
  const briefs = typicalBriefs(world, generation0.contentType);
  const models = world.models.map(({ name }) => name);
  const base = meanOutcome(world, generation0, briefs, sinceStartMs);
  const judged = (recipe: Recipe) => {
    const outcome = meanOutcome(world, recipe, briefs, sinceStartMs);
    return { recipe, outcome, worth: objective(outcome, base) };
  };
  const isAllowed = (outcome: Outcome, before: Outcome): boolean =>
    margins === undefined || [before, base].every((each) => keepsMargins(outcome, each, margins));
  const known = new Set([recipeVersion(generation0)]);
  let best = judged(generation0);
  let beam = [best];
  for (let depth = 0; depth < MAX_CHANGES && beam.length > 0; depth++) {
    const reached = beam.flatMap(({ recipe, outcome, worth }) =>
      neighbours(recipe, proposable(recipe, models), known)
        .map(judged)
        .filter((next) => next.worth > worth + NEGLIGIBLE && isAllowed(next.outcome, outcome)),
    );
    beam = reached.toSorted((a, b) => b.worth - a.worth).slice(0, WIDTH);
    if (beam[0] && beam[0].worth > best.worth) best = beam[0];
  }
  return best.recipe;
}

function neighbours(recipe: Recipe, changes: readonly RecipeChange[], known: Set<string>): Recipe[] {
  return changes
    .map((change) => withChange(recipe, asValued(change)))
    .filter((next) => {
      const version = recipeVersion(next);
      if (known.has(version)) return false;
      known.add(version);
      return true;
    });
}

/** Calls that fail are no part of the truth: with and without a fallback a model is worth the same, and one recipe. */
function asValued(change: RecipeChange): RecipeChange {
  if (change.kind !== 'use_model') return change;
  const { fallback: _, ...valued } = change;
  return valued;
}

/** Briefs that stand for the rest: few and many key points, silent on tone and length. */
export function typicalBriefs(world: World, contentType: string): Brief[] {
  const { min, max } = ownValue(world.contentTypes, contentType)?.keyPoints ?? { min: 2, max: 6 };
  return [min, Math.max(min, max)].map((points) => ({
    contentType,
    topic: `a typical ${contentType.replaceAll('_', ' ')}`,
    audience: 'young families',
    keyPoints: Array.from({ length: points }, (_, i) => `a point of some thirty letters ${i}`),
    keywords: ['everyday comfort'],
    language: 'en',
  }));
}

/** Times, from the day's start, at which the truth may change. */
export function turningPoints({ effects, schedule, readers }: World): number[] {
  const times = [
    0,
    ...effects.flatMap(({ from, until }) => [from, until ?? 0]),
    ...schedule.flatMap((entry) => [entry.at, entry.for === null ? 0 : entry.at + entry.for]),
    ...readers.schedule.map(({ at }) => at),
  ];
  return [...new Set(times)].toSorted((a, b) => a - b);
}
