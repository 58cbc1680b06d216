import type { Recipe, RecipeChange } from '@contentflow/contracts';
import {
  recipeWith,
  type Experiment,
  type Hypothesis,
  type Improvement,
  type SystemState,
} from '@contentflow/decisions';
import { HOUR_MS } from '@contentflow/kernel';
import { recipeVersion, withChange } from '@contentflow/recipes';
import type { World } from '../world/world.ts';
import { meanOutcome, type Outcome } from './expected-outcome.ts';
import { objective, oracleRecipe, type Proposable, typicalBriefs } from './oracle.ts';

/** What the oracle has in a recipe and the system has not, what that is worth, and why it is missing. */
export interface MissedGain {
  readonly contentType: string;
  /** Hours since the day's start. */
  readonly hour: number;
  /** `model`, `temperature`, `step title`, … */
  readonly part: string;
  /** From what is in force to what the oracle has. */
  readonly change: string;
  /** Of the objective, on top of the parts before it; and as a share of all that the oracle gains in this content type. */
  readonly worth: number;
  readonly share: number;
  /** What it does in truth: points of quality, and times cost and time. */
  readonly quality: number;
  readonly cost: number;
  readonly time: number;
  readonly cause: MissedBecause;
  /** In words. */
  readonly story: string;
}

export type MissedBecause =
  | 'beyond a margin'
  | 'never tried'
  | 'screened as no gain'
  | 'screened as harm'
  | 'waits for a trial'
  | 'on trial'
  | 'trial lost'
  | 'applied since'
  | 'rolled back'
  | 'differs';

/** What held-out briefs showed of a change, in points of quality and times cost and time. */
export interface ScreeningResult {
  readonly contentType: string;
  readonly change: RecipeChange;
  readonly at: number;
  readonly quality: number;
  readonly error: number;
  readonly cost: number;
  readonly time: number;
}

export interface DayToExplain {
  readonly world: World;
  readonly state: SystemState;
  readonly screened: readonly ScreeningResult[];
  readonly proposable: Proposable;
  readonly startMs: number;
}

/**
 * Where the oracle's gain is missing at that time: the way from the recipe in force to the oracle's, part by part, whichever part gains most
 * first. What is worth nothing by itself is left out.
 */
export function missedGains(day: DayToExplain, at: number): MissedGain[] {
  return Object.values(day.state.generation0).flatMap((generation0) => missedIn(day, generation0, at));
}

const NEGLIGIBLE = 0.002;

function missedIn(day: DayToExplain, generation0: Recipe, at: number): MissedGain[] {
  const { world, proposable, startMs } = day;
  const { contentType } = generation0;
  const briefs = typicalBriefs(world, contentType);
  const outcomeOf = (recipe: Recipe): Outcome => meanOutcome(world, recipe, briefs, at - startMs);
  const base = outcomeOf(generation0);
  const worthOf = (recipe: Recipe): number => objective(outcomeOf(recipe), base);
  const oracle = oracleRecipe(world, generation0, proposable, at - startMs);
  const reachable = worthOf(oracle) - worthOf(generation0);

  const missed: MissedGain[] = [];
  let recipe = inForceAt(day.state, generation0, at);
  for (;;) {
    const worth = worthOf(recipe);
    const next = partsToward(recipe, oracle)
      .map((part) => ({ ...part, worth: worthOf(part.recipe) - worth }))
      .toSorted((a, b) => b.worth - a.worth)[0];
    if (next === undefined || next.worth < NEGLIGIBLE) return missed;
    const { part, change, matches } = next;
    const share = reachable > 0 ? next.worth / reachable : 0;
    const hour = (at - startMs) / HOUR_MS;
    const [before, after] = [outcomeOf(recipe), outcomeOf(next.recipe)];
    const truth = {
      quality: after.quality - before.quality,
      cost: after.cost / before.cost,
      time: after.timeMs / before.timeMs,
    };
    const story = storyOf(day, contentType, matches, at);
    const cause = isBeyond(day.state, truth) ? { cause: 'beyond a margin' as const } : {};
    missed.push({ contentType, hour, part, change, worth: next.worth, share, ...truth, ...story, ...cause });
    recipe = next.recipe;
  }
}

/** The oracle keeps to no margin: what breaks one by itself is never to be applied, whatever it gains. */
const isBeyond = (
  { policy: { guardrails } }: SystemState,
  { quality, cost, time }: Pick<MissedGain, 'quality' | 'cost' | 'time'>,
): boolean =>
  quality < -guardrails.qualityMargin || cost > 1 + guardrails.costMargin || time > 1 + guardrails.timeMargin;

function inForceAt({ improvements }: SystemState, generation0: Recipe, at: number): Recipe {
  const then = improvements.filter(
    ({ contentType, appliedAt, endedAt = Infinity }) =>
      contentType === generation0.contentType && appliedAt <= at && at < endedAt,
  );
  return recipeWith(
    generation0,
    then.map(({ change }) => change),
  );
}

interface Part {
  readonly part: string;
  readonly change: string;
  readonly recipe: Recipe;
  /** Whether a change is what brings it. */
  readonly matches: (change: RecipeChange) => boolean;
}

