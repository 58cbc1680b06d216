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
  /** That quality stays within its margin, or rises where that is what is sought. */
  readonly chance: number;
  readonly reason: string;
  /** Points beyond the recipe in force. */
  readonly qualityForeseen: MeasuredEffect;
}

/**
 * Changes that were tried in this very recipe as far as their lever moves it, but those that lost more than the margin: what each saves and betters, and
 * the aim that it serves most.
 */
export function screenedProposals(evidence: ProposalEvidence, policy: Policy): ScreenedProposal[] {
  const { traffic } = evidence;
  const present = { quality: traffic.quality.meanY, cost: traffic.cost.meanY };
  const { qualityMargin } = marginsUnder(policy.objective, policy.guardrails, present);
  const inContents = seenInContents(evidence);
  return [...evidence.screened, ...inContents].flatMap((screened) => {
    const { briefs, change, context } = screened;
    const isForReaders = isForReadersToJudge(change);
    const isHint = isForReaders && !inContents.includes(screened);
    if (isHint && seenOf(change, evidence.fewerDrafts)) return [];
    const quality = isHint ? asAHint(screened.quality) : screened.quality;
    const lever = changedLever(change);
    const isOfThisRecipe = contextOf(evidence, { change }) === context;
    if (!isOfThisRecipe || briefs === 0 || quality.effect <= -qualityMargin) return [];
    const gains = gainsOf(evidence, screened, policy);
    const aim = aimOf(gains, screened, traffic, policy);
    if (aim === undefined) return [];
    const metric = aim === 'quality' && isForReaders ? 'satisfaction' : aim;
    const least = minImprovement('quality', present.quality, policy.experiments) * present.quality;
    const atLeast = aim === 'quality' ? least : -qualityMargin;
    return {
      proposal: { kind: kindNamed(evidence, change), lever, change, metric },
      gain: gains[aim],
      gains,
      chance: normalCdf((quality.effect - atLeast) / Math.max(1e-9, quality.error)),
      reason: `${isForReaders && !isHint ? `by the drafts of ${briefs} contents` : `on ${briefs} held-out briefs`} quality is likely to move by ${points(quality.effect)} ± ${quality.error.toFixed(1)}, cost by ${percent(-gains.cost)} and time by ${percent(-gains.time)}`,
      qualityForeseen: { effect: quality.effect, error: quality.error },
    };
  });
}

/** Fewer drafts, as every content shows them that was made of more. */
const seenInContents = (evidence: ProposalEvidence): ScreenedChange[] =>
  (evidence.fewerDrafts ?? []).flatMap((seen, index) => {
    if (seen.n < FEWEST_SEEN) return [];
    const change: RecipeChange = { kind: 'set_candidates', candidates: index + 1 };
    const quality = { ...trueEffect(seen), of: evidence.traffic.quality.meanY };
    return { context: contextOf(evidence, { change }), change, briefs: seen.n, quality, tokens: 1, cost: 1, time: 1 };
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
