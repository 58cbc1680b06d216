import type { Brand, Recipe } from '@contentflow/contracts';
import { configurationError, isContentFlowError, messageOf } from '@contentflow/kernel';
import { modelName } from '@contentflow/language-models';
import type { Configuration } from '@contentflow/nest-platform';
import { stepsInOrder, unknownPlaceholders } from '@contentflow/recipes';
import type { RecipesOfFile } from './domain/configured-recipes.ts';
import { validatorOf } from './domain/json-output.ts';
import { shippedRecipes } from './recipes/shipped-recipes.ts';

/** What a generator works by. */
export interface GeneratorOptions {
  /** Generation 0 of each content type. */
  readonly recipes: readonly Recipe[];
  /** Where they came from, as the ledger will say. */
  readonly source: string;
  /** What of it is to hold from now on where it says something new; none where what the ledger has goes on. */
  readonly configured?: RecipesOfFile;
  readonly brand?: Brand | undefined;
  /** What one brief may cost at most; US dollars. */
  readonly maxCostPerBriefUsd?: number | undefined;
  readonly webhooks?: Configuration['webhooks'] | undefined;
  /** Callers that have a budget of their own in the configuration. */
  readonly namedCallers?: readonly string[];
}
export const GENERATOR_OPTIONS = Symbol('GeneratorOptions');

/**
 * As the configuration says: the configured recipes, and the shipped ones for every other content type.
 * @throws ContentFlowError `configuration`, naming the recipe that cannot be worked by
 */
export function generatorOptions(
  configuration: Configuration,
): GeneratorOptions & { readonly configured: RecipesOfFile } {
  const { providers, model, recipes, brand, webhooks, budgets } = configuration;
  recipes.forEach((recipe, index) => assertRunnable(recipe, `recipes[${index}]`));
  const first = providers[0]?.models[0];
  const name = model ?? (first === undefined ? undefined : modelName(first));
  const own = new Set(recipes.map(({ contentType }) => contentType));
  const shipped = name === undefined ? [] : shippedRecipes(name);
  const others = shipped.filter(({ contentType }) => !own.has(contentType));
  return {
    recipes: [...recipes, ...others],
    source: 'configuration',
    configured: { own: recipes, shipped: others, model },
    brand,
    maxCostPerBriefUsd: budgets.perBriefUsd,
    webhooks,
    namedCallers: Object.keys(budgets.perCallerUsd).filter((name) => name !== '*'),
  };
}

/** What a schema alone cannot see. */
function assertRunnable(recipe: Recipe, path: string): void {
  try {
    stepsInOrder(recipe);
  } catch (error) {
    if (!isContentFlowError(error)) throw error;
    throw configurationError(`${path}.steps`, messageOf(error), 'let each step need only what comes before it');
  }
  const { template } = recipe.prompt;
  const [unknown] = template === undefined ? [] : unknownPlaceholders(template);
  if (unknown !== undefined)
    throw configurationError(
      `${path}.prompt.template`,
      `knows no {{${unknown}}}`,
      'write a field of the brief, or metadata.NAME',
    );
  try {
    if (recipe.output.schema) validatorOf(recipe.output.schema);
  } catch (error) {
    throw configurationError(`${path}.output.schema`, messageOf(error), 'write a JSON Schema without it');
  }
}
