import type { Brief, Call, Recipe, Step } from '@contentflow/contracts';
import { promptFor, type PromptMessage, stepsInOrder } from '@contentflow/recipes';

/** Calls a model for one step. */
export type CallModel = (request: StepRequest) => Promise<StepReply>;

export interface StepRequest {
  readonly step: string;
  readonly model: string;
  readonly messages: readonly PromptMessage[];
  readonly maxOutputTokens: number;
  readonly temperature: number;
  /** Which of several drafts of the same step, from 0; drafts do not share a cached reply. */
  readonly draft: number;
}
export interface StepReply {
  readonly text: string;
  readonly calls: readonly Call[];
}

/** What a workflow made. */
export interface Made {
  readonly title?: string;
  readonly body: string;
  readonly revised: boolean;
  readonly belowThreshold: boolean;
}

/** How good a body is, 0–10: chooses among drafts, and says whether one must be revised. */
export type Judge = (body: string) => number;

/**
 * Runs a recipe's workflow for a brief: each step once what it needs is there, one after the other or, where the recipe says so, all that can
 * at the same time. Of several drafts of the body the best is kept; a body below the quality threshold is revised once.
 * @throws what `call` throws, of the first step that fails
 */
export async function runWorkflow(recipe: Recipe, brief: Brief, call: CallModel, judge: Judge): Promise<Made> {
  const outputs: Record<string, string> = {};
  const run = async (step: Step): Promise<void> => {
    outputs[step.id] = await outputOf(recipe, step, brief, outputs, call, judge);
  };
  if (recipe.parallel) await inParallel(recipe, run);
  else for (const step of stepsInOrder(recipe)) await run(step);

  const draft = outputs[recipe.output.body] ?? '';
  const { body, revised, belowThreshold } = await revisedIfPoor(recipe, brief, draft, call, judge);
  const title = recipe.output.title === undefined ? undefined : outputs[recipe.output.title]?.trim();
  return { ...(title ? { title } : {}), body, revised, belowThreshold };
}

async function inParallel(recipe: Recipe, run: (step: Step) => Promise<void>): Promise<void> {
  const running = new Map<string, Promise<void>>();
  for (const step of stepsInOrder(recipe)) {
    const needed = Promise.all(step.needs.map((need) => running.get(need)));
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

async function outputOf(
  recipe: Recipe,
  step: Step,
  brief: Brief,
  outputs: Readonly<Record<string, string>>,
  call: CallModel,
  judge: Judge,
): Promise<string> {
  const messages = promptFor(recipe, step, brief, outputs);
  const drafts = step.id === recipe.output.body ? recipe.candidates : 1;
  const ask = async (draft: number): Promise<string> =>
    (await call({ ...requestFor(recipe, step, messages), draft })).text;
  const texts = recipe.parallel
    ? await allOf(Array.from({ length: drafts }, (_, draft) => ask(draft)))
    : await oneByOne(drafts, ask);
  return best(texts, judge);
}

async function oneByOne(count: number, ask: (draft: number) => Promise<string>): Promise<string[]> {
  const texts: string[] = [];
  for (let draft = 0; draft < count; draft++) texts.push(await ask(draft));
  return texts;
}

function best(texts: readonly string[], judge: Judge): string {
  if (texts.length === 1) return texts[0] as string;
  const scores = texts.map(judge);
  return texts[scores.indexOf(Math.max(...scores))] as string;
}

const requestFor = (recipe: Recipe, step: Step, messages: readonly PromptMessage[]) => ({
  step: step.id,
  model: step.model ?? recipe.model,
  messages,
  maxOutputTokens: step.maxOutputTokens,
  temperature: recipe.temperature,
});

/** Below the threshold: once more, with the text at hand; the better of the two is delivered, with a flag if still below. */
async function revisedIfPoor(
  recipe: Recipe,
  brief: Brief,
  draft: string,
  call: CallModel,
  judge: Judge,
): Promise<{ body: string; revised: boolean; belowThreshold: boolean }> {
  if (recipe.qualityThreshold === 0 || judge(draft) >= recipe.qualityThreshold)
    return { body: draft, revised: false, belowThreshold: false };
  const body = recipe.steps.find((step) => step.id === recipe.output.body) as Step;
  const revise: Step = {
    ...body,
    id: 'revise',
    needs: [body.id],
    instruction:
      'Revise the text so that it meets the brief fully: every key point, the tone, the length, the structure. Correct its errors, repeat nothing, and invent nothing. Write the whole text anew.',
  };
  const messages = promptFor(recipe, revise, brief, { [body.id]: draft });
  const { text } = await call({ ...requestFor(recipe, revise, messages), draft: 0 });
  const kept = best([draft, text], judge);
  return { body: kept, revised: true, belowThreshold: judge(kept) < recipe.qualityThreshold };
}
