import type { Lever, Recipe, RecipeChange } from '@contentflow/contracts';
import { canonicalJson, hash128 } from '@contentflow/kernel';

/** A recipe is known by its content: 16 hexadecimal digits. */
export function recipeVersion(recipe: Recipe): string {
  const known = versions.get(recipe);
  if (known) return known;
  const version = hash128(canonicalJson(recipe)).slice(0, 16);
  versions.set(recipe, version);
  return version;
}
const versions = new WeakMap<Recipe, string>();

const leverOf: Record<RecipeChange['kind'], Lever> = {
  replace_instructions: 'prompt',
  set_examples: 'prompt',
  run_in_parallel: 'workflow',
  drop_step: 'workflow',
  set_candidates: 'workflow',
  use_model: 'model',
  set_temperature: 'model',
  set_tone: 'style',
  set_words: 'style',
  set_structure: 'style',
  set_quality_threshold: 'quality',
  set_cache: 'cache',
};
export const changedLever = (change: RecipeChange): Lever => leverOf[change.kind];

/** The recipe with the change in it; a change that no longer fits (its step is gone) leaves the recipe as it is. */
export function withChange(recipe: Recipe, change: RecipeChange): Recipe {
  switch (change.kind) {
    case 'replace_instructions':
      return { ...recipe, prompt: { ...recipe.prompt, instructions: change.instructions } };
    case 'set_examples':
      return { ...recipe, prompt: { ...recipe.prompt, examples: change.examples } };
    case 'run_in_parallel':
      return { ...recipe, parallel: change.parallel };
    case 'drop_step':
      return withoutStep(recipe, change.step);
    case 'set_candidates':
      return { ...recipe, candidates: change.candidates };
    case 'use_model':
      return withModel(recipe, change.model, change.step);
    case 'set_temperature':
      return { ...recipe, temperature: change.temperature };
    case 'set_tone':
      return { ...recipe, style: { ...recipe.style, tone: change.tone } };
    case 'set_words':
      return { ...recipe, style: { ...recipe.style, words: change.words } };
    case 'set_structure':
      return { ...recipe, style: { ...recipe.style, structure: change.structure } };
    case 'set_quality_threshold':
      return { ...recipe, qualityThreshold: change.threshold };
    case 'set_cache': {
      const { strategy, timeToLiveMs, similarity } = change;
      return { ...recipe, cache: { strategy, timeToLiveMs, similarity } };
    }
  }
}

/** A step leaves with its place in the graph: who needed it now needs what it needed. */
function withoutStep(recipe: Recipe, id: string): Recipe {
  const gone = recipe.steps.find((step) => step.id === id);
  if (!gone || id === recipe.output.body || recipe.steps.length === 1) return recipe;
  const steps = recipe.steps
    .filter((step) => step.id !== id)
    .map((step) =>
      step.needs.includes(id)
        ? { ...step, needs: [...new Set(step.needs.flatMap((need) => (need === id ? gone.needs : [need])))] }
        : step,
    );
  const { body, title } = recipe.output;
  return { ...recipe, steps, output: title === id ? { body } : { body, title } };
}

function withModel(recipe: Recipe, model: string, stepId: string | undefined): Recipe {
  if (stepId === undefined) return { ...recipe, model };
  return { ...recipe, steps: recipe.steps.map((step) => (step.id === stepId ? { ...step, model } : step)) };
}
