import { ownValue } from '@contentflow/kernel';
import {
  HoldbackRebased,
  OperatorIntervened,
  QualityThresholdRaised,
  type Recipe,
  type RecipeChange,
  RecipeRegistered,
  recipeSchema,
} from '@contentflow/contracts';
import { withChange, withModelsReplaced } from '@contentflow/recipes';
import type { ZodError } from 'zod';
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

type VisibleState = RecipesState & Pick<ImprovementsState, 'improvements'> & Pick<ModelsState, 'replacedModels'>;

export const recipesSlice = slice<RecipesState, VisibleState>({
  generation0: {},
  rebasedHoldbacks: {},
  qualityThresholds: {},
})
  .on(RecipeRegistered, ({ generation0 }, { contentType, recipe }) => {
    if (ownValue(generation0, contentType)) return `generation 0 of ${contentType} is registered already`;
    // Its event leaves the form open, so that a recipe of any release stands in the ledger as it was written.
    const read = recipeSchema.safeParse(recipe);
    if (!read.success) return `what is registered for ${contentType} is no recipe: ${faultOf(read.error)}`;
    if (read.data.contentType !== contentType) return `a recipe of ${read.data.contentType} is none of ${contentType}`;
    return { generation0: { ...generation0, [contentType]: read.data } };
  })
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

const faultOf = ({ issues: [issue] }: ZodError): string =>
  issue ? [...issue.path.map(String), issue.message].join(': ') : 'it has another form';

export const recipeWith = (recipe: Recipe, changes: readonly RecipeChange[]): Recipe =>
  changes.reduce(withChange, recipe);

/** What the holdback is made by: generation 0, or what it moved to when that could no longer run. */
export function holdbackRecipe(state: RecipesState, contentType: string): Recipe {
  const recipe = ownValue(state.rebasedHoldbacks, contentType) ?? ownValue(state.generation0, contentType);
  if (!recipe) throw new RangeError(`no recipe for content type "${contentType}"`);
  return recipe;
}

/** @throws RangeError for a content type without a generation 0 */
export function recipeInForce(state: VisibleState, contentType: string): Recipe {
  const generation0 = ownValue(state.generation0, contentType);
  if (!generation0) throw new RangeError(`no recipe for content type "${contentType}"`);
  return effectiveRecipe(
    state,
    recipeWith(
      generation0,
      improvementsInForce(state, contentType).map(({ change }) => change),
    ),
  );
}

/** The recipe as it is followed: with the content type's quality threshold, where that was raised, and with models that are offered. */
export function effectiveRecipe(
  { qualityThresholds, replacedModels }: Pick<RecipesState, 'qualityThresholds'> & Pick<ModelsState, 'replacedModels'>,
  recipe: Recipe,
): Recipe {
  const threshold = ownValue(qualityThresholds, recipe.contentType)?.threshold;
  const offered = withModelsReplaced(recipe, new Map(Object.entries(replacedModels)));
  return threshold === undefined ? offered : { ...offered, qualityThreshold: threshold };
}
