import type { Brief, Recipe, Step } from '@contentflow/contracts';
import { promptFor, stepsInOrder } from '@contentflow/recipes';
import { mean, normalCdf, normalDensity } from '@contentflow/statistics';
import { seededRandom, setOwnValue } from '@contentflow/kernel';
import { difficultyOf, meanOutputTokens, meanQuality } from '../sandbox/behaviour.ts';
import { featuresOf } from '../sandbox/features.ts';
import { contentTypeNamed } from '../sandbox/generation0.ts';
import { guidanceTokens } from '../sandbox/guidance.ts';
import { type ParsedPrompt, type ReadRequest, readRequest } from '../sandbox/read-request.ts';
import { TOKEN_SIGMA } from '../sandbox/sandbox-provider.ts';
import { composeNotes, expectedLengthFactor } from '../text/compose-body.ts';
import { effectOn, type Features, modelAt, type Setting } from '../world/world-at.ts';
import type { World, WorldContentType, WorldModel } from '../world/world.ts';
import { type Duration, laterOf, sumOf } from './durations.ts';

/** What a recipe comes to for a brief, in the mean over all luck. */
export interface Outcome {
  /** 0–10 */
  readonly quality: number;
  readonly timeMs: number;
  /** USD */
  readonly cost: number;
}

interface Expectation extends Setting {
  readonly recipe: Recipe;
  readonly brief: Brief;
  readonly instructions0: number;
}

/** One step's calls, in the mean. */
interface ExpectedStep {
  readonly step: Step;
  readonly duration: Duration;
  readonly cost: number;
}

/**
 * Expected quality, time and cost of a content whose calls all succeed at the first try: what failed calls, retries, revisions and caches
 * add or save depends on the caller, not on the recipe. Features are read from the prompts that the recipe really gives, by the same code
 * as the sandbox's.
 * @param sinceStartMs  milliseconds from the day's start
 */
export function expectedOutcome(world: World, recipe: Recipe, brief: Brief, sinceStartMs: number): Outcome {
  const [contentType, type] = contentTypeNamed(world, recipe.contentType);
  const instructions0 = instructions0Of(contentType, type);
  const expectation = { world, contentType, type, recipe, brief, at: sinceStartMs, instructions0 };
  const outputs: Record<string, string> = {};
  const steps: ExpectedStep[] = [];
  let quality = 0;
  for (const step of stepsInOrder(recipe)) {
    const read = readRequest(promptFor(recipe, step, brief, outputs));
    const isBody = step.id === recipe.output.body;
    if (isBody) quality = bodyQuality(expectation, step, read);
    steps.push(expectedStep(expectation, step, read, isBody));
    setOwnValue(outputs, step.id, placeholder(expectation, step, read, isBody, quality));
  }
  return { quality, cost: steps.reduce((sum, { cost }) => sum + cost, 0), timeMs: durationOf(recipe, steps).mean };
}

/** The mean over several briefs. */
export function meanOutcome(world: World, recipe: Recipe, briefs: readonly Brief[], sinceStartMs: number): Outcome {
  const outcomes = briefs.map((brief) => expectedOutcome(world, recipe, brief, sinceStartMs));
  return {
    quality: mean(outcomes.map(({ quality }) => quality)),
    timeMs: mean(outcomes.map(({ timeMs }) => timeMs)),
    cost: mean(outcomes.map(({ cost }) => cost)),
  };
}

const knownInstructions0 = new WeakMap<WorldContentType, number>();

function instructions0Of(contentType: string, type: WorldContentType): number {
  const known = knownInstructions0.get(type);
  if (known !== undefined) return known;
  const tokens = guidanceTokens(contentType, type.generation0.promptTokens);
  knownInstructions0.set(type, tokens);
  return tokens;
}

function modelOf({ world, recipe, at }: Expectation, step: Step): WorldModel {
  const model = modelAt(world, step.model ?? recipe.model, at);
  if (!model) throw new RangeError(`the world has no model "${step.model ?? recipe.model}"`);
  return model;
}

function features(expectation: Expectation, step: Step, read: ReadRequest, steps: ReadonlySet<string>): Features {
  const { recipe, brief, instructions0 } = expectation;
  const request = { model: step.model ?? recipe.model, temperature: recipe.temperature };
  const seen = { candidates: recipe.candidates, steps };
  return featuresOf(expectation, { request, read, seen, brief, instructions0 });
}

function bodyQuality(expectation: Expectation, step: Step, read: ReadRequest): number {
  const { type, recipe, brief } = expectation;
  const model = modelOf(expectation, step);
  const difficulty = difficultyOf(type, read.ask.topic, brief.keyPoints?.length ?? 0);
  const allSteps = new Set(recipe.steps.map(({ id }) => id));
  const expected = meanQuality(expectation, model, difficulty, features(expectation, step, read, allSteps));
  return heldWithin0And10(expected, model.quality.sd);
}

