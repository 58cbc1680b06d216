import type { Brief, Recipe, Step } from '@contentflow/contracts';
import { ContentFlowError } from '@contentflow/kernel';

/** The steps whose outputs a step is told: what it needs, what it writes again, and whose sections it writes out. */
export const inputsOf = ({ needs, revises, sectionsOf }: Step): string[] => [
  ...new Set([...needs, ...[revises, sectionsOf?.step].filter((id) => id !== undefined)]),
];

/** The steps that must have ended, run or not, before a step is considered. */
export const dependenciesOf = (step: Step): string[] => {
  const measured = step.when?.qualityBelow?.step;
  return measured === undefined ? inputsOf(step) : [...new Set([...inputsOf(step), measured])];
};

/**
 * The steps in an order in which each comes after what it depends on, as they stand in the recipe where there is a choice.
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
    const next = recipe.steps.find((step) => !done.has(step.id) && dependenciesOf(step).every((id) => done.has(id)));
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

/** Whether the step is to be run for this brief. `scoreOf` measures what a step wrote, 0–10. */
export function isDue(step: Step, recipe: Recipe, brief: Brief, scoreOf: (stepId: string) => number): boolean {
  const { briefHas = [], languageOtherThan, qualityBelow } = step.when ?? {};
  if (briefHas.some((field) => String(brief[field] ?? '') === '')) return false;
  if (languageOtherThan !== undefined && isSameLanguage(brief.language ?? languageOtherThan, languageOtherThan))
    return false;
  return qualityBelow === undefined || scoreOf(qualityBelow.step) < (qualityBelow.score ?? recipe.qualityThreshold);
}

const isSameLanguage = (one: string, other: string): boolean => primary(one) === primary(other);
const primary = (tag: string): string => tag.toLowerCase().split('-')[0] as string;

/** The brief as a step is asked to meet it: a step may write in a language of its own. */
export const briefOf = (step: Step, brief: Brief): Brief =>
  step.language === undefined ? brief : { ...brief, language: step.language };

/** The steps that write the text which is delivered as the body: the body's own, and what it writes again. */
export function bodySteps({ steps, output }: Recipe): ReadonlySet<string> {
  const chain = new Set<string>();
  for (let id: string | undefined = output.body; id !== undefined && !chain.has(id);) {
    chain.add(id);
    const current: string = id;
    id = steps.find((step) => step.id === current)?.revises;
  }
  return chain;
}

const MAX_SECTIONS = 12;

/**
 * The sections that an outline names: its headings where it has several, else its numbered lines, else its bullets, else its
 * paragraphs. What stands below one belongs to it; what stands before the first is none.
 * @returns 1 to 12 sections; what is more than that goes into the last
 */
export function sectionsIn(outline: string): string[] {
  const lines = outline.split('\n');
  const starts = [heading, numbered, bullet].map((form) => startsOf(lines, form)).find((found) => found.length > 1);
  const sections = starts
    ? starts.map((from, index) => lines.slice(from, starts[index + 1]).join('\n'))
    : outline.split(/\n\s*\n/);
  const named = sections.map((section) => section.trim()).filter((section) => section !== '');
  if (named.length === 0) return [outline.trim()];
  return [...named.slice(0, MAX_SECTIONS - 1), ...merged(named.slice(MAX_SECTIONS - 1))];
}

/** Each form captures how deep a line stands: the hashes of a heading, the indent of a list's line. */
const heading = /^(#{1,6})\s|^\*\*[^*]+\*\*:?\s*$/;
const numbered = /^(\s*)\d+[.)]\s/;
const bullet = /^(\s*)[-*•+]\s/;

/** The lines of this form at the highest level that has several. */
function startsOf(lines: readonly string[], form: RegExp): number[] {
  const levels = new Map<number, number[]>();
  lines.forEach((line, index) => {
    const match = form.exec(line);
    if (!match) return;
    const depth = match[1]?.length ?? Infinity;
    levels.set(depth, [...(levels.get(depth) ?? []), index]);
  });
  const several = [...levels].filter(([, starts]) => starts.length > 1).sort(([a], [b]) => a - b);
  return several[0]?.[1] ?? [];
}

const merged = (rest: readonly string[]): string[] => (rest.length === 0 ? [] : [rest.join('\n')]);

/** Steps that the result can do without: no other step depends on them, and nothing of theirs is delivered. */
export function droppableSteps(recipe: Recipe): string[] {
  const needed = new Set(recipe.steps.flatMap(dependenciesOf));
  const { body, title, extras = [] } = recipe.output;
  return recipe.steps
    .map((step) => step.id)
    .filter((id) => !needed.has(id) && id !== body && id !== title && !extras.includes(id));
}

/** Whether running independent steps at the same time would change anything: some step does not depend on the one before it. */
export function hasIndependentSteps(recipe: Recipe): boolean {
  if (recipe.steps.some(({ sectionsOf }) => sectionsOf)) return true;
  const ordered = stepsInOrder(recipe);
  return ordered.some((step, index) => index > 0 && !dependsOn(recipe, step.id, (ordered[index - 1] as Step).id));
}

function dependsOn(recipe: Recipe, stepId: string, other: string): boolean {
  const step = recipe.steps.find(({ id }) => id === stepId);
  const dependencies = step ? dependenciesOf(step) : [];
  return dependencies.includes(other) || dependencies.some((id) => dependsOn(recipe, id, other));
}
