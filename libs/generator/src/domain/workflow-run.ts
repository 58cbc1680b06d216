import type { Brand, Brief, Recipe, Step } from '@contentflow/contracts';
import { ownValue, setOwnValue } from '@contentflow/kernel';
import {
  bodySteps,
  briefOf,
  dependenciesOf,
  isDue,
  keyedBrief,
  promptFor,
  type PromptMessage,
  sectionsIn,
  type StepContext,
  stepsInOrder,
} from '@contentflow/recipes';
import { type Deliverable, deliverable, OutputRefused } from './deliverable.ts';
import { PlainReplies } from './plain-replies.ts';
import type { CallModel, WorkflowResult } from './step-call.ts';

/** How well a text meets a brief, 0–10: chooses among drafts, and says whether one must be revised. */
export type Judge = (text: string, brief: Brief) => number;

/** All that making one content takes. */
export interface GenerationContext {
  readonly recipe: Recipe;
  readonly brief: Brief;
  readonly call: CallModel;
  readonly judge: Judge;
  /** Told when a text is taken for its score, among all of these. */
  readonly onChosen?:
    ((text: string, among: readonly string[], brief: Brief, of: 'drafts' | 'revisions') => void) | undefined;
  readonly brand?: Brand | undefined;
  /** Its text is told as it is written: what was told once cannot be written anew. */
  readonly isStreamed?: boolean | undefined;
  /** Told when a step begins, ends, or is passed over. */
  readonly onStep?: ((step: string, state: 'started' | 'finished' | 'skipped') => void) | undefined;
}

/** What has been written so far, by step id. */
interface Work {
  readonly outputs: Record<string, string>;
  isRevised: boolean;
}

/**
 * Runs a recipe's workflow for a brief: each step once what it depends on has ended, one after the other or, where the recipe says so, all
 * that can at the same time. Of several drafts of the body the best is kept; a body below the quality threshold is revised once, and so is
 * what breaks the brand's rules or does not fit the output's schema.
 * @throws what `call` throws, of the first step that fails; OutputRefused, also where the body says nothing
 */
export async function runWorkflow(asked: GenerationContext): Promise<WorkflowResult> {
  const { recipe, brief, brand, judge } = asked;
  const mayAskAgain = !(asked.isStreamed && isFinalAsItComes(recipe, brand));
  const replies = new PlainReplies(asked.call, mayAskAgain);
  const generation: GenerationContext = { ...asked, call: (request) => replies.of(request) };
  const work: Work = { outputs: {}, isRevised: false };
  const run = (step: Step): Promise<void> => runStep(generation, step, work);
  if (recipe.parallel) await inParallel(recipe, run);
  else for (const step of stepsInOrder(recipe)) await run(step);

  const threshold = recipe.output.schema ? 0 : recipe.qualityThreshold;
  await reviseIfPoor(generation, work, threshold);
  const delivered = await deliverable(recipe, brand, work.outputs, (step, text, task) =>
    rewritten(generation, stepOf(recipe, step), text, task),
  );
  const content = contentOf(recipe, delivered);
  return {
    content,
    revised: work.isRevised || delivered.isRewritten,
    belowThreshold: threshold > 0 && judge(content.body, brief) < threshold,
    ...replies.notesOn(Object.values(delivered.texts)),
    ...(delivered.found.length > 0 ? { brand: { found: [...delivered.found], left: [...delivered.left] } } : {}),
  };
}

/** Whether the body's text is final as it comes: nothing chooses among drafts of it, revises it, or checks it afterwards. */
export function isFinalAsItComes(recipe: Recipe, brand: Brand | undefined): boolean {
  const { candidates, qualityThreshold, output } = recipe;
  const isWrittenOnce = bodySteps(recipe).size === 1 && stepOf(recipe, output.body).sectionsOf === undefined;
  return isWrittenOnce && candidates === 1 && qualityThreshold === 0 && output.schema === undefined && !brand;
}

