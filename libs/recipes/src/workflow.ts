import type { Recipe, Step } from '@contentflow/contracts';
import { ContentFlowError } from '@contentflow/kernel';

/**
 * The steps in an order in which each comes after what it needs, as they stand in the recipe where there is a choice.
 * @throws ContentFlowError `workflow-cycle`
 */
export function stepsInOrder(recipe: Recipe): readonly Step[] {
  const known = orders.get(recipe);
  if (known) return known;
  const ordered = inOrder(recipe);
  orders.set(recipe, ordered);
  return ordered;
}

/** A recipe never changes, and its order is asked for with every call. */
const orders = new WeakMap<Recipe, readonly Step[]>();

function inOrder(recipe: Recipe): Step[] {
  const ordered: Step[] = [];
  const done = new Set<string>();
  while (ordered.length < recipe.steps.length) {
    const next = recipe.steps.find((step) => !done.has(step.id) && step.needs.every((need) => done.has(need)));
    if (!next) {
      const stuck = recipe.steps.filter((step) => !done.has(step.id)).map((step) => step.id);
      throw new ContentFlowError('workflow-cycle', `steps need each other in a circle: ${stuck.join(', ')}`, {
        field: 'steps',
      });
    }
    ordered.push(next);
    done.add(next.id);
  }
  return ordered;
}

/** Steps that the result can do without: no other step needs them, and neither body nor title is theirs. */
export function droppableSteps(recipe: Recipe): string[] {
  const needed = new Set(recipe.steps.flatMap((step) => step.needs));
  return recipe.steps
    .map((step) => step.id)
    .filter((id) => !needed.has(id) && id !== recipe.output.body && id !== recipe.output.title);
}

/** Whether running independent steps at the same time would change anything: some step does not need the one before it. */
export function hasIndependentSteps(recipe: Recipe): boolean {
  const ordered = stepsInOrder(recipe);
  return ordered.some((step, index) => index > 0 && !dependsOn(recipe, step.id, (ordered[index - 1] as Step).id));
}

function dependsOn(recipe: Recipe, step: string, other: string): boolean {
  const needs = recipe.steps.find(({ id }) => id === step)?.needs ?? [];
  return needs.includes(other) || needs.some((need) => dependsOn(recipe, need, other));
}
