import type { Recipe, RecipeChange } from '@contentflow/contracts';

/** A model that the providers offer. Money per million tokens. */
export interface OfferedModel {
  readonly name: string;
  readonly usdPerMillionInput: number;
  readonly usdPerMillionOutput: number;
}

/** As recipes may name it: by its name, or as `provider/model`; a provider may answer for any name. */
export const isOffered = (
  models: readonly (Pick<OfferedModel, 'name'> & { readonly provider?: string })[],
  name: string,
): boolean =>
  models.some(
    ({ name: offered, provider }) => offered === '*' || offered === name || `${provider ?? ''}/${offered}` === name,
  );

/** Every model that may be called to make content by this recipe; fallbacks are not needed for it. */
export const modelsOfRecipe = ({ model, steps, routing = [] }: Recipe): string[] => [
  ...new Set([
    ...steps.map((step) => step.model ?? model),
    ...(steps.every((step) => step.model !== undefined) ? [] : routing.flatMap(({ shares }) => modelsIn(shares))),
  ]),
];

export const modelsOfChange = (change: RecipeChange): string[] =>
  change.kind === 'use_model'
    ? [change.model]
    : change.kind === 'route_models'
      ? [...new Set(change.routing.flatMap(({ shares }) => modelsIn(shares)))]
      : [];

const modelsIn = (shares: readonly { readonly model: string; readonly share: number }[]): string[] =>
  shares.filter(({ share }) => share > 0).map(({ model }) => model);

/** The recipe with other models in the place of these. */
export function withModelsReplaced(recipe: Recipe, replaced: ReadonlyMap<string, string>): Recipe {
  if (replaced.size === 0) return recipe;
  const by = (model: string): string => replaced.get(model) ?? model;
  return {
    ...recipe,
    model: by(recipe.model),
    steps: recipe.steps.map((step) => ({
      ...step,
      ...(step.model === undefined ? {} : { model: by(step.model) }),
      ...(step.fallbacks ? { fallbacks: step.fallbacks.map(by) } : {}),
    })),
    ...(recipe.routing
      ? {
          routing: recipe.routing.map((segment) => ({
            ...segment,
            shares: segment.shares.map(({ model, share }) => ({ model: by(model), share })),
          })),
        }
      : {}),
  };
}
