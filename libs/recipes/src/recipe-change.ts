import type { Lever, Recipe, RecipeChange, Step } from '@contentflow/contracts';
import { canonicalJson, hash128 } from '@contentflow/kernel';
import { modelsOfChange } from './offered-models.ts';

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
  join_workflow: 'workflow',
  use_model: 'model',
  route_models: 'model',
  set_temperature: 'model',
  set_tone: 'style',
  set_words: 'style',
  set_structure: 'style',
  set_quality_threshold: 'quality',
  set_cache: 'cache',
  set_prompt_order: 'cache',
};
export const changedLever = (change: RecipeChange): Lever => leverOf[change.kind];

/** The parts of a recipe that a change moves: changes that move none of the same can be tried side by side, in any order. */
export function movedParts(change: RecipeChange): readonly string[] {
  switch (change.kind) {
    case 'drop_step':
      return [`step ${change.step}`];
    case 'join_workflow':
      return change.changes.flatMap(movedParts);
    case 'use_model':
    case 'route_models':
      return ['model'];
    default:
      return [change.kind];
  }
}

/** Whether it can change what is written: of steps in parallel each model is told the same words as before. */
export const canMoveTexts = ({ kind }: RecipeChange): boolean => kind !== 'run_in_parallel';

/**
 * Whether a change moves the very thing that the measures of a text look at: a usual length is taken for the right one, and of fewer words fewer are repeated or made up; and
 * of several drafts they choose the best. What it is worth, readers alone can tell.
 */
export function isForReadersToJudge(change: RecipeChange): boolean {
  switch (change.kind) {
    case 'set_words':
    case 'set_structure':
    case 'set_tone':
    case 'set_candidates':
      return true;
    case 'join_workflow':
      return change.changes.some(isForReadersToJudge);
    default:
      return false;
  }
}

export const moveSameLever = (one: RecipeChange, other: RecipeChange): boolean =>
  movedParts(one).some((part) => movedParts(other).includes(part));

/** The parts in which two recipes of a content type differ: named as the changes that move them, where there are such. */
export function changedParts(before: Recipe, after: Recipe): string[] {
  if (recipeVersion(before) === recipeVersion(after)) return [];
  const [was, is] = [partsOf(before), partsOf(after)];
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
  return changed.length > 0 ? changed.sort() : ['order of steps'];
}

/** All that a recipe says, by part; a step's own model and temperature are moved with the recipe's. */
function partsOf({ prompt, steps, style, model, routing, temperature, ...recipe }: Recipe): Map<string, string> {
  const stepsWith = (field: 'model' | 'fallbacks' | 'temperature'): object =>
    Object.fromEntries(steps.map((step) => [step.id, step[field]]));
  const parts: [name: string, part: unknown][] = [
    ['replace_instructions', prompt.instructions],
    ['set_examples', prompt.examples],
    ['template', prompt.template],
    ['model', { model, routing, steps: stepsWith('model'), fallbacks: stepsWith('fallbacks') }],
    ['run_in_parallel', recipe.parallel],
    ['set_candidates', recipe.candidates],
    ['set_temperature', { temperature, steps: stepsWith('temperature') }],
    ['set_tone', style.tone],
    ['set_words', style.words],
    ['set_structure', style.structure],
    ['set_quality_threshold', recipe.qualityThreshold],
    ['set_cache', recipe.cache],
    ['set_prompt_order', recipe.promptOrder],
    ['passed on', recipe.passedOn],
    ['output', recipe.output],
    ['deadline', recipe.deadlineMs],
    ...steps.map(({ model: _model, fallbacks: _fallbacks, temperature: _temperature, ...step }): [string, unknown] => [
      `step ${step.id}`,
      step,
    ]),
  ];
  return new Map(parts.map(([name, part]) => [name, canonicalJson(part ?? null)]));
}

