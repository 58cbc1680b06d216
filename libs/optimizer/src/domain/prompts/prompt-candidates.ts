import {
  type EventData,
  type Policy,
  type PromptOrigin,
  PromptCandidatesRequested,
  type Recipe,
  type RecipeChange,
  type ScreenedRun,
} from '@contentflow/contracts';
import {
  autonomyOf,
  type Decided,
  decided,
  openExperiments,
  type Question,
  recipeInForce,
  replacedAt,
  type SystemState,
} from '@contentflow/decisions';
import { hash128, HOUR_MS, ownValue } from '@contentflow/kernel';
import { type Edit, type Proposal, proposableChanges, promptVersion, withChange } from '@contentflow/recipes';
import { learnPrior, type MeasuredEffect, normalCdf, shrink } from '@contentflow/statistics';
import { type ArmStatistics, sampleOfMetric } from '../arm-statistics.ts';
import { minImprovement } from '../experiments/value.ts';
import type { Observations } from '../observations.ts';
import { figuresOf, type ScreenedFigures } from '../screening/screened-changes.ts';
import { affordableRuns, MIN_HELD_OUT } from '../screening/screening.ts';
import { latestTraffic, type RecentTraffic } from '../traffic.ts';
import { WINDOW_MS } from '../windows.ts';
import type { Screened } from './prompt-knowledge.ts';
import { lessonsOf, samplesOf } from './prompt-samples.ts';

/** A work order for new prompts, and what it stands on. */
export interface PromptEvidence extends Omit<EventData<typeof PromptCandidatesRequested>, 'requestId' | 'basis'> {
  readonly kind: 'prompts';
}

const MAX_HELD_OUT = 16;

/**
 * New prompts are asked for once for each prompt in force: where its lever is free, contents enough were seen to learn from,
 * and trying them on held-out briefs stays within the learning budget.
 */
export function promptsDue(
  parts: readonly Observations[],
  system: SystemState,
  at: number,
): Question<PromptEvidence>[] {
  return Object.keys(system.generation0).flatMap((contentType) => {
    const recipe = recipeInForce(system, contentType);
    const parent = promptVersion(recipe);
    if (!isFree(system, contentType, at) || isAsked(system, contentType, parent, at)) return [];
    const traffic = recentTraffic(parts, system, contentType, at);
    // The other half is for changes on other levers, and for examples.
    const runs = Math.floor(affordableRuns(parts, system, contentType, traffic, at) / 2);
    const maxWays = Math.floor(runs / MIN_HELD_OUT) - 1;
    if (maxWays < 1) return [];
    const { heldOut, informing } = samplesOf(knowledge(parts), contentType);
    if (heldOut.length < MIN_HELD_OUT) return [];
    const lessons = lessonsOf(knowledge(parts), informing);
    const ways = promptCandidatesFor(recipe, traffic.statistics, lessons.length > 0, system.policy).slice(0, maxWays);
    if (ways.length === 0) return [];
    const most = Math.min(MAX_HELD_OUT, Math.floor(runs / (ways.length + 1)));
    const evidence: PromptEvidence = {
      kind: 'prompts',
      contentType,
      recipe,
      parent,
      drafts: ways.filter((way) => typeof way === 'object'),
      edits: ways.filter((way) => typeof way === 'string'),
      lessons: ways.includes('rewrite') ? lessons : [],
      heldOut: heldOut.slice(0, most).map(({ contentId }) => contentId),
    };
    return [{ question: `prompts:${contentType}:${parent}:${Math.floor(at / ORDER_TAKES_MS)}`, evidence }];
  });
}

export const decidePrompts = ({ kind: _kind, ...order }: PromptEvidence, at: number): Decided[] => [
  decided(PromptCandidatesRequested, order.contentType, {
    requestId: hash128(`prompts ${order.contentType} ${order.parent} ${at}`),
    ...order,
  }),
];

const knowledge = (parts: readonly Observations[]) => parts.map(({ prompts }) => prompts);

const isFree = (system: SystemState, contentType: string, at: number): boolean =>
  autonomyOf(system, 'prompt', at, contentType) !== 'observe' &&
  !openExperiments(system, contentType).some(({ change }) => change.kind === 'replace_instructions') &&
  !Object.values(system.hypotheses).some(
    (each) =>
      each.contentType === contentType &&
      each.change.kind === 'replace_instructions' &&
      (each.status === 'proposed' || each.status === 'testing'),
  );

/** One order at a time, and none for the same prompt before a refuted hypothesis might return. */
const isAsked = (system: SystemState, contentType: string, parent: string, at: number): boolean =>
  system.promptRequests.some(
    (each) =>
      each.contentType === contentType &&
      (at - each.at < ORDER_TAKES_MS || (each.parent === parent && at - each.at < system.policy.hypotheses.cooldownMs)),
  );
const ORDER_TAKES_MS = HOUR_MS;

const recentTraffic = (parts: readonly Observations[], system: SystemState, of: string, at: number): RecentTraffic => {
  const { windowMs, minGenerations } = system.policy.hypotheses;
  return latestTraffic(parts, of, windowMs + WINDOW_MS, minGenerations, at, replacedAt(system, of));
};

type PromptCandidate = PromptEvidence['drafts'][number] | Edit;

/** What can be tried, in the order of what it promises for its money: drafts made by rule, and edits that a model is asked for. */
function promptCandidatesFor(
  recipe: Recipe,
  traffic: ArmStatistics,
  isLearned: boolean,
  policy: Policy,
): PromptCandidate[] {
  const isLong = sampleOfMetric(traffic, 'tokens').mean > policy.hypotheses.averageTokens;
  const [heaviest, lighter] = isLong ? worthwhileCuts(recipe, traffic, policy).reverse() : [];
  return [
    ...(lighter ? [{ origin: 'rules' as const, change: lighter }] : []),
    ...(isLong ? ['compression' as const] : []),
    ...(heaviest ? [{ origin: 'rules' as const, change: heaviest }] : []),
    ...(isLearned ? ['rewrite' as const] : []),
  ];
}

