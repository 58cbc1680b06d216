import { type Policy, type Recipe, type RecipeChange, ScreeningRequested } from '@contentflow/contracts';
import { type Decided, decided, type SystemState } from '@contentflow/decisions';
import { DAY_MS, hash128, HOUR_MS, ownValue } from '@contentflow/kernel';
import { MAX_EXAMPLES, type Proposal, promptVersion } from '@contentflow/recipes';
import { sampleOfMetric } from '../arm-statistics.ts';
import { contextOf, type Proposed } from '../hypotheses/context.ts';
import { learningCostToday } from '../learning-cost.ts';
import type { Observations } from '../observations.ts';
import { spentOnPrompts } from '../prompts/prompt-knowledge.ts';
import { examplesFrom, samplesOf } from '../prompts/prompt-samples.ts';
import type { RecentTraffic } from '../traffic.ts';

/** What there is to try changes on before any traffic sees them. */
export interface ScreeningRoom {
  /** Contents whose briefs may be made again; the first are the latest. */
  readonly heldOut: readonly string[];
  /** Briefs that can be made for what is left of today's share of the learning budget. */
  readonly runs: number;
  /** That stand for the contents of the type, the first the most; none where they were tried in this prompt already. */
  readonly examples: Recipe['prompt']['examples'];
  /** Orders that nothing came of: one that is made again is another order. Left out where there are none. */
  readonly givenUp?: number;
}

/** Briefs that tell a change that loses a point from one that loses none. */
export const MIN_HELD_OUT = 8;
const MAX_HELD_OUT = 14;
/** An order that nothing came of by then is given up, as whoever carries it out does: asked for again before, it would be paid for twice. */
const ORDER_TAKES_MS = 6 * HOUR_MS;

/** How many briefs can be made for what is left of today's share of the learning budget. */
export function affordableRuns(
  parts: readonly Observations[],
  { policy: { hypotheses, learningBudget } }: SystemState,
  contentType: string,
  { statistics, overMs }: RecentTraffic,
  at: number,
): number {
  if (statistics.success.n < hypotheses.minGenerations) return 0;
  const { mean, n } = sampleOfMetric(statistics, 'cost');
  const prompts = parts.map((part) => part.prompts);
  const share = learningBudget.screeningShare * ((mean * n * DAY_MS) / overMs);
  const ofType = share - spentOnPrompts(prompts, at - DAY_MS, contentType);
  const ofDay = (learningBudget.spending ?? Number.POSITIVE_INFINITY) - learningCostToday(parts, at);
  const left = Math.min(ofType, ofDay);
  // A model of one's own costs nothing: then it is the briefs that count.
  return Math.floor(mean > 0 ? left / mean : learningBudget.screeningShare * ((n * DAY_MS) / overMs));
}

/** One order at a time and content type. */
export function screeningRoom(
  parts: readonly Observations[],
  system: SystemState,
  recipe: Recipe,
  traffic: RecentTraffic,
  isPromptFree: boolean,
  at: number,
): ScreeningRoom {
  const { contentType } = recipe;
  const none: ScreeningRoom = { heldOut: [], runs: 0, examples: [] };
  const ordered = system.screenings.filter((each) => each.contentType === contentType);
  const done = new Set(
    parts.flatMap(({ screened }) => ownValue(screened, contentType) ?? []).flatMap(({ orders = [] }) => orders),
  );
  // All that an order asked for is told at once.
  const unanswered = ordered.filter(({ requestId }) => !done.has(requestId));
  if (unanswered.some(({ at: since }) => at - since < ORDER_TAKES_MS)) return none;
  const runs = affordableRuns(parts, system, contentType, traffic, at);
  if (runs < 2 * MIN_HELD_OUT) return none;
  const prompts = parts.map((part) => part.prompts);
  const { heldOut, informing } = samplesOf(prompts, contentType);
  if (heldOut.length < MIN_HELD_OUT) return none;
  const prompt = promptVersion(recipe);
  const isNew = isPromptFree && !ordered.some((each) => each.examplesFor === prompt);
  return {
    heldOut: heldOut.slice(0, MAX_HELD_OUT).map(({ contentId }) => contentId),
    runs,
    examples: isNew ? examplesFrom(prompts, informing, MAX_EXAMPLES) : [],
    ...(unanswered.length > 0 && { givenUp: unanswered.length }),
  };
}

const NUMBERS_OF_EXAMPLES = [1, 3, MAX_EXAMPLES];

/** A few examples, some more, and as many as are worth their tokens; fewer or none where some are shown. */
export function exampleProposals({ prompt }: Recipe, examples: ScreeningRoom['examples']): Proposal[] {
  const now = prompt.examples.length;
  const chosen = NUMBERS_OF_EXAMPLES.filter((count) => count <= examples.length).map((count) =>
    examples.slice(0, count),
  );
  const fewer = now > 1 && examples.length > 0 ? [prompt.examples.slice(0, Math.floor(now / 2))] : [];
  const none = now > 0 && examples.length > 0 ? [[]] : [];
  return [...none, ...fewer, ...chosen].map((each) => ({
    kind: 'prompt_examples',
    lever: 'prompt',
    change: { kind: 'set_examples', examples: each },
    metric: each.length < now ? 'cost' : 'quality',
  }));
}

/** Whether only a try can tell what a change does to quality. */
export const isScreened = ({ kind }: RecipeChange): boolean =>
  kind === 'use_model' ||
  kind === 'drop_step' ||
  kind === 'set_candidates' ||
  kind === 'join_workflow' ||
  kind === 'set_temperature' ||
  kind === 'set_examples' ||
  kind === 'set_tone' ||
  kind === 'set_words';

export interface ToScreen {
  readonly proposal: Proposal;
  /** What it might be worth, in any unit. */
  readonly potential: number;
  /** How often it was tried before. */
  readonly tries?: number;
}

/** The most promising changes, on as many briefs as can be afforded. */
export function screeningOrder(
  evidence: Proposed & { readonly screening: ScreeningRoom },
  unknown: readonly ToScreen[],
): Decided[] {
  const { contentType, recipe, screening } = evidence;
  const { heldOut, runs, givenUp } = screening;
  const most = Math.floor(runs / MIN_HELD_OUT) - 1;
  const chosen = unknown
    .map((each) => ({ ...each, context: contextOf(evidence, each.proposal) }))
    .filter(({ potential }) => potential > 0)
    .sort((a, b) => b.potential - a.potential || (a.context < b.context ? -1 : 1))
    .slice(0, Math.max(0, most));
  const briefs = Math.min(heldOut.length, Math.floor(runs / (chosen.length + 1)));
  if (chosen.length === 0 || briefs < MIN_HELD_OUT) return [];
  const changes = chosen.map(({ context, proposal: { change } }) => ({ context, change }));
  const asked = chosen.map(({ context, tries = 0 }) => (tries > 0 ? `${context} after ${tries}` : context));
  const again = givenUp === undefined ? '' : ` after ${givenUp} that nothing came of`;
  const requestId = hash128(`screening ${contentType} ${asked.join()}${again}`);
  return [
    decided(ScreeningRequested, contentType, {
      requestId,
      contentType,
      recipe,
      changes,
      heldOut: heldOut.slice(0, briefs),
    }),
  ];
}

/** Without a share for it nothing can be tried before traffic sees it. */
export const isScreeningWanted = ({ learningBudget }: Policy): boolean => learningBudget.screeningShare > 0;