/** `instructions`, `step outline`, `quality threshold` */
export const partInWords = (part: string): string => part.replace(/^(replace|set|run_in)_/, '').replaceAll('_', ' ');

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
    case 'join_workflow':
      return change.changes.reduce<Recipe>(withChange, recipe);
    case 'use_model':
      return withModel(change.fallback ? withFallback(recipe, change) : recipe, change.model, change.step);
    case 'route_models':
      return { ...(change.fallback ? withStandIns(recipe, modelsOfChange(change)) : recipe), routing: change.routing };
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
      const { kind: _kind, ...cache } = change;
      return { ...recipe, cache };
    }
    case 'set_prompt_order':
      return { ...recipe, promptOrder: change.order };
  }
}

/**
 * A step leaves with its place in the graph: who needed it now needs what it needed, who wrote it again writes again what it
 * wrote again. Where somebody builds on it in another way it stays.
 */
function withoutStep(recipe: Recipe, id: string): Recipe {
  const gone = recipe.steps.find((step) => step.id === id);
  if (!gone || id === recipe.output.body || recipe.steps.length === 1) return recipe;
  const others = recipe.steps.filter((step) => step.id !== id);
  const isRevised = others.some(({ revises, when }) => revises === id || when?.qualityBelow?.step === id);
  if (isRevised && gone.revises === undefined) return recipe;
  const steps = others.map((step) => withoutInput(step, gone));
  const { title, extras, ...output } = recipe.output;
  return {
    ...recipe,
    steps,
    output: {
      ...output,
      ...(title === undefined || title === id ? {} : { title }),
      ...(extras ? { extras: extras.filter((extra) => extra !== id) } : {}),
    },
  };
}

function withoutInput(step: Step, gone: Step): Step {
  const { sectionsOf, ...rest } = step;
  const needs = [...new Set(step.needs.flatMap((need) => (need === gone.id ? gone.needs : [need])))];
  const measured = step.when?.qualityBelow;
  return {
    ...rest,
    ...(step.needs.includes(gone.id) ? { needs } : {}),
    ...(sectionsOf && sectionsOf.step !== gone.id ? { sectionsOf } : {}),
    ...(step.revises === gone.id ? { revises: gone.revises } : {}),
    ...(measured?.step === gone.id
      ? { when: { ...step.when, qualityBelow: { ...measured, step: gone.revises as string } } }
      : {}),
  };
}

function withModel(recipe: Recipe, model: string, stepId: string | undefined): Recipe {
  if (stepId === undefined) {
    const { routing: _, ...rest } = recipe;
    return { ...rest, model };
  }
  return { ...recipe, steps: recipe.steps.map((step) => (step.id === stepId ? { ...step, model } : step)) };
}

/** As many as a recipe may name. */
const MOST_FALLBACKS = 8;

/** Steps that are about to have another model go back to theirs where that one fails. */
function withFallback(recipe: Recipe, { model, step }: { model: string; step?: string | undefined }): Recipe {
  const isMoved = (each: Step): boolean => (step === undefined ? each.model === undefined : each.id === step);
  return withFallbacks(recipe, isMoved, (each) =>
    [each.model ?? recipe.model, ...(each.fallbacks ?? [])].filter((name) => name !== model),
  );
}

/** Models that share the traffic stand in for each other, the recipe's own first. */
const withStandIns = (recipe: Recipe, sharing: readonly string[]): Recipe =>
  withFallbacks(
    recipe,
    ({ model }) => model === undefined,
    ({ fallbacks = [] }) => [recipe.model, ...sharing, ...fallbacks],
  );

function withFallbacks(recipe: Recipe, isMoved: (step: Step) => boolean, of: (step: Step) => string[]): Recipe {
  const moved = (step: Step): Step => {
    const fallbacks = [...new Set(of(step))].slice(0, MOST_FALLBACKS);
    return fallbacks.length > 0 ? { ...step, fallbacks } : step;
  };
  return { ...recipe, steps: recipe.steps.map((step) => (isMoved(step) ? moved(step) : step)) };
}
