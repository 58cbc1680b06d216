import type { Recipe } from '@contentflow/contracts';
import { recipesToReplace, type SystemState } from '@contentflow/decisions';
import { ownValue } from '@contentflow/kernel';
import { partInWords, recipeVersion } from '@contentflow/recipes';

/** What the configuration says of recipes. */
export interface RecipesOfFile {
  /** That it writes itself. */
  readonly own: readonly Recipe[];
  /** Of the release, for content types that it writes none for. */
  readonly shipped: readonly Recipe[];
  /** What the shipped ones are made by, where it says so itself. */
  readonly model?: string | undefined;
}

/** Where a recipe came from, as the ledger says; earlier releases said `configuration` of either. */
const FILE = 'the configuration file';
const RELEASE = 'the release';
export const sourceOf = ({ own }: RecipesOfFile, { contentType }: Recipe): string =>
  own.some((recipe) => recipe.contentType === contentType) ? FILE : RELEASE;

/**
 * Recipes of which the configuration says something else than it said last. What it leaves unsaid is nothing new: a content type that it names
 * no more, the recipes of another release, the model that comes first.
 */
export const newlyConfigured = ({ configuredRecipes }: SystemState, file: RecipesOfFile): Recipe[] =>
  [...file.own, ...file.shipped].filter((recipe) => {
    const last = ownValue(configuredRecipes, recipe.contentType);
    if (!last || recipeVersion(last.recipe) === recipeVersion(recipe)) return false;
    if (sourceOf(file, recipe) === FILE) return true;
    const isTakenOut = last.source === FILE;
    return isTakenOut || (file.model !== undefined && last.recipe.model !== file.model);
  });

/** Whether all that the configuration says of recipes is in force. */
export const areRecipesAdopted = (state: SystemState, file: RecipesOfFile): boolean =>
  newlyConfigured(state, file).length === 0 && recipesToReplace(state).length === 0;

/** What whoever starts the system ought to know of the recipes that the file writes. */
export function notesOnRecipes(state: SystemState, file: RecipesOfFile): string[] {
  const pending = [
    ...newlyConfigured(state, file).map(({ contentType }) => contentType),
    ...recipesToReplace(state).map(({ contentType }) => contentType),
  ];
  const said = new Set([...file.own, ...file.shipped].map(({ contentType }) => contentType));
  const unsaid = Object.entries(state.configuredRecipes)
    .filter(([contentType, { source }]) => source === FILE && !said.has(contentType))
    .map(([contentType]) => contentType);
  const adopted = Object.entries(state.replacedRecipes)
    .filter(([contentType]) => said.has(contentType) && !pending.includes(contentType))
    .map(([contentType, { at, parts }]) => ({ contentType, at, changed: parts.map(partInWords).join(', ') }));
  return [
    ...(pending.length === 0
      ? []
      : [
          `the configuration has another recipe for ${listed(pending)} than before: adopted by a decision right after the start`,
        ]),
    ...adopted.map(
      ({ contentType, at, changed }) =>
        `the configuration's recipe of ${contentType} was adopted at ${new Date(at).toISOString()}: it changed ${changed}`,
    ),
    ...(unsaid.length === 0
      ? []
      : [`the configuration has no recipe for ${listed(unsaid)} any more: made by what it said last`]),
  ];
}

const listed = (types: readonly string[]): string => [...new Set(types)].sort().join(', ');
