import { ownValue, withoutOwnValue } from '@contentflow/kernel';
import {
  HoldbackRebased,
  OperatorIntervened,
  QualityThresholdRaised,
  type Recipe,
  type RecipeChange,
  RecipeConfigured,
  RecipeRegistered,
  RecipeReplaced,
  recipeSchema,
} from '@contentflow/contracts';
import { recipeVersion, withChange, withModelsReplaced } from '@contentflow/recipes';
import type { ZodError } from 'zod';
import { type ImprovementsState, improvementsInForce } from './improvements.ts';
import type { ModelsState } from './models.ts';
import { slice } from './slice.ts';

export interface RecipesState {
  /** By content type: as a person wrote it, and as improvements build on it. */
  readonly generation0: Readonly<Record<string, Recipe>>;
  /** By content type: what the configuration said last. */
  readonly configuredRecipes: Readonly<Record<string, ConfiguredRecipe>>;
  /** By content type, where generation 0 began anew with what a person wrote. */
  readonly replacedRecipes: Readonly<Record<string, ReplacedRecipe>>;
  /** By content type, where it moved on because generation 0 could no longer run. */
  readonly rebasedHoldbacks: Readonly<Record<string, Recipe>>;
  /** By content type, where it was raised. */
  readonly qualityThresholds: Readonly<Record<string, { readonly threshold: number; readonly since: number }>>;
}

export interface ConfiguredRecipe {
  readonly recipe: Recipe;
  readonly source: string;
  /** How often it said something new since the first time. */
  readonly times: number;
}

export interface ReplacedRecipe {
  readonly at: number;
  /** Which a person changed. */
  readonly parts: readonly string[];
}

type VisibleState = RecipesState & Pick<ImprovementsState, 'improvements'> & Pick<ModelsState, 'replacedModels'>;

export const recipesSlice = slice<RecipesState, VisibleState>({
  generation0: {},
  configuredRecipes: {},
  replacedRecipes: {},
  rebasedHoldbacks: {},
  qualityThresholds: {},
})
  .on(RecipeRegistered, ({ generation0, configuredRecipes }, { contentType, recipe: written, source }) => {
    if (ownValue(generation0, contentType)) return `generation 0 of ${contentType} is registered already`;
    const recipe = recipeOf(contentType, written);
    if (typeof recipe === 'string') return recipe;
    return {
      generation0: { ...generation0, [contentType]: recipe },
      configuredRecipes: { ...configuredRecipes, [contentType]: { recipe, source, times: 0 } },
    };
  })
  .on(RecipeConfigured, ({ configuredRecipes }, { contentType, recipe: written, source }) => {
    const before = ownValue(configuredRecipes, contentType);
    if (!before) return `no generation 0 of ${contentType}`;
    const recipe = recipeOf(contentType, written);
    if (typeof recipe === 'string') return recipe;
    return { configuredRecipes: { ...configuredRecipes, [contentType]: { recipe, source, times: before.times + 1 } } };
  })
  .on(RecipeReplaced, (state, { contentType, to, parts }, at) => {
    const configured = ownValue(state.configuredRecipes, contentType)?.recipe;
    if (!configured || recipeVersion(configured) !== to) return 'the configuration says another recipe';
    const { qualityThresholds, rebasedHoldbacks, replacedRecipes } = state;
    return {
      generation0: { ...state.generation0, [contentType]: configured },
      replacedRecipes: { ...replacedRecipes, [contentType]: { at, parts } },
      rebasedHoldbacks: withoutOwnValue(rebasedHoldbacks, contentType),
      // The latest word holds: of a person who wrote another threshold, or of results that raised it since.
      ...(parts.includes('set_quality_threshold')
        ? { qualityThresholds: withoutOwnValue(qualityThresholds, contentType) }
        : {}),
    };
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

/** What is written, or why it is none of this content type. Its event leaves the form open, so that a recipe of any release stands in the ledger as it was written. */
function recipeOf(contentType: string, written: unknown): Recipe | string {
  const read = recipeSchema.safeParse(written);
  if (!read.success) return `what is said for ${contentType} is no recipe: ${faultOf(read.error)}`;
  return read.data.contentType === contentType
    ? read.data
    : `a recipe of ${read.data.contentType} is none of ${contentType}`;
}

const faultOf = ({ issues: [issue] }: ZodError): string =>
  issue ? [...issue.path.map(String), issue.message].join(': ') : 'it has another form';

export const recipeWith = (recipe: Recipe, changes: readonly RecipeChange[]): Recipe =>
  changes.reduce(withChange, recipe);

/** Content types for which the configuration says another recipe than is in force, with both. */
export const recipesToReplace = ({ generation0, configuredRecipes }: RecipesState): RecipeToReplace[] =>
  Object.entries(configuredRecipes).flatMap(([contentType, { recipe: after, times }]) => {
    const before = ownValue(generation0, contentType);
    const isSame = before === undefined || before === after || recipeVersion(before) === recipeVersion(after);
    return isSame ? [] : [{ contentType, before, after, times }];
  });

export interface RecipeToReplace {
  readonly contentType: string;
  readonly before: Recipe;
  readonly after: Recipe;
  readonly times: number;
}

/** Content types that are made by their recipes: all but uses, of whose calls nothing is made here. */
export const contentTypesMade = ({ generation0 }: Pick<RecipesState, 'generation0'>): string[] =>
  Object.entries(generation0).flatMap(([contentType, { passedOn }]) => (passedOn ? [] : [contentType]));

/** When generation 0 began anew with what a person wrote: nothing from before it tells of what is made since. */
export const replacedAt = ({ replacedRecipes }: Pick<RecipesState, 'replacedRecipes'>, contentType: string): number =>
  ownValue(replacedRecipes, contentType)?.at ?? 0;

/** For evidence: which recipe a person wrote last, where that is not what the content type began with. */
export const baseOf = (state: RecipesState, contentType: string): { base?: string } =>
  ownValue(state.replacedRecipes, contentType)
    ? { base: recipeVersion(ownValue(state.generation0, contentType) as Recipe) }
    : {};

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
