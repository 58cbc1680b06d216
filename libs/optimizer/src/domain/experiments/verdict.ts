import { improvementIn, type Metric, type Policy } from '@contentflow/contracts';
import { canMoveTexts, isForReadersToJudge } from '@contentflow/recipes';
import {
  boundaryZ,
  conditionalPower,
  evidenceOfP,
  normalCdf,
  normalQuantile,
  openEndedGuardrail,
  shrink,
} from '@contentflow/statistics';
import type { Arms } from '../arm-statistics.ts';
import { draftsKeep, SHOWN } from '../hypotheses/drafts.ts';
import { type MetricComparison, totalOf } from './comparison.ts';
import {
  armsIn,
  TIGHTEST_AT,
  isRecentlyHarmed,
  isHarmfulAgain,
  isLowVolume,
  type GuardrailCheck,
  isEvidenceAgainst,
} from './guardrails.ts';
import { type Comparisons, horizonUnitsOf, type LookEvidence, primaryBoundary, type Verdict } from './look-evidence.ts';
import { type AimsFound, aimServedBy } from './aims.ts';
import { type Aim, GUARDRAIL_ALPHA, minImprovement, MOST_QUALITY, worthTogether } from './value.ts';

const MIN_CONDITIONAL_POWER = 0.05;
/** Of each arm, before a breached guardrail may stop it: a great harm shows in a dozen. */
const MIN_UNITS_FOR_HARM = 10;
/** Of the planned information, before futility is asked about. */
const FUTILITY_FROM = 0.3;

/** What a look shows of both arms. */
export interface LookResult {
  readonly metrics: Comparisons;
  readonly checks: readonly GuardrailCheck[];
  /** Where it may be won by more than its own metric. */
  readonly aims?: AimsFound;
  /** Whether units fell to the arms as they should. */
  readonly sampleRatio: { readonly broken: boolean };
}

const arms = ['control', 'treatment'] as const;

/** The joint verdict over all metrics; undefined while the experiment goes on. */
export function verdictOf(evidence: LookEvidence, shown: LookResult, policy: Policy, at: number): Verdict | undefined {
  const { experiment, epochs } = evidence;
  const { metrics, sampleRatio, checks } = shown;
  const { design, metric, startedAt = at } = experiment;
  const [control, treatment] = [totalOf(epochs, 'control', metric), totalOf(epochs, 'treatment', metric)];
  const units = control.n + treatment.n;
  const horizonUnits = horizonUnitsOf(experiment);
  const elapsed = at - startedAt;
  if (sampleRatio.broken) return { verdict: 'void', reason: 'sample_ratio' };

  const isOverAt = (horizons: number): boolean =>
    elapsed >= design.longestMs || (units >= horizons * horizonUnits && elapsed >= design.horizonMs);
  const isOver = isOverAt(1);
  const isHarmSeen = smallestSample(epochs) >= Math.min(MIN_UNITS_FOR_HARM, design.fewestUnits);
  const guardrails = isHarmSeen ? checks.filter((rail) => rail.metric !== metric) : [];
  if (guardrails.some(({ state }) => state === 'breached')) return { verdict: 'control', reason: 'guardrail' };

  // What every content of more drafts shows need not be shown by units that lose it.
  if (draftsShown(evidence) === 'beyond') return { verdict: 'control', reason: 'guardrail' };

  const isLost =
    isRecentlyHarmed(evidence) || (isHarmSeen && (isHarmfulAgain(evidence) || isShortOfQuality(evidence, checks)));
  if (isLost) return { verdict: 'control', reason: 'guardrail' };
  if (isHarmSeen && isHintRefuted(evidence, policy)) return { verdict: 'none', reason: 'futility' };

  const seenBy = shown.aims?.aim ?? metric;
  const isEarly = arms.some((variant) => totalOf(epochs, variant, seenBy).n < design.fewestUnits);
  if (isEarly && !isOver) return undefined;
  const primary = metrics[metric];
  if (!primary) return isOver ? { verdict: 'none', reason: 'horizon' } : undefined;

  const improvement = improvementIn(metric, primary.relative.value);
  const { alpha: level } = primaryBoundary(evidence);
  // What is worse is no discovery, and takes nothing of the error control.
  const found = shown.aims;
  const isFound = found ? found.evidence >= evidenceOfP(level) : primary.p <= level;
  if (primary.p <= policy.experiments.alpha && improvement < 0 && !(found && isFound))
    return { verdict: 'control', reason: 'harm' };
  const isWon = isFound && isEnough(evidence, { metrics, checks, aim: found?.aim ?? metric }, policy);
  // What depends on the hour is judged over all hours.
  if (elapsed < design.minimumRunMs) return undefined;
  const kept = found ? checks.filter((rail) => rail.metric !== found.aim) : guardrails;
  const winner = isWon && kept.length > 0 ? winnerBy(evidence, kept, policy) : undefined;
  if (winner === 'wins') return { verdict: 'treatment', reason: 'success' };
  // What would change the system waits until it may.
  if (winner === 'may_not') return undefined;
  const isOverForWinner = elapsed >= Math.min(design.longestMs, LONGER * design.horizonMs);
  const isAtItsEnd = winner === 'not_shown' ? isOverForWinner : winner === 'margin_open' ? isOverAt(LONGER) : isOver;
  if (isAtItsEnd) return { verdict: 'none', reason: reasonOf(isWon, kept) };
  const information = units / horizonUnits;
  const progress = winner === 'margin_open' ? information / LONGER : information;
  if (information >= FUTILITY_FROM && isHopeless(evidence, guardrails, progress))
    return { verdict: 'none', reason: 'guardrail' };
  // Nothing speaks for anything else that it may better either.
  const isForNothing = found === undefined || found.evidence < 1;
  if (!isWon && isForNothing && isFutile(evidence, primary, information))
    return { verdict: 'none', reason: 'futility' };
  return undefined;
}

