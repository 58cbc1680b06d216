import {
  ChangeScreened,
  type Assignment,
  ContentGenerated,
  type EventData,
  ModelsOffered,
  newEvent,
  PromptCandidateScreened,
  PromptCandidatesRequested,
  RecipeRegistered,
  ScreeningRequested,
} from '@contentflow/contracts';
import { sampleCall, sampleGenerated, sampleMeasures } from '@contentflow/contracts/testing';
import { assign, decided, type SystemState, makeDecisions } from '@contentflow/decisions';
import {
  folded,
  type FoldedState,
  emptyFold,
  type Random,
  seededRandom,
  type StoredEvent,
  ownValue,
} from '@contentflow/kernel';
import { promptVersion, recipeVersion, withChange } from '@contentflow/recipes';
import { exactInterval } from '@contentflow/statistics';
import { optimizerProcedure } from '../domain/optimizer.procedure.ts';
import type { Observations } from '../domain/observations.ts';
import { type ArmMeans, drawn, HOUR, measured, MINUTE, models, recipe, systemAfter } from '../testing/traffic.ts';

await optimizerProcedure.prepare?.();

export interface OptimizerErrorRateOptions {
  readonly days?: number;
  readonly hours?: number;
  readonly unitsPerHour?: number;
  readonly seed?: string | number;
}

export interface OptimizerErrorRate {
  /** What every change does, in truth. */
  readonly world: string;
  readonly days: number;
  readonly experiments: number;
  readonly applied: number;
  /** Still in force when the day ends. */
  readonly inForce: number;
  readonly daysWithChanges: number;
  /** Share of concluded experiments that were applied, and its 95 % interval. */
  readonly rate: number;
  readonly interval: readonly [number, number];
}

/** What every change does to a generation, as factors on its means. */
const worlds: Readonly<
  Record<string, (means: Required<Pick<ArmMeans, 'cost' | 'quality' | 'timeMs' | 'tokens'>>) => ArmMeans>
> = {
  'nothing makes a difference': (means) => means,
  'everything is cheaper and worse': ({ cost, quality, ...rest }) => ({
    ...rest,
    cost: 0.7 * cost,
    quality: quality - 1,
  }),
  'everything is a quarter better': ({ cost, timeMs, tokens, quality }) => ({
    cost: 0.75 * cost,
    timeMs: 0.75 * timeMs,
    tokens: 0.75 * tokens,
    quality,
  }),
};

/**
 * Lives of the optimizer, a day each: real assignment, real evidence, real decisions, over generations whose truth is known. Prompts that are
 * drafted by rule are screened on the held-out briefs that are asked for; there is no model to write others. What is applied where nothing makes a difference, or where everything hurts, is an error.
 */
