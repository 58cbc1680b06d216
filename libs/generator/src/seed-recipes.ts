import { newEvent, type Recipe, RecipeRegistered } from '@contentflow/contracts';
import { canonicalJson, hash128 } from '@contentflow/kernel';
import { recipeVersion } from '@contentflow/recipes';
import type { Platform, SystemStateReader } from '@contentflow/nest-platform';

/** The recipes that content types start with. */
export const RECIPES = Symbol('Recipes');

/** Registers generation 0 of each content type that the ledger does not know yet. */
export async function registerRecipes(
  platform: Pick<Platform, 'log' | 'clock'>,
  system: SystemStateReader,
  recipes: readonly Recipe[],
  source: string,
): Promise<void> {
  const missing = recipes.filter(({ contentType }) => !system.current().generation0[contentType]);
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