/**
 * Whether a gain exceeds the least improvement or, at half of it and more, what is gained and lost in quality, cost and time together is worth more to the user than
 * the least improvement of its metric alone: what betters three things by a little need not better one of them by much.
 */
function isEnough(
  { experiment: { design, metric, change } }: LookEvidence,
  { metrics, checks, aim }: Pick<LookResult, 'metrics' | 'checks'> & { readonly aim: Metric },
  { objective, experiments }: Policy,
): boolean {
  const { control, relative } = metrics[aim] ?? nothingSeen;
  const improvement = improvementIn(aim, relative.value);
  const least = aim === metric ? design.minimumImprovement : minImprovement(aim, control.mean, experiments);
  const served = aimServedBy(aim);
  if (served === undefined || improvement <= least / 2) return improvement > least;
  // Chance gives and takes: of what is hardly known little counts.
  const likely = (of: Aim): number => {
    const standing = checks.find((each) => each.metric === of)?.standing;
    return standing ? shrink(standing, { mean: 0, spread: standing.margin }).effect : 0;
  };
  const isNoReason = isForReadersToJudge(change) && aim !== 'quality';
  const points = isNoReason ? Math.min(0, likely('quality')) : likely('quality');
  const gains = { quality: points / MOST_QUALITY, cost: likely('cost'), time: likely('time') };
  const worth = worthTogether(gains, objective);
  // Within its margins it may still cost more than it is worth.
  if (improvement > least) return design.aims === undefined || worth >= 0;
  const needed = served === 'quality' ? (least * control.mean) / MOST_QUALITY : least;
  return worth > worthTogether({ [served]: needed }, objective);
}

const nothingSeen = { control: { mean: 0 }, relative: { value: 0 } };

/** A winner is tried for so many horizons, while it is not shown that it keeps its margins. */
const LONGER = 3;

/**
 * Whether a winner is applied: quality, cost and time must be shown to keep their margins, and all that is in force and this together those
 * against generation 0. What few units tell of is shown too, or bought as the policy says, where nothing that was seen speaks against it.
 */
function winnerBy(
  evidence: LookEvidence,
  checks: readonly GuardrailCheck[],
  { experiments: { unshown } }: Policy,
): 'wins' | 'may_not' | 'not_shown' | 'margin_open' | undefined {
  const { mayApply, isApproved = false } = evidence;
  const { origin } = evidence.experiment;
  if (checks.some(({ isExhausted }) => isExhausted)) return undefined;
  // Its metric is won: what it holds up is worth less than the rest of what it takes to be shown.
  if (checks.some((rail) => mustBeShown(evidence, rail) && rail.state !== 'within')) return 'margin_open';
  if (isDoubtedByDrafts(evidence, checks)) return 'margin_open';
  const open = checks.filter(({ state }) => state !== 'within');
  if (open.some(({ isHarmed, standing }) => isHarmed || isEvidenceAgainst(standing))) return 'not_shown';
  // Adjustments are judged by those who proposed them.
  if (origin.kind === 'adjustment') return 'wins';
  if (open.length > 0 && unshown === 'longer_trial') return 'not_shown';
  if (origin.kind === 'retest') return 'wins';
  if (open.length > 0 && unshown === 'person' && !isApproved) return 'not_shown';
  return mayApply ? 'wins' : 'may_not';
}

/**
 * What few units tell of need not be shown by the trial, but for what readers say of a change that the measures of a text cannot judge, unless a person answers
 * for it.
 */
function mustBeShown(evidence: LookEvidence, rail: GuardrailCheck): boolean {
  const { experiment, isApproved = false } = evidence;
  const { change, origin } = experiment;
  const isForReaders = rail.metric === 'satisfaction' && origin.kind === 'hypothesis' && isForReadersToJudge(change);
  return !isLowVolume(rail) || (isForReaders && !isApproved && draftsShown(evidence) === undefined);
}

/** Whether what fewer drafts would have come to keeps the margin of quality, in all contents of more; undefined where nothing tells. */
const draftsShown = ({ fewerDrafts, experiment }: LookEvidence): ReturnType<typeof draftsKeep> | undefined =>
  fewerDrafts && draftsKeep(fewerDrafts, experiment.design.guardrails.quality);