export function benchOptimizerErrorRates(
  report: (line: string) => void,
  options: OptimizerErrorRateOptions = {},
): OptimizerErrorRate[] {
  const { days = 100, hours = 24, unitsPerHour = 300, seed = 1 } = options;
  report(`the optimizer: ${days} days of ${hours} h, ${unitsPerHour} generations an hour`);
  return Object.entries(worlds).map(([world, truth]) => {
    const lives = Array.from({ length: days }, (_, day) =>
      systemAfterDay(seededRandom(`${seed}/${world}/${day}`), truth, hours, unitsPerHour),
    );
    const rate = rateOf(world, lives);
    const [lower, upper] = rate.interval.map(percent);
    report(
      `  ${world}: ${rate.applied} of ${rate.experiments} experiments applied, ${percent(rate.rate)} [${lower}, ${upper}]; ` +
        `${rate.daysWithChanges} of ${days} days with anything applied, ${rate.inForce} in force at their end`,
    );
    return rate;
  });
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

function rateOf(world: string, lives: readonly SystemState[]): OptimizerErrorRate {
  const concluded = lives
    .flatMap(({ experiments }) => Object.values(experiments))
    .filter(({ status }) => status === 'concluded');
  const applied = lives.flatMap(({ improvements }) => improvements);
  const [lower, upper] = exactInterval({ n: Math.max(1, concluded.length), successes: applied.length });
  return {
    world,
    days: lives.length,
    experiments: concluded.length,
    applied: applied.length,
    inForce: applied.filter(({ status }) => status !== 'rolled_back').length,
    daysWithChanges: lives.filter(({ improvements }) => improvements.length > 0).length,
    rate: applied.length / Math.max(1, concluded.length),
    interval: [lower, upper],
  };
}

const TICK_MS = 10 * MINUTE;
const normal = { cost: 0.01, quality: 8, timeMs: 35_000, tokens: 2000 };

function systemAfterDay(
  random: Random,
  truth: (typeof worlds)[string],
  hours: number,
  unitsPerHour: number,
): SystemState {
  let system = systemAfter([
    decided(RecipeRegistered, 'email', {
      contentType: 'email',
      recipe,
      version: recipeVersion(recipe),
      source: 'benchmark',
    }),
    decided(ModelsOffered, 'models', { models }),
  ]);
  let known: FoldedState<Observations> = emptyFold();
  const taken = new Set<string>();
  let offset = 0;
  const learn = (event: StoredEvent): void => {
    known = folded(optimizerProcedure.fold, known, { ...event, offset: offset++ });
  };
  for (let at = TICK_MS; at <= hours * HOUR; at += TICK_MS) {
    for (let count = (unitsPerHour * TICK_MS) / HOUR; count > 0; count--) {
      const unit = `${random.next()}`;
      const { assignment } = assign(system, 'email', unit, at - 1);
      const changes = changesOf(assignment, system);
      let means: ArmMeans = normal;
      for (let each = 0; each < changes; each++) means = truth({ ...normal, ...means });
      const generation = { unit, time: at - 1, assignment, ...drawn(random, { ...means, success: 0.97 }) };
      learn(measured(generation, offset));
      if (count <= SAMPLES_PER_TICK) learn(generated(unit, at - 1, generation));
    }
    const decisions = makeDecisions(optimizerProcedure, known, system, {}, { at, code: 'benchmark' });
    for (const { id, type, data, subject, time } of decisions) {
      if (taken.has(id)) continue;
      taken.add(id);
      system = systemAfter(
        [{ definition: { type }, data: data as Record<string, unknown>, subject, at: time }],
        system,
      );
      if (type === PromptCandidatesRequested.type)
        for (const screened of screenings(random, data as unknown as PromptOrder, truth, at)) learn(screened);
      if (type === ScreeningRequested.type)
        for (const screened of tried(random, data as unknown as ScreeningOrder, truth, at)) learn(screened);
    }
  }
  return system;
}

/** Of each tick's contents, those of which the text is known. */
const SAMPLES_PER_TICK = 3;

type Drawn = ReturnType<typeof drawn>;

/** A content of its own brief, each of its steps as dear and slow as the others. */
function generated(unit: string, time: number, { cost = 0, timeMs = 0, tokens = 0 }: Drawn): StoredEvent {
  const { assignment } = measured({ unit, time }).data;
  const { length } = recipe.steps;
  const calls = recipe.steps.map(({ id }) => ({
    ...sampleCall,
    step: id,
    cost: cost / length,
    timeMs: timeMs / length,
    tokensIn: tokens / length,
  }));
  const data = {
    ...sampleGenerated,
    contentId: unit,
    brief: { contentType: 'email', topic: unit, keyPoints: [unit] },
    unit,
    assignment,
    calls,
    content: { body: unit },
    quality: { score: normal.quality, lower: normal.quality, upper: normal.quality, measures: sampleMeasures },
  };
  const event = newEvent(ContentGenerated, { subject: unit, data, time, cause: { id: unit } });
  return { ...event, partition: 0, offset: 0 };
}

type PromptOrder = Pick<
  EventData<typeof PromptCandidatesRequested>,
  'requestId' | 'contentType' | 'parent' | 'recipe' | 'drafts' | 'heldOut'
>;

/** What each prompt drafted by rule makes of the held-out briefs, beside the prompt in force. */
function screenings(random: Random, order: PromptOrder, truth: (typeof worlds)[string], at: number): StoredEvent[] {
  const { requestId, contentType, parent } = order;
  return order.drafts.map(({ origin, change }, index) => {
    const candidateId = `${requestId}-${index}`;
    const prompt = promptVersion(withChange(order.recipe, change));
    const pairs = order.heldOut.map((contentId) => ({
      contentId,
      control: runOf(random, normal),
      treatment: runOf(random, truth(normal)),
    }));
    const data = {
      candidateId,
      requestId,
      contentType,
      origin,
      parent,
      change,
      prompt,
      pairs,
      cost: 0,
      simulated: true,
    };
    const event = newEvent(PromptCandidateScreened, {
      subject: contentType,
      data,
      time: at,
      cause: { id: candidateId },
    });
    return { ...event, partition: 0, offset: 0 };
  });
}

type ScreeningOrder = Pick<EventData<typeof ScreeningRequested>, 'requestId' | 'contentType' | 'changes' | 'heldOut'>;

/** What each change makes of the held-out briefs, beside the recipe in force. */
function tried(
  random: Random,
  { requestId, contentType, changes, heldOut }: ScreeningOrder,
  truth: (typeof worlds)[string],
  at: number,
): StoredEvent[] {
  return changes.map(({ context, change }) => {
    const pairs = heldOut.map((contentId) => ({
      contentId,
      control: runOf(random, normal),
      treatment: runOf(random, truth(normal)),
    }));
    const data = { requestId, contentType, context, change, pairs, cost: 0, simulated: true };
    const cause = { id: `${requestId} ${context}` };
    const event = newEvent(ChangeScreened, { subject: contentType, data, time: at, cause });
    return { ...event, partition: 0, offset: 0 };
  });
}

function runOf(random: Random, means: ArmMeans) {
  const { quality = 0, tokens = 0, cost = 0, timeMs = 0 } = drawn(random, means);
  return { quality, tokens, cost, timeMs };
}

/** Changes that this unit's recipe has: improvements in force, and treatments that are no re-tests. */
const changesOf = ({ improvements, exposures }: Assignment, { experiments }: SystemState): number =>
  improvements.length +
  exposures.filter(
    ({ experiment, variant }) => variant === 'treatment' && ownValue(experiments, experiment)?.origin.kind !== 'retest',
  ).length;