async function inParallel(recipe: Recipe, run: (step: Step) => Promise<void>): Promise<void> {
  const running = new Map<string, Promise<void>>();
  for (const step of stepsInOrder(recipe)) {
    const needed = Promise.all(dependenciesOf(step).map((id) => running.get(id) as Promise<void>));
    running.set(
      step.id,
      needed.then(() => run(step)),
    );
  }
  await allOf([...running.values()]);
}

/** Waits for all, also when one has failed, so that what the others cost is known; then fails as the first in order did. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

async function sequentially<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let index = 0; index < count; index++) made.push(await make(index));
  return made;
}

const several = <T>({ parallel }: Recipe, count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  parallel ? allOf(Array.from({ length: count }, (_, index) => make(index))) : sequentially(count, make);

async function runStep(generation: GenerationContext, step: Step, work: Work): Promise<void> {
  const { recipe, brief, judge, onStep } = generation;
  const { outputs } = work;
  const scoreOf = (id: string): number => judge(ownValue(outputs, id) ?? '', briefOf(stepOf(recipe, id), brief));
  const before = step.revises === undefined ? undefined : ownValue(outputs, step.revises);
  if (!isDue(step, recipe, brief, scoreOf)) {
    onStep?.(step.id, 'skipped');
    if (before !== undefined) setOwnValue(outputs, step.id, before);
    return;
  }
  onStep?.(step.id, 'started');
  const text = await textOf(generation, step, outputs);
  const isForQuality = before !== undefined && step.when?.qualityBelow !== undefined;
  setOwnValue(
    outputs,
    step.id,
    isForQuality ? best([before, text], 'revisions', briefOf(step, brief), generation) : text,
  );
  work.isRevised ||= isForQuality;
  onStep?.(step.id, 'finished');
}

/** The best of the drafts that a step is to make; only the step that first writes the body makes several. */
async function textOf(generation: GenerationContext, step: Step, outputs: Work['outputs']): Promise<string> {
  const { recipe, brief } = generation;
  const drafts = step.id === [...bodySteps(recipe)].at(-1) ? recipe.candidates : 1;
  const texts = await several(recipe, drafts, (draft) => draftOf(generation, step, outputs, draft));
  return best(texts, 'drafts', briefOf(step, brief), generation);
}

async function draftOf(
  generation: GenerationContext,
  step: Step,
  outputs: Work['outputs'],
  draft: number,
): Promise<string> {
  const sections = sectionsFor(generation, step, outputs);
  if (!sections) return ask(generation, step, outputs, { draft });
  const texts = await several(generation.recipe, sections.length, (index) =>
    ask(generation, step, outputs, {
      draft,
      section: { text: sections[index] as string, number: index + 1, of: sections.length },
    }),
  );
  return texts.map((text) => text.trim()).join('\n\n');
}

/** The sections to write one by one; undefined where the text is written in one go. */
function sectionsFor(
  { recipe, brief }: GenerationContext,
  { sectionsOf }: Step,
  outputs: Work['outputs'],
): string[] | undefined {
  const outline = sectionsOf && ownValue(outputs, sectionsOf.step);
  if (outline === undefined) return undefined;
  if ((brief.length ?? recipe.style.words ?? 0) < (sectionsOf?.fromWords ?? 0)) return undefined;
  return sectionsIn(outline);
}

