import { ModelsOffered, newEvent, type Recipe, RecipeRegistered } from '@contentflow/contracts';
import { canonicalJson, hash128, ownValue } from '@contentflow/kernel';
import { recipeVersion } from '@contentflow/recipes';
import type { Models, Platform, SystemStateReader } from '@contentflow/nest-platform';

/** Registers generation 0 of each content type that the ledger does not know yet. */
export async function registerRecipes(
  platform: Pick<Platform, 'log' | 'clock'>,
  system: SystemStateReader,
  recipes: readonly Recipe[],
  source: string,
): Promise<void> {
  const missing = recipes.filter(({ contentType }) => !ownValue(system.current().generation0, contentType));
  if (missing.length === 0) return;
  await platform.log.append(
    missing.map((recipe) =>
      newEvent(RecipeRegistered, {
        subject: recipe.contentType,
        data: { contentType: recipe.contentType, recipe, version: recipeVersion(recipe), source },
        time: platform.clock.now(),
        cause: { id: hash128(canonicalJson(recipe)) },
      }),
    ),
  );
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
