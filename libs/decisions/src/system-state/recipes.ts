import { ownValue } from '@contentflow/kernel';
import {
  HoldbackRebased,
  OperatorIntervened,
  QualityThresholdRaised,
  type Recipe,
  type RecipeChange,
  RecipeRegistered,
} from '@contentflow/contracts';
import { withChange, withModelsReplaced } from '@contentflow/recipes';
import { type ImprovementsState, improvementsInForce } from './improvements.ts';
import type { ModelsState } from './models.ts';
import { slice } from './slice.ts';

export interface RecipesState {
  /** By content type. */
  readonly generation0: Readonly<Record<string, Recipe>>;
  /** By content type, where it moved on because generation 0 could no longer run. */
  readonly rebasedHoldbacks: Readonly<Record<string, Recipe>>;
  /** By content type, where it was raised. */
  readonly qualityThresholds: Readonly<Record<string, { readonly threshold: number; readonly since: number }>>;
}

type Seen = RecipesState & Pick<ImprovementsState, 'improvements'> & Pick<ModelsState, 'replacedModels'>;

export const recipesSlice = slice<RecipesState, Seen>({ generation0: {}, rebasedHoldbacks: {}, qualityThresholds: {} })
  .on(RecipeRegistered, ({ generation0 }, { contentType, recipe }) =>
    ownValue(generation0, contentType)
      ? `generation 0 of ${contentType} is registered already`
      : { generation0: { ...generation0, [contentType]: recipe as Recipe } },
  )
  .on(QualityThresholdRaised, ({ qualityThresholds }, { contentType, to }, at) => ({
    qualityThresholds: { ...qualityThresholds, [contentType]: { threshold: to, since: at } },
  }))
  .on(OperatorIntervened, ({ qualityThresholds }, { action, target, threshold }, at) =>
    action === 'set_threshold' && threshold !== undefined
      ? { qualityThresholds: { ...qualityThresholds, [target]: { threshold, since: at } } }
      : {},
  )
  .on(HoldbackRebased, (state, { contentType }) =>
    ownValue(state.generation0, contentType)
      ? { rebasedHoldbacks: { ...state.rebasedHoldbacks, [contentType]: recipeInForce(state, contentType) } }
      : `no generation 0 of ${contentType}`,
  );

export const recipeWith = (recipe: Recipe, changes: readonly RecipeChange[]): Recipe =>
  changes.reduce(withChange, recipe);

/** What the holdback is made by: generation 0, or what it moved to when that could no longer run. */
export function holdbackRecipe(state: RecipesState, contentType: string): Recipe {
  const recipe = ownValue(state.rebasedHoldbacks, contentType) ?? ownValue(state.generation0, contentType);
  if (!recipe) throw new RangeError(`no recipe for content type "${contentType}"`);
  return recipe;
}

/** @throws RangeError for a content type without a generation 0 */
export function recipeInForce(state: Seen, contentType: string): Recipe {
  const generation0 = ownValue(state.generation0, contentType);
  if (!generation0) throw new RangeError(`no recipe for content type "${contentType}"`);
  return asFollowed(
    state,
    recipeWith(
      generation0,
      improvementsInForce(state, contentType).map(({ change }) => change),
    ),
  );
}

/** The recipe as it is followed: with the content type's quality threshold, where that was raised, and with models that are offered. */
export function asFollowed(
  { qualityThresholds, replacedModels }: Pick<RecipesState, 'qualityThresholds'> & Pick<ModelsState, 'replacedModels'>,
  recipe: Recipe,
): Recipe {
  const threshold = ownValue(qualityThresholds, recipe.contentType)?.threshold;
  const offered = withModelsReplaced(recipe, new Map(Object.entries(replacedModels)));
  return threshold === undefined ? offered : { ...offered, qualityThreshold: threshold };
}