async function ask(
  { recipe, brief, brand, call }: GenerationContext,
  step: Step,
  outputs: Work['outputs'],
  {
    draft,
    section,
    schema = step.id === recipe.output.body ? recipe.output.schema : undefined,
  }: StepContext & { readonly draft: number },
): Promise<string> {
  const messagesFor = (asked: Brief): PromptMessage[] =>
    promptFor(recipe, step, asked, outputs, { brand, section, schema });
  const { key } = recipe.cache;
  const { text } = await call({
    step: step.id,
    model: step.model ?? recipe.model,
    messages: messagesFor(brief),
    ...(key ? { keyMessages: messagesFor(keyedBrief(brief, key)) } : {}),
    maxOutputTokens: step.maxOutputTokens,
    temperature: step.temperature ?? recipe.temperature,
    draft,
    ...(step.fallbacks ? { fallbacks: step.fallbacks } : {}),
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
    ...(schema ? { responseSchema: schema } : {}),
    ...(section ? { section: section.number - 1 } : {}),
    ...(brief.instructions ? { instructions: brief.instructions } : {}),
  });
  return text;
}

function best(
  texts: readonly string[],
  of: 'drafts' | 'revisions',
  brief: Brief,
  { judge, onChosen }: GenerationContext,
): string {
  if (texts.length === 1) return texts[0] as string;
  const scores = texts.map((text) => judge(text, brief));
  const chosen = texts[scores.indexOf(Math.max(...scores))] as string;
  onChosen?.(chosen, texts, brief, of);
  return chosen;
}

const stepOf = ({ steps }: Recipe, id: string): Step => steps.find((step) => step.id === id) as Step;

/** The name of the step that writes a text once more. */
export const REVISION = 'revise';
const REVISION_TASK =
  'Revise the text so that it meets the brief fully: every key point, the tone, the length, the structure. Correct its errors, repeat nothing, and invent nothing. Write the whole text anew.';

/**
 * Below the threshold: once more, with the text at hand; the better of the two is kept. A recipe with a step of its own for it
 * has had its revision.
 */
async function reviseIfPoor(generation: GenerationContext, work: Work, threshold: number): Promise<void> {
  const { recipe, brief, judge } = generation;
  const { body } = recipe.output;
  const draft = ownValue(work.outputs, body) ?? '';
  if (threshold === 0 || recipe.steps.some(({ when }) => when?.qualityBelow) || judge(draft, brief) >= threshold)
    return;
  const revised = await rewritten(generation, stepOf(recipe, body), draft, REVISION_TASK);
  setOwnValue(work.outputs, body, best([draft, revised], 'revisions', brief, generation));
  work.isRevised = true;
}

/** A step's text once more, by its own model and with the text at hand. */
function rewritten(generation: GenerationContext, step: Step, text: string, instruction: string): Promise<string> {
  const { when: _when, revises: _revises, sectionsOf: _sections, ...same } = step;
  const { body, schema } = generation.recipe.output;
  const revise: Step = { ...same, id: REVISION, needs: [step.id], instruction };
  return ask(generation, revise, { [step.id]: text }, { draft: 0, ...(step.id === body && schema ? { schema } : {}) });
}

function contentOf({ output }: Recipe, { texts }: Deliverable): WorkflowResult['content'] {
  const body = ownValue(texts, output.body) ?? '';
  if (body.trim() === '') throw new OutputRefused('invalid_output', `step "${output.body}" wrote nothing`);
  const title = output.title === undefined ? '' : titleIn(ownValue(texts, output.title) ?? '');
  const extras = Object.fromEntries(
    (output.extras ?? []).flatMap((step) => {
      const text = ownValue(texts, step);
      return text === undefined ? [] : [[step, text.trim()]];
    }),
  );
  return {
    ...(title ? { title } : {}),
    body,
    ...(Object.keys(extras).length > 0 ? { extras } : {}),
  };
}

/** The title alone: a model may set it in quotation marks, as a heading, or in bold, and go on with an explanation. */
function titleIn(text: string): string {
  const line = text.trim().split('\n')[0] as string;
  const plain = line
    .replace(/^#+\s*/, '')
    .replace(/^(\*\*|__)(.*)\1$/, '$2')
    .trim();
  return /^(["“„«'])[^"“”„«»]*["”“»']$/.test(plain) ? plain.slice(1, -1).trim() : plain;
}
