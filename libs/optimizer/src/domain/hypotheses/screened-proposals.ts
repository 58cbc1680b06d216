import type { Metric, Policy, RecipeChange } from '@contentflow/contracts';
import { changedLever, isForReadersToJudge, type Proposal } from '@contentflow/recipes';
import { type MeasuredEffect, normalCdf, shrink } from '@contentflow/statistics';
import type { ArmStatistics } from '../arm-statistics.ts';
import { type Aim, AIMS, minImprovement, MOST_QUALITY, weightsOf, worthTogether } from '../experiments/value.ts';
import { marginsUnder } from '../objective.ts';
import type { ScreenedChange } from '../screening/screened-changes.ts';
import { contextOf } from './context.ts';
import { FEWEST_SEEN, seenOf, SHOWN, trueEffect } from './drafts.ts';
import { EFFECT_SPREAD, expectedGain } from './expectation.ts';
import type { ProposalEvidence } from './proposal-evidence.ts';

/** A change that was tried on held-out briefs, and what a trial of it is expected to show. */
export interface ScreenedProposal {
  readonly proposal: Proposal;
  readonly gain: number;
  readonly gains: Partial<Readonly<Record<Metric, number>>>;
  /** Points that quality must move by: that it stays within its margin, or rises where that is what is sought … */
  readonly atLeast: number;
  /** … and how likely that is. */
  readonly chance: number;
  readonly reason: string;
  /** Points beyond the recipe in force. */
  readonly qualityForeseen: MeasuredEffect;
}

/**
 * Changes that were tried in this very recipe as far as their lever moves it, but those that lost more than the margin: what each saves and betters, and
 * the aim that it serves most.
 */
export const screenedProposals = (evidence: ProposalEvidence, policy: Policy): ScreenedProposal[] => [
  ...evidence.screened.flatMap((screened) => {
    if (!isForReadersToJudge(screened.change)) return proposalOf(evidence, screened, policy);
    // Of fewer drafts every content tells more.
    const isSeen = seenOf(screened.change, evidence.fewerDrafts) !== undefined;
    return isSeen ? [] : proposalOf(evidence, screened, policy, asAHint(screened.quality));
  }),
  ...seenInContents(evidence).flatMap((seen) => proposalOf(evidence, seen, policy)),
];

/**
 * @param likely what its quality is taken for
 */
function proposalOf(
  evidence: ProposalEvidence,
  screened: ScreenedChange,
  policy: Policy,
  likely: MeasuredEffect = screened.quality,
): ScreenedProposal[] {
  const { traffic } = evidence;
  const { briefs, change, context } = screened;
  const present = { quality: traffic.quality.meanY, cost: traffic.cost.meanY };
  const { qualityMargin } = marginsUnder(policy.objective, policy.guardrails, present);
  const isForReaders = isForReadersToJudge(change);
  const isOfThisRecipe = contextOf(evidence, { change }) === context;
  if (!isOfThisRecipe || briefs === 0 || likely.effect <= -qualityMargin) return [];
  const gains = gainsOf(evidence, screened, policy);
  const aim = aimOf(gains, screened, traffic, policy);
  if (aim === undefined) return [];
  const lever = changedLever(change);
  const metric = aim === 'quality' && isForReaders ? 'satisfaction' : aim;
  const least = minImprovement('quality', present.quality, policy.experiments) * present.quality;
  const atLeast = aim === 'quality' ? least : -qualityMargin;
  const isHint = likely !== screened.quality;
  const by = isForReaders && !isHint ? `by the drafts of ${briefs} contents` : `on ${briefs} held-out briefs`;
  return [
    {
      proposal: { kind: kindNamed(evidence, change), lever, change, metric },
      gain: gains[aim],
      gains,
      atLeast,
      chance: chanceOf(likely, atLeast),
      reason: `${by} quality is likely to move by ${points(likely.effect)} ± ${likely.error.toFixed(1)}, cost by ${percent(-gains.cost)} and time by ${percent(-gains.time)}`,
      qualityForeseen: { effect: likely.effect, error: likely.error },
    },
  ];
}

const chanceOf = ({ effect, error }: MeasuredEffect, atLeast: number): number =>
  normalCdf((effect - atLeast) / Math.max(1e-9, error));

/** What held-out briefs spoke against, and what it would be proposed as if its quality were as good as it may well be. */
export interface SecondLook extends Pick<ScreenedProposal, 'proposal' | 'chance' | 'gains'> {
  readonly tries: number;
}

/** As many orders as a change is tried by at most. */
const MOST_TRIES = 3;

/**
 * Changes that their briefs left in doubt: not proposed by what those showed, and proposed if quality were better by its standard error. Where measures give but a hint more
 * briefs tell no more.
 */
export const secondLooks = (evidence: ProposalEvidence, policy: Policy): SecondLook[] =>
  evidence.screened.flatMap((screened) => {
    const { quality, orders = [], change } = screened;
    if (isForReadersToJudge(change) || orders.length >= MOST_TRIES) return [];
    if (proposalOf(evidence, screened, policy).length > 0) return [];
    const better = { ...quality, effect: quality.effect + quality.error };
    return proposalOf(evidence, { ...screened, quality: better }, policy).map(({ proposal, gains, atLeast }) => ({
      proposal,
      gains,
      chance: chanceOf(quality, atLeast),
      tries: orders.length,
    }));
  });

