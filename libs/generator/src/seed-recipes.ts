import { ModelsOffered, newEvent, type Recipe, RecipeConfigured, RecipeRegistered } from '@contentflow/contracts';
import { canonicalJson, hash128, type NewEvent, ownValue } from '@contentflow/kernel';
import type { SystemState } from '@contentflow/decisions';
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
  const events = [...missing, ...(configured ? newlyConfigured(state, configured) : [])].map((recipe) =>
    asConfigured(state, recipe, of(recipe), time),
  );
  if (events.length > 0) await platform.log.append(events);
}

/** What is said of a recipe that the ledger does not know, or knows otherwise. */
export function asConfigured(state: SystemState, recipe: Recipe, source: string, time: number): NewEvent {
  const { contentType } = recipe;
  const version = recipeVersion(recipe);
  const about = { subject: contentType, data: { contentType, recipe, version, source }, time };
  if (!ownValue(state.generation0, contentType))
    return newEvent(RecipeRegistered, { ...about, cause: { id: hash128(canonicalJson(recipe)) } });
  // Processes that start at once say it once, and what is said again later is said anew.
  const { times = 0 } = ownValue(state.configuredRecipes, contentType) ?? {};
  return newEvent(RecipeConfigured, { ...about, cause: { id: hash128(`recipe ${contentType} ${times} ${version}`) } });
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
