import { type Recipe, recipeSchema, type UsePolicy } from '@contentflow/contracts';
import { changedLever } from './recipe-change.ts';
import type { OfferedModel } from './offered-models.ts';
import { modelChanges, type Proposal } from './proposals.ts';

/**
 * Generation 0 of a use: what its calls ask for. Nothing is made by it, so that of the rest of a recipe it says nothing.
 * @returns undefined for a use of which nothing is tried
 */
export function recipeOfUse(use: string, rules: UsePolicy | undefined): Recipe | undefined {
  if (rules?.model == null) return undefined;
  const known = recipes.get(rules);
  if (known?.contentType === use) return known;
  const recipe = recipeSchema.parse({
    contentType: use,
    prompt: { instructions: '' },
    steps: [{ id: 'completion', instruction: 'What the call says.', maxOutputTokens: 100_000 }],
    output: { body: 'completion' },
    model: rules.model,
    temperature: rules.temperature,
    cache: { strategy: 'off' },
    passedOn: true,
  });
  recipes.set(rules, recipe);
  return recipe;
}
const recipes = new WeakMap<UsePolicy, Recipe>();

/** What may be tried on the calls of a use: what the policy lists, and nothing else. */
export function proposableUseChanges(
  recipe: Recipe,
  offered: readonly OfferedModel[],
  rules: UsePolicy | undefined,
): Proposal[] {
  if (!rules) return [];
  const models = modelChanges(recipe, offered).filter(
    ({ change }) => change.kind === 'use_model' && rules.models.includes(change.model),
  );
  const temperatures = rules.temperatures
    .filter((temperature) => temperature !== recipe.temperature)
    .map((temperature) => ({ kind: 'set_temperature' as const, temperature }));
  const order = { kind: 'set_prompt_order' as const, order: 'stable_first' as const };
  const hasOrder = !rules.stablePromptFirst || recipe.promptOrder !== undefined;
  return [
    ...models,
    ...temperatures.map((change): Proposal => proposalOf('temperature', change, 'quality')),
    ...(hasOrder ? [] : [proposalOf('prompt_order', order, 'cost')]),
  ];
}

const proposalOf = (kind: string, change: Proposal['change'], metric: Proposal['metric']): Proposal => ({
  kind,
  lever: changedLever(change),
  change,
  metric,
});
