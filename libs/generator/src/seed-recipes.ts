import { ModelsOffered, newEvent, type Recipe, RecipeConfigured, RecipeRegistered } from '@contentflow/contracts';
import { canonicalJson, hash128, ownValue } from '@contentflow/kernel';
import type { Models, Platform, SystemStateReader } from '@contentflow/nest-platform';
import { recipeVersion } from '@contentflow/recipes';
import { newlyConfigured, sourceOf } from './domain/configured-recipes.ts';
import type { GeneratorOptions } from './generator-options.ts';

/** Registers generation 0 of each content type that the ledger does not know yet, and says what the configuration says anew of the others. */
export async function registerRecipes(
  platform: Pick<Platform, 'log' | 'clock'>,
  system: SystemStateReader,
  { recipes, source, configured }: Pick<GeneratorOptions, 'recipes' | 'source' | 'configured'>,
): Promise<void> {
  const state = system.current();
  const time = platform.clock.now();
  const missing = recipes.filter(({ contentType }) => !ownValue(state.generation0, contentType));
  const of = (recipe: Recipe): string => (configured ? sourceOf(configured, recipe) : source);
  const about = (recipe: Recipe) => ({
    subject: recipe.contentType,
    data: { contentType: recipe.contentType, recipe, version: recipeVersion(recipe), source: of(recipe) },
    time,
  });
  const events = [
    ...missing.map((recipe) =>
      newEvent(RecipeRegistered, { ...about(recipe), cause: { id: hash128(canonicalJson(recipe)) } }),
    ),
    ...(configured ? newlyConfigured(state, configured) : []).map((recipe) => {
      // Processes that start at once say it once, and what is said again later is said anew.
      const { times = 0 } = ownValue(state.configuredRecipes, recipe.contentType) ?? {};
      const cause = { id: hash128(`recipe ${recipe.contentType} ${times} ${recipeVersion(recipe)}`) };
      return newEvent(RecipeConfigured, { ...about(recipe), cause });
    }),
  ];
  if (events.length > 0) await platform.log.append(events);
}

/** Makes the models on offer known, where the ledger has others. */
export async function offerModels(
  { log, clock }: Pick<Platform, 'log' | 'clock'>,
  system: SystemStateReader,
  { offered }: Models,
): Promise<void> {
  if (offered.length === 0 || canonicalJson(system.current().models) === canonicalJson(offered)) return;
  const cause = { id: hash128(`${canonicalJson(offered)} ${system.current().position}`) };
  await log.append([
    newEvent(ModelsOffered, { subject: 'models', data: { models: [...offered] }, time: clock.now(), cause }),
  ]);
}