/** Each part in which a recipe differs from the one to be reached, with that part alone changed. */
function partsToward(from: Recipe, to: Recipe): Part[] {
  const set = (part: string, change: string, recipe: Recipe, matches: Part['matches']): Part => ({
    part,
    change,
    recipe,
    matches: (each) => (each.kind === 'join_workflow' ? each.changes.some(matches) : matches(each)),
  });
  const { prompt, style } = from;
  const gone = from.steps.filter(({ id }) => !to.steps.some((each) => each.id === id));
  const parts = [
    set(
      'model',
      `${from.routing ? 'shared' : from.model} → ${to.model}`,
      withChange(from, { kind: 'use_model', model: to.model }),
      (each) => each.kind === 'use_model' && each.model === to.model,
    ),
    set(
      'temperature',
      `${from.temperature} → ${to.temperature}`,
      { ...from, temperature: to.temperature },
      (each) => each.kind === 'set_temperature' && each.temperature === to.temperature,
    ),
    set(
      'drafts',
      `${from.candidates} → ${to.candidates}`,
      { ...from, candidates: to.candidates },
      (each) =>
        each.kind === 'set_candidates' &&
        Math.sign(each.candidates - from.candidates) === Math.sign(to.candidates - from.candidates),
    ),
    set('parallel', '→ yes', { ...from, parallel: to.parallel }, (each) => each.kind === 'run_in_parallel'),
    ...gone.map(({ id }) =>
      set(
        `step ${id}`,
        'dropped',
        withChange(from, { kind: 'drop_step', step: id }),
        (each) => each.kind === 'drop_step' && each.step === id,
      ),
    ),
    ...(gone.length > 0
      ? []
      : [set('steps', 'brought back', { ...from, steps: to.steps, output: to.output }, () => false)]),
    set(
      'instructions',
      `${prompt.instructions.length} → ${to.prompt.instructions.length} letters`,
      { ...from, prompt: { ...prompt, instructions: to.prompt.instructions } },
      (each) => each.kind === 'replace_instructions',
    ),
    set(
      'examples',
      `${prompt.examples.length} → ${to.prompt.examples.length}`,
      { ...from, prompt: { ...prompt, examples: to.prompt.examples } },
      (each) => each.kind === 'set_examples' && each.examples.length === to.prompt.examples.length,
    ),
    set(
      'tone',
      `${style.tone} → ${to.style.tone}`,
      { ...from, style: { ...style, tone: to.style.tone } },
      (each) => each.kind === 'set_tone',
    ),
    set(
      'words',
      `${style.words} → ${to.style.words}`,
      { ...from, style: { ...style, words: to.style.words } },
      (each) => each.kind === 'set_words',
    ),
    set(
      'structure',
      `→ ${to.style.structure}`,
      { ...from, style: { ...style, structure: to.style.structure } },
      (each) => each.kind === 'set_structure',
    ),
  ];
  return parts.filter(({ recipe }) => recipeVersion(recipe) !== recipeVersion(from));
}

type Story = Pick<MissedGain, 'cause' | 'story'>;

/** What became of it until then: the latest that is known. */
function storyOf(day: DayToExplain, contentType: string, matches: Part['matches'], at: number): Story {
  const { state, startMs } = day;
  const when = (time: number): string => `${((time - startMs) / HOUR_MS).toFixed(1)} h`;
  const isHere = (each: { contentType: string; change: RecipeChange }): boolean =>
    each.contentType === contentType && matches(each.change);
  const improvement = state.improvements.findLast((each) => isHere(each) && each.appliedAt <= at);
  if (improvement) return afterApplying(improvement, at, when);
  const experiment = Object.values(state.experiments).findLast(
    (each) => isHere(each) && (each.registeredAt ?? 0) <= at,
  );
  if (experiment) return trialStory(experiment, at, when);
  const waiting: Hypothesis | undefined = Object.values(state.hypotheses).findLast(
    (each) => isHere(each) && each.proposedAt <= at,
  );
  if (waiting) return { cause: 'waits for a trial', story: `${waiting.status} since ${when(waiting.proposedAt)}` };
  const screened = day.screened.findLast((each) => isHere(each) && each.at <= at);
  if (!screened) return { cause: 'never tried', story: '' };
  const { quality, error, cost, time } = screened;
  const story = `screened at ${when(screened.at)}: quality ${signed(quality)} ± ${error.toFixed(1)}, cost × ${cost.toFixed(2)}, time × ${time.toFixed(2)}`;
  return { cause: quality < 0 ? 'screened as harm' : 'screened as no gain', story };
}

function afterApplying(
  { appliedAt, endedAt = Infinity }: Improvement,
  at: number,
  when: (time: number) => string,
): Story {
  if (endedAt <= at) return { cause: 'rolled back', story: `in force from ${when(appliedAt)} to ${when(endedAt)}` };
  return { cause: 'differs', story: `one of its kind in force since ${when(appliedAt)}` };
}

function trialStory(experiment: Experiment, at: number, when: (time: number) => string): Story {
  const {
    startedAt,
    registeredAt,
    concludedAt = Infinity,
    verdict,
    reason,
    metric,
    effect,
    units,
    design,
  } = experiment;
  const since = when(startedAt ?? registeredAt ?? at);
  if (concludedAt > at)
    return {
      cause: 'on trial',
      story: `by ${metric} since ${since}, horizon ${(design.horizonMs / HOUR_MS).toFixed(1)} h`,
    };
  const measured = effect ? `, ${percent(effect.value)} [${percent(effect.lower)}, ${percent(effect.upper)}]` : '';
  return {
    cause: 'trial lost',
    story: `${verdict} (${reason}) by ${metric}${measured}, ${units} units, ${since} to ${when(concludedAt)}, level ${design.alpha.toPrecision(2)}`,
  };
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
const percent = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(0)} %`;
