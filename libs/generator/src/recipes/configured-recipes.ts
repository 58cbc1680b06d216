import type { Recipe } from '@contentflow/contracts';
import { modelName } from '@contentflow/language-models';
import type { Configuration } from '@contentflow/nest-platform';
import { shippedRecipes } from './shipped-recipes.ts';

/** The shipped recipes made by the configured model, and the configured ones in their place. */
export function recipesOf({ providers, model, recipes }: Configuration): Recipe[] {
  const first = providers[0]?.models[0];
  const name = model ?? (first === undefined ? undefined : modelName(first));
  const own = new Set(recipes.map(({ contentType }) => contentType));
  const shipped = name === undefined ? [] : shippedRecipes(name);
  return [...recipes, ...shipped.filter(({ contentType }) => !own.has(contentType))];
}
