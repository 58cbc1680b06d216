import { HoldbackRebased, type Recipe } from '@contentflow/contracts';
import {
  type Decided,
  decided,
  holdbackRecipe,
  type Question,
  recipeInForce,
  replacedAt,
  type SystemState,
} from '@contentflow/decisions';
import { DAY_MS } from '@contentflow/kernel';
import { isOffered, modelsOfRecipe, recipeVersion } from '@contentflow/recipes';
import { withdrawnModelsDue } from '../models/withdrawn-models.ts';
import type { Observations } from '../observations.ts';
import { holdbackSince } from './holdback-observations.ts';

/** A holdback whose recipe may be past running, and the recipe in force that it could move to. */
export interface RebaseEvidence {
  readonly kind: 'rebase';
  readonly contentType: string;
  readonly from: string;
  readonly to: string;
  /** Models of the holdback's recipe that no provider offers any more. */
  readonly missing: readonly string[];
  /** Of the last day: generations of the holdback, and those that succeeded. */
  readonly lastDay: { readonly tries: number; readonly successes: number };
}

/** Failures in a row, over a day, that are no outage any more. */
const MIN_ATTEMPTS = 30;

export function rebasesDue(
  parts: readonly Observations[],
  system: SystemState,
  at: number,
): Question<RebaseEvidence>[] {
  // Where models are gone from recipes in force too, holdbacks move in the decision that replaces them.
  if (withdrawnModelsDue(system).length > 0) return [];
  return Object.keys(system.generation0).flatMap((contentType) => {
    const [held, inForce] = [holdbackRecipe(system, contentType), recipeInForce(system, contentType)];
    const missing = missingModels(held, system);
    const since = Math.max(at - DAY_MS, replacedAt(system, contentType));
    const { n: tries, mean } = holdbackSince(parts, contentType, since).success;
    const lastDay = { tries, successes: Math.round(tries * mean) };
    const isPast = missing.length > 0 || (lastDay.tries >= MIN_ATTEMPTS && lastDay.successes === 0);
    // Where what is in force cannot run either, there is nothing to move to.
    if (!isPast || missingModels(inForce, system).length > 0) return [];
    const [from, to] = [recipeVersion(held), recipeVersion(inForce)];
    if (from === to) return [];
    const evidence = { kind: 'rebase' as const, contentType, from, to, missing, lastDay };
    return [{ question: `rebase:${contentType}:${from}`, evidence }];
  });
}

const missingModels = (recipe: Recipe, { models }: SystemState): string[] =>
  models.length === 0
    ? []
    : modelsOfRecipe(recipe)
        .filter((name) => !isOffered(models, name))
        .sort();

/** The holdback moves to the recipe in force; the report chains what was gained before to what is gained from there on. */
export function decideRebase({ contentType, from, to, missing, lastDay }: RebaseEvidence): Decided[] {
  const reason =
    missing.length > 0
      ? `no provider offers ${missing.join(', ')} any more`
      : `all ${lastDay.tries} generations of the last day failed`;
  return [decided(HoldbackRebased, contentType, { contentType, from, to, reason })];
}