/** Cuts by rule, the lightest first, that reach the least improvement if they do no harm. */
function worthwhileCuts(recipe: Recipe, traffic: ArmStatistics, { experiments }: Policy): RecipeChange[] {
  const tokens = Math.max(1, sampleOfMetric(traffic, 'tokens').mean);
  const calls = recipe.steps.length + recipe.candidates - 1;
  return proposableChanges(recipe, [])
    .filter(({ kind }) => kind === 'prompt_compression')
    .map(({ change }) => change)
    .filter((change) => {
      const saved = recipe.prompt.instructions.length - withChange(recipe, change).prompt.instructions.length;
      return (calls * saved) / 4 / tokens > experiments.minimumImprovement;
    });
}

/** A prompt that was tried on held-out briefs, beside the prompt in force. */
export interface ScreenedPrompt extends ScreenedFigures {
  readonly candidateId: string;
  readonly origin: PromptOrigin;
  readonly change: RecipeChange;
}

/**
 * Of the prompts tried for a content type, those that none of the others, nor the prompt in force, beats in quality, tokens and cost at
 * once. One that was tried beside the prompt before is held against the prompt in force where that was tried on the same briefs.
 */
export function paretoSet(parts: readonly Observations[], recipe: Recipe): ScreenedPrompt[] {
  const current = promptVersion(recipe);
  const all = knowledge(parts).flatMap(({ screened }) => ownValue(screened, recipe.contentType) ?? []);
  const figures = all.flatMap((each) => {
    if (each.prompt === current || promptVersion(withChange(recipe, each.change)) !== each.prompt) return [];
    const reference = each.parent === current ? controlRuns(each) : siblingRuns(all, each, current);
    return reference ? (promptFigures(each, reference) ?? []) : [];
  });
  return figures.filter(
    (each) => !dominates(UNCHANGED, each) && !figures.some((other) => other !== each && dominates(other, each)),
  );
}

type Runs = Readonly<Record<string, ScreenedRun | null>>;
const controlRuns = ({ pairs }: Screened): Runs =>
  Object.fromEntries(pairs.map(({ contentId, control }) => [contentId, control]));

function siblingRuns(all: readonly Screened[], { requestId }: Screened, current: string): Runs | undefined {
  const sibling = all.find((each) => each.requestId === requestId && each.prompt === current);
  return sibling && Object.fromEntries(sibling.pairs.map(({ contentId, treatment }) => [contentId, treatment]));
}

function promptFigures({ candidateId, origin, change, pairs }: Screened, reference: Runs): ScreenedPrompt | undefined {
  const figures = figuresOf(
    pairs.map(({ contentId, treatment }) => ({
      contentId,
      treatment,
      control: ownValue(reference, contentId) ?? null,
    })),
  );
  return figures && { candidateId, origin, change, ...figures };
}

type Objectives = Pick<ScreenedPrompt, 'tokens' | 'cost'> & { readonly quality: { readonly effect: number } };
const UNCHANGED: Objectives = { quality: { effect: 0 }, tokens: 1, cost: 1 };

const dominates = (a: Objectives, b: Objectives): boolean =>
  a.quality.effect >= b.quality.effect && a.tokens <= b.tokens && a.cost <= b.cost;

/** How far prompts of one family are usually apart, in points, before anything of them is known. */
const PRIOR_SPREAD = 0.5;

interface PromptProposal {
  readonly proposal: Proposal;
  readonly gain: number;
  readonly chance: number;
  readonly reason: string;
  /** Points beyond the prompt in force. */
  readonly qualityForeseen: MeasuredEffect;
}

/**
 * The screened prompts as proposals: what each saves or betters, and how likely its quality stays within its margin, both shrunk to what prompts
 * usually do. Left out is what was worse than its margin by more than chance makes it, and what cannot reach the least improvement.
 */
export function promptProposals(
  screened: readonly ScreenedPrompt[],
  { experiments, guardrails }: Policy,
): PromptProposal[] {
  const prior = {
    ...learnPrior(
      screened.map(({ quality }) => quality),
      { mean: 0, spread: PRIOR_SPREAD },
    ),
    mean: 0,
  };
  return screened.flatMap(({ origin, change, quality, tokens, cost, briefs }) => {
    if (quality.effect + quality.error < -guardrails.qualityMargin || cost > 1 + guardrails.costMargin) return [];
    const likely = shrink(quality, { ...prior, spread: Math.max(prior.spread, PRIOR_SPREAD / 2) });
    const saved = 1 - tokens;
    const bettered = likely.effect / Math.max(1, quality.of);
    const [metric, gain] = saved >= bettered ? (['tokens', saved] as const) : (['quality', bettered] as const);
    if (gain <= minImprovement(metric, quality.of, experiments)) return [];
    const chance = normalCdf((likely.effect + guardrails.qualityMargin) / likely.error);
    const reason = `on ${briefs} held-out briefs it took ${percent(tokens - 1)} tokens, and quality moved by ${points(quality.effect)} ± ${quality.error.toFixed(1)}`;
    const proposal = { kind: kinds[origin], lever: 'prompt' as const, change, metric };
    return [{ proposal, gain, chance, reason, qualityForeseen: likely }];
  });
}

const kinds: Readonly<Record<PromptOrigin, string>> = {
  rules: 'prompt_compression',
  compression: 'prompt_compression',
  rewrite: 'prompt_rewrite',
  examples: 'prompt_examples',
};
const percent = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(0)} %`;
const points = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