/** Fewer drafts, as every content shows them that was made of more. */
const seenInContents = (evidence: ProposalEvidence): ScreenedChange[] =>
  (evidence.fewerDrafts ?? []).flatMap((seen, index) => {
    if (seen.n < FEWEST_SEEN) return [];
    const change: RecipeChange = { kind: 'set_candidates', candidates: index + 1 };
    const quality = { ...trueEffect(seen), of: evidence.traffic.quality.meanY };
    const context = contextOf(evidence, { change });
    return { context, change, briefs: seen.n, quality, tokens: 1, cost: 1, time: 1 };
  });

/**
 * Of all that it betters enough, what is likeliest to be enough in truth: a step that takes a fifth of the cost saves it whatever a dozen briefs hint of quality, which
 * the trial sees meanwhile. Enough is the least improvement, or half of that where all it does together is worth as much.
 */
function aimOf(
  gains: Readonly<Record<Aim, number>>,
  { change, quality }: ScreenedChange,
  traffic: ArmStatistics,
  { objective, experiments }: Policy,
): Aim | undefined {
  const present = traffic.quality.meanY;
  const weights = weightsOf(objective);
  const isForReaders = isForReadersToJudge(change);
  // Of a change for readers to judge quality is a hint, and counts for nothing beside what is saved.
  const together = worthTogether({ ...gains, quality: isForReaders ? 0 : quality.effect / MOST_QUALITY }, objective);
  // A little saved is no reason to try what readers may miss, unless they may like it better.
  const isForALittle = !isForReaders || gains.quality > minImprovement('quality', present, experiments);
  const isEnough = (aim: Aim): boolean => {
    const least = minImprovement(aim, present, experiments);
    if (gains[aim] > least || !isForALittle || (isForReaders && aim === 'quality')) return gains[aim] > least;
    const needed = aim === 'quality' ? (least * present) / MOST_QUALITY : least;
    return gains[aim] > least / 2 && together > worthTogether({ [aim]: needed }, objective);
  };
  // In errors beyond the least improvement, which is as good as its chance.
  const sureness = (aim: Aim): number => {
    const doubt = aim === 'quality' ? quality.error / Math.max(1, present) : SCREENING_DOUBT;
    return (gains[aim] - minImprovement(aim, present, experiments)) / Math.max(1e-9, doubt);
  };
  const aims = AIMS.filter((aim) => weights[aim] > 0 && isEnough(aim)).sort((a, b) => sureness(b) - sureness(a));
  // Readers must be shown to be as satisfied in any case: what is saved is shown beside that, long before that they are more satisfied.
  return (isForReaders ? aims.find((each) => each !== 'quality') : undefined) ?? aims[0];
}

/** Relative; a dozen briefs tell cost and time no better. */
export const SCREENING_DOUBT = 0.05;

/** How far apart effects are taken to be that no measure can tell, in points. */
const UNSEEN_SPREAD = 0.7;

/** What measures show of a change that they cannot judge is a hint for readers to follow up: a part of what it does, which may be far better or worse. */
const asAHint = ({ effect, error, of }: ScreenedChange['quality']): ScreenedChange['quality'] => ({
  effect: effect / SHOWN,
  error: Math.max(UNSEEN_SPREAD, error / SHOWN),
  of,
});

/** Cost and time of a workflow by the figures of its steps, which all traffic tells; of all else as it was tried, as far as a dozen briefs tell that from chance. */
function gainsOf(
  evidence: ProposalEvidence,
  { change, quality, cost, time, errors }: ScreenedChange,
  policy: Policy,
): Record<'cost' | 'time' | 'quality', number> {
  const bettered = quality.effect / Math.max(1, quality.of);
  if (changedLever(change) === 'workflow') {
    const { otherGains = {}, gain } = expectedGain(evidence, { change, metric: 'cost' }, policy);
    return { cost: otherGains.cost ?? gain, time: otherGains.time ?? 0, quality: bettered };
  }
  if (change.kind === 'set_temperature') return { cost: 0, time: 0, quality: bettered };
  const likely = (effect: number, error = 0): number =>
    shrink({ effect, error }, { mean: 0, spread: EFFECT_SPREAD }).effect;
  return { cost: likely(1 - cost, errors?.cost), time: likely(1 - time, errors?.time), quality: bettered };
}

function kindNamed({ recipe }: ProposalEvidence, change: RecipeChange): string {
  switch (change.kind) {
    case 'use_model':
      return 'model_selection';
    case 'drop_step':
      return 'step_removal';
    case 'set_candidates':
      return change.candidates > recipe.candidates ? 'more_candidates' : 'fewer_candidates';
    case 'set_temperature':
      return 'temperature';
    case 'set_examples':
      return 'prompt_examples';
    case 'set_tone':
      return 'modify_tone';
    case 'set_words':
      return 'shorter_text';
    default:
      return 'joined_workflow';
  }
}

const percent = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(0)} %`;
const points = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
