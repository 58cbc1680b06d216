import type { Recipe } from '@contentflow/contracts';
import { improvementsInForce, openExperiments, type SystemState } from '@contentflow/decisions';
import { ownValue } from '@contentflow/kernel';
import { isOffered, modelsOfChange, modelsOfRecipe, recipeVersion } from '@contentflow/recipes';

/** What is configured now, beside what the ledger remembers. */
export interface ConfiguredModels {
  readonly offered: readonly { readonly name: string; readonly provider: string }[];
  /** Recipes that the configuration writes itself. */
  readonly recipes: readonly Recipe[];
  /** What the configuration names as generation 0's model. */
  readonly model?: string | undefined;
}

/** What whoever starts the system ought to know: recipes on models that nobody offers, and settings that generation 0 does not follow. */
export function notesOnModels(state: SystemState, { offered, recipes, model }: ConfiguredModels): string[] {
  if (offered.length === 0) return [];
  const types = Object.keys(state.generation0).sort();
  const gone = (names: readonly string[]): string[] => names.filter((name) => !isOffered(offered, name));
  const missing = Map.groupBy(
    types.flatMap((contentType) => gone(modelsNamed(state, contentType)).map((name) => ({ name, contentType }))),
    ({ name }) => name,
  );
  const trials = openExperiments(state).filter(({ change }) => gone(modelsOfChange(change)).length > 0);
  const unlike = recipes.filter(
    (recipe) =>
      types.includes(recipe.contentType) &&
      recipeVersion(recipe) !== recipeVersion(ownValue(state.generation0, recipe.contentType) as Recipe),
  );
  const elsewhere = types.filter((contentType) => {
    const registered = ownValue(state.generation0, contentType) as Recipe;
    const isConfigured = recipes.some((recipe) => recipe.contentType === contentType);
    return model !== undefined && !isConfigured && registered.model !== model && isOffered(offered, registered.model);
  });
  return [
    ...[...missing].map(
      ([name, of]) =>
        `no provider offers "${name}" any more: ${of.map(({ contentType }) => contentType).join(', ')} ${replacementFor(state, offered, name)}`,
    ),
    ...(trials.length === 0 ? [] : [`${trials.length} experiments are on models that are gone, and end void`]),
    ...(unlike.length === 0
      ? []
      : [
          `the file's recipes of ${unlike.map(({ contentType }) => contentType).join(', ')} are not followed: generation 0 stays what it was registered as`,
        ]),
    ...(elsewhere.length === 0
      ? []
      : [`"model" is not followed by ${elsewhere.join(', ')}: generation 0 stays on the model it was registered with`]),
  ];
}

function replacementFor({ replacedModels }: SystemState, offered: ConfiguredModels['offered'], name: string): string {
  const by = ownValue(replacedModels, name);
  if (by !== undefined && isOffered(offered, by)) return `is made by "${by}"`;
  return 'moves to another within a minute; its briefs wait for that';
}

const modelsNamed = (state: SystemState, contentType: string): string[] => [
  ...new Set([
    ...modelsOfRecipe(ownValue(state.generation0, contentType) as Recipe),
    ...improvementsInForce(state, contentType).flatMap(({ change }) => modelsOfChange(change)),
  ]),
];