/** Mean of a normal variable that is held within 0–10. */
function heldWithin0And10(centre: number, sd: number): number {
  if (sd === 0) return Math.min(10, Math.max(0, centre));
  const overshoot = (distance: number): number =>
    sd * normalDensity(distance / sd) - distance * normalCdf(-distance / sd);
  return centre - overshoot(10 - centre) + overshoot(centre);
}

function expectedStep(expectation: Expectation, step: Step, read: ReadRequest, isBody: boolean): ExpectedStep {
  const { recipe } = expectation;
  const model = modelOf(expectation, step);
  const made = features(expectation, step, read, stepsUpTo(recipe, step.id));
  const expected = meanOutputTokens(expectation, step.id, read.ask.words, made);
  const tokensOut = Math.min(expected, step.maxOutputTokens);
  const slowness = effectOn(expectation, 'time', made);
  const call = callDuration(model, tokensOut, slowness);
  const drafts = isBody ? recipe.candidates : 1;
  const price = read.tokensIn * model.usdPerMillionInput + tokensOut * model.usdPerMillionOutput;
  return { step, duration: repeated(call, drafts, recipe.parallel), cost: (drafts * price) / 1e6 };
}

const knownStepsUpTo = new WeakMap<Recipe, ReadonlyMap<string, ReadonlySet<string>>>();

/** Steps that have been called when this one's call is answered. */
function stepsUpTo(recipe: Recipe, id: string): ReadonlySet<string> {
  let known = knownStepsUpTo.get(recipe);
  if (!known) {
    const ordered = stepsInOrder(recipe).map((step) => step.id);
    known = new Map(ordered.map((each, i) => [each, new Set(ordered.slice(0, i + 1))]));
    knownStepsUpTo.set(recipe, known);
  }
  return known.get(id) as ReadonlySet<string>;
}

function callDuration(
  { timeToFirstTokenMs: first, tokensPerSecond: speed }: WorldModel,
  tokens: number,
  slowness: number,
): Duration {
  const firstMean = first.median * Math.exp(first.sigma ** 2 / 2);
  const perToken = (1000 / speed.median) * Math.exp(speed.sigma ** 2 / 2);
  const relative = Math.exp(speed.sigma ** 2 + TOKEN_SIGMA ** 2) - 1;
  return {
    mean: slowness * (firstMean + tokens * perToken),
    variance: slowness ** 2 * (firstMean ** 2 * Math.expm1(first.sigma ** 2) + (tokens * perToken) ** 2 * relative),
  };
}

function repeated(call: Duration, times: number, isParallel: boolean): Duration {
  let all = call;
  for (let i = 1; i < times; i++) all = isParallel ? laterOf(all, call) : sumOf(all, call);
  return all;
}

/** One after the other, or along the graph: a step begins when the last one it needs has ended. */
function durationOf(recipe: Recipe, steps: readonly ExpectedStep[]): Duration {
  const none: Duration = { mean: 0, variance: 0 };
  if (!recipe.parallel) return steps.reduce((sum, { duration }) => sumOf(sum, duration), none);
  const ends = new Map<string, Duration>();
  for (const { step, duration } of steps) {
    const needed = step.needs.map((need) => ends.get(need) ?? none);
    ends.set(step.id, sumOf(needed.length === 0 ? none : needed.reduce(laterOf), duration));
  }
  const needed = new Set(recipe.steps.flatMap(({ needs }) => needs));
  const last = steps.map(({ step }) => step.id).filter((id) => !needed.has(id));
  return last.map((id) => ends.get(id) ?? none).reduce(laterOf);
}

const CHARACTERS_PER_WORD = 6.3;

/** Stands for what a step writes, as long as it would be: it makes the prompts that follow as long as they would be. */
function placeholder(
  expectation: Expectation,
  step: Step,
  read: ReadRequest,
  isBody: boolean,
  quality: number,
): string {
  const { contentType, type } = expectation;
  if (isBody) {
    const words = (read.ask.words ?? type.generation0.words) * expectedLengthFactor(quality);
    return 'x'.repeat(Math.round(words * CHARACTERS_PER_WORD));
  }
  const tokens = type.generation0.steps.find(({ id }) => id === step.id)?.outputTokens ?? 100;
  return placeholderNotes(contentType, read.ask, tokens * 0.6);
}

/** The same notes stand for the same step under every recipe that words the brief alike. */
const knownNotes = new WeakMap<ParsedPrompt, Map<number, string>>();

function placeholderNotes(contentType: string, ask: ParsedPrompt, words: number): string {
  const known = knownNotes.get(ask) ?? new Map<number, string>();
  knownNotes.set(ask, known);
  const notes = known.get(words) ?? composeNotes(contentType, ask, words, seededRandom('placeholder'));
  known.set(words, notes);
  return notes;
}