/**
 * Whether the units of a try show that more is lost than measures show of the margin, and not that it is kept: what truly loses twice the margin loses as much
 * as measured, and would be looked at for hours until that much is told from a margin that it hardly exceeds.
 */
function isShortOfQuality(
  { fewerDrafts, epochs, experiment: { design, origin, change } }: LookEvidence,
  checks: readonly GuardrailCheck[],
): boolean {
  if (origin.kind !== 'hypothesis' || !canMoveTexts(change)) return false;
  const isKept = checks.find(({ metric }) => metric === 'quality')?.state === 'within';
  if (isKept && fewerDrafts === undefined) return false;
  const margin = { points: SHOWN * design.guardrails.quality, better: 'higher' } as const;
  return openEndedGuardrail(...armsIn(epochs, 'quality'), margin, TIGHTEST_AT).breachedP <= GUARDRAIL_ALPHA;
}

/**
 * Whether what readers are asked about was luck: measures hinted at a gain in quality on a dozen briefs, the trial's own units show beyond doubt that it is not half of
 * the least one, and readers do not speak for it either.
 */
function isHintRefuted({ experiment, epochs }: LookEvidence, { experiments }: Policy): boolean {
  const { origin, metric, change } = experiment;
  if (origin.kind !== 'hypothesis' || metric !== 'satisfaction' || !isForReadersToJudge(change)) return false;
  const hinted = { points: -SHOWN * experiments.minimumQualityGain, better: 'higher' } as const;
  const { breachedP } = openEndedGuardrail(...armsIn(epochs, 'quality'), hinted, TIGHTEST_AT);
  const { effect, error } = openEndedGuardrail(...armsIn(epochs, 'satisfaction'), atAll, TIGHTEST_AT);
  return breachedP <= GUARDRAIL_ALPHA && !(effect > error);
}
const atAll = { points: 0, better: 'higher' } as const;

/** Whether neither readers nor drafts show yet that fewer will do, or the trial's own units speak against it: by as much as measures show of the margin. */
function isDoubtedByDrafts(evidence: LookEvidence, checks: readonly GuardrailCheck[]): boolean {
  const shown = draftsShown(evidence);
  const checkOf = (of: Metric) => checks.find(({ metric }) => metric === of);
  if (shown === undefined || evidence.isApproved || checkOf('satisfaction')?.state === 'within') return false;
  const { effect = 0, margin = 0 } = checkOf('quality')?.standing ?? {};
  return shown !== 'within' || effect < -SHOWN * margin;
}

function reasonOf(isWon: boolean, checks: readonly GuardrailCheck[]): Verdict['reason'] {
  if (!isWon) return 'horizon';
  return checks.some(({ isExhausted }) => isExhausted) ? 'margin_spent' : 'guardrail';
}

const smallestSample = (epochs: readonly Arms[]): number =>
  Math.min(totalOf(epochs, 'control', 'cost').n, totalOf(epochs, 'treatment', 'cost').n);

/** Whether even the least improvement, were it there, would hardly be found by the horizon any more. */
function isFutile(evidence: LookEvidence, { relative }: MetricComparison, information: number): boolean {
  const { design, metric } = evidence.experiment;
  if (information < FUTILITY_FROM || information >= 1 || design.minimumImprovement === 0) return false;
  const { alpha, tuning } = primaryBoundary(evidence);
  const error = (relative.upper - relative.lower) / (2 * boundaryZ(alpha, information, tuning));
  if (!(error > 0)) return false;
  const z = improvementIn(metric, relative.value) / error;
  const drift = design.minimumImprovement / error / Math.sqrt(information);
  return conditionalPower({ z, information }, drift, alpha, tuning) < MIN_CONDITIONAL_POWER;
}

/** A guardrail ends a trial that is less likely than this to show by its end that it is kept. */
const MIN_PREDICTIVE_POWER = 0.1;

/**
 * Whether one of the guardrails that a winner must be shown to keep will hardly be shown by its end, by the trend so far with its error: else the trial holds
 * up others for hours. What is in force and tested again is not given up for it.
 * Source: predictive power, Spiegelhalter, Freedman and Blackburn (1986), of a score past its boundary at the horizon, where effects are as wide as the margin
 */
function isHopeless(evidence: LookEvidence, checks: readonly GuardrailCheck[], progress: number): boolean {
  if (evidence.experiment.origin.kind === 'retest' || progress >= 1) return false;
  return checks.some((rail) => {
    const { effect, error, margin } = rail.standing;
    if (!mustBeShown(evidence, rail) || rail.state !== 'unknown' || !(error > 0)) return false;
    const likely = shrink({ effect, error }, { mean: 0, spread: margin });
    const errorAtEnd = error * Math.sqrt(progress);
    const needed = normalQuantile(1 - GUARDRAIL_ALPHA / 2) * errorAtEnd - margin;
    const expected = progress * effect + (1 - progress) * likely.effect;
    const spread = Math.sqrt(((1 - progress) * likely.error) ** 2 + (1 - progress) * errorAtEnd ** 2);
    return normalCdf((expected - needed) / spread) < MIN_PREDICTIVE_POWER;
  });
}
