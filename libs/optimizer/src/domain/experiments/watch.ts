import {
  type ExperimentDesign,
  ImprovementConfirmed,
  ImprovementExpired,
  ImprovementRolledBack,
  type Metric,
  type Policy,
  RolloutWidened,
} from '@contentflow/contracts';
import {
  baseOf,
  type Decided,
  decided,
  evidenceFor,
  type Improvement,
  isPinned,
  openExperiments,
  question,
  type Question,
  replacedAt,
  type SystemState,
} from '@contentflow/decisions';
import { HOUR_MS, ownValue } from '@contentflow/kernel';
import { contrastOf, mergeMoments, type Moments, momentsOfY, noMoments, normalQuantile } from '@contentflow/statistics';
import { compareAll, impactOf, totalOf } from './comparison.ts';
import { areShown, withWinner } from './conclusion.ts';
import type { Arms } from '../arm-statistics.ts';
import { armsIn, isEvidenceAgainst } from './guardrails.ts';
import {
  harmBeyondDoubt,
  harmSinceTrial,
  type InForce,
  type Standing,
  standingsInForce,
  upperImprovement,
} from './harm-in-force.ts';
import type { Observations } from '../observations.ts';
import { watchOf } from './reverse-holdback.ts';
import { armsOf } from './trials.ts';
import { turnedModels } from './turned-models.ts';
import { minImprovement } from './value.ts';

/** An improvement beside its reverse holdback, window by window. */
export interface WatchEvidence extends InForce {
  readonly kind: 'watch';
  readonly improvement: Pick<Improvement, 'improvementId' | 'status' | 'appliedAt' | 'expiresAt' | 'doubt'> &
    Partial<Pick<Improvement, 'isPartial'>>;
  readonly metric: Metric;
  /** Whether its model has lately begun to do harm in another content type. */
  readonly isHarmfulElsewhere?: boolean;
  /** While autonomy is paused only harm is undone. */
  readonly isPaused?: boolean;
  /** Version of the recipe that a person wrote last, where the content type began with another. */
  readonly base?: string;
}

const RECENT_MS = 4 * HOUR_MS;

/** One look at each improvement in force per interval, unless it is being re-tested; paused or not. */
export function watchesDue(parts: readonly Observations[], system: SystemState, at: number): Question<WatchEvidence>[] {
  const { lookEveryMs } = system.policy.watch;
  const isPaused = system.autonomy.state === 'paused';
  const tested = new Set(openExperiments(system).map(({ origin }) => origin.id));
  const watched = system.improvements.filter(({ contentType, lever }) => !isPinned(system, contentType, lever));
  return watched.flatMap(({ improvementId, contentType, change, status, appliedAt, ...improvement }) => {
    const { expiresAt, experimentId, doubt, isPartial, guardrails } = improvement;
    const isTested = tested.has(improvementId) && !isPaused;
    if ((status !== 'applied' && status !== 'confirmed') || isTested) return [];
    const look = Math.floor((at - appliedAt) / lookEveryMs);
    if (look < 1 && !doubt) return [];
    const since = Math.max(appliedAt, replacedAt(system, contentType));
    const foundBy = since === appliedAt ? experimentId : retestSince(system, { improvementId, experimentId }, since);
    const { metric = 'cost', aim = metric, design } = ownValue(system.experiments, experimentId) ?? {};
    const evidence = (): WatchEvidence => ({
      kind: 'watch',
      improvement: { improvementId, status, appliedAt, expiresAt, isPartial, ...(doubt ? { doubt } : {}) },
      metric: aim,
      guardrails: design ? policyMargins(design) : system.policy.guardrails,
      shown: shownIn(guardrails),
      windows: watchOf(parts, improvementId, Math.max(since, at - RECENT_MS)),
      found: foundBy === undefined ? [] : armsOf(parts, foundBy, at, improvementId),
      since: watchOf(parts, improvementId, since),
      isHarmfulElsewhere: isHarmfulElsewhere(system, { contentType, change, appliedAt }, at),
      isPaused,
      ...baseOf(system, contentType),
    });
    return [question(`watch:${improvementId}:${doubt?.id ?? look}`, evidence)];
  });
}

/** Margins that the latest decision about it showed to be kept. */
const shownIn = (guardrails: Improvement['guardrails']): Metric[] =>
  (Object.keys(guardrails) as Metric[]).filter((metric) => guardrails[metric]?.isShown);

/** The re-test that it rests on, where that was begun on the recipe of now. */
function retestSince(
  system: SystemState,
  improvement: Pick<Improvement, 'improvementId' | 'experimentId'>,
  since: number,
): string | undefined {
  const { experimentId, startedAt = 0 } = evidenceFor(system, improvement) ?? {};
  return startedAt >= since ? experimentId : undefined;
}

const policyMargins = ({
  guardrails: { quality, success, cost, time, satisfaction },
}: ExperimentDesign): Policy['guardrails'] => ({
  qualityMargin: quality,
  successMargin: success,
  costMargin: cost,
  timeMargin: time,
  satisfactionMargin: satisfaction,
});

/** Fewest units without the improvement before anything is said of its worth. */
const MIN_UNITS = 30;

/**
 * Rolled back when the last hours, or all evidence together, show that it does more harm than its decision accepted, or an anomaly is blamed on it; sent to its re-test
 * when what came since its trial says so by itself, when its own quality has fallen, when an anomaly, the rollback of what it was found on top of, or the last
 * hours make one doubt that it still brings half of the least improvement, or when its date has come; confirmed when it has held long enough and every guardrail is shown to be kept; rolled out to all when its partial
 * roll-out has shown nothing against it.
 */
export function decideWatch(evidence: WatchEvidence, policy: Policy, at: number): Decided[] {
  const { improvement, windows, isPaused = false } = evidence;
  const { improvementId, expiresAt, doubt } = improvement;
  const expired = (reason: string): Decided => decided(ImprovementExpired, improvementId, { improvementId, reason });
  const rolledBack = (reason: string): Decided =>
    decided(ImprovementRolledBack, improvementId, {
      improvementId,
      reason,
      by: 'system',
      impact: impactIn(windows, policy),
    });
  if (doubt?.action === 'roll_back_improvement') return [rolledBack(reasonOf(doubt))];
  const standings = standingsInForce(evidence);
  const harm = harmBeyondDoubt(evidence, standings, policy);
  if (harm && !doubt) return [rolledBack(harm)];
  if (isPaused) return [];
  if (doubt) return [expired(reasonOf(doubt))];
  const broken = harmSinceTrial(evidence);
  if (broken) return [expired(broken)];
  if (expiresAt <= at) return [expired('its date has come')];
  if (evidence.isHarmfulElsewhere) return [expired('its model has begun to do harm in another content type')];
  if (hasFallen(evidence)) return [expired('quality has fallen with it, and those without it have not fallen as much')];
  return outcomeOf(evidence, standings, policy, at);
}

/** What becomes of it where nothing speaks for taking it out. */
function outcomeOf(
  { improvement, metric, windows }: WatchEvidence,
  standings: readonly Standing[],
  policy: Policy,
  at: number,
): Decided[] {
  const { improvementId, status, appliedAt, isPartial = false } = improvement;
  const guardrails = withWinner(metric, Object.fromEntries(standings.map((each) => [each.metric, each.standing])));
  const isHeld = unitsWithout(windows) >= MIN_UNITS && at - appliedAt >= policy.watch.confirmAfterMs;
  if (isHeld && isDoubtful(windows, metric, policy))
    return [
      decided(ImprovementExpired, improvementId, {
        improvementId,
        reason: 'it hardly brings half of the least improvement',
      }),
    ];
  if (isHeld && status === 'applied' && areShown(guardrails))
    return [
      decided(ImprovementConfirmed, improvementId, { improvementId, impact: impactIn(windows, policy), guardrails }),
    ];
  const isTried = at - appliedAt >= policy.watch.partialRolloutMs;
  const isDisliked = Object.values(guardrails).some((each) => !each.isShown && isEvidenceAgainst(each));
  return isPartial && (areShown(guardrails) || (isTried && !isDisliked))
    ? [decided(RolloutWidened, improvementId, { improvementId, guardrails })]
    : [];
}

const ELSEWHERE_MS = 2 * HOUR_MS;

/** Whether the model that it chose has lately begun to do harm in another content type. */
function isHarmfulElsewhere(
  system: SystemState,
  { contentType, change, appliedAt }: Pick<Improvement, 'contentType' | 'change' | 'appliedAt'>,
  at: number,
): boolean {
  if (change.kind !== 'use_model') return false;
  return turnedModels(system, Math.max(appliedAt, at - ELSEWHERE_MS)).some(
    (turned) => turned.contentType !== contentType && turned.model === change.model,
  );
}

/** Contents with it, lately and before, until a fall of its own quality is told from chance … */
const MIN_RECENT_UNITS = 8;
const MIN_UNITS_BEFORE = 30;
/** … by so many standard errors: it is asked every ten minutes, of everything in force … */
const FALL_ERRORS = 4;
/** … and one-sided, that those without it are as bad off: one or two of them say little, and a re-test is no rollback. */
const FALL_ALPHA = 0.1;

/**
 * Whether quality has lately fallen with it by more than half of the margin, against its own hours before; those without it, of whom there are few so
 * soon, must be better off. A re-test then gives half of the units in place of a twentieth, so that harm is told within minutes.
 */
function hasFallen({ guardrails: { qualityMargin }, found = [], since = [] }: WatchEvidence): boolean {
  return [1, 2, 4].some((count) => {
    const [before, lately] = [[...found, ...since.slice(0, -4)], since.slice(-count)];
    const own = { control: qualityWith(before), treatment: qualityWith(lately) };
    if (own.treatment.n < MIN_RECENT_UNITS || own.control.n < MIN_UNITS_BEFORE) return false;
    const fall = contrastOf(own.control, own.treatment);
    const error = Math.sqrt(fall.controlVariance + fall.treatmentVariance);
    if (!(fall.difference + qualityMargin / 2 < -FALL_ERRORS * error)) return false;
    const aside = contrastOf(...armsIn(lately, 'quality'));
    const controlError = Math.sqrt(aside.controlVariance + aside.treatmentVariance);
    return controlError > 0 && aside.difference < -normalQuantile(1 - FALL_ALPHA) * controlError;
  });
}

const qualityWith = (windows: readonly Arms[]): Moments =>
  windows.map(({ treatment }) => momentsOfY(treatment.quality)).reduce(mergeMoments, noMoments);

const reasonOf = ({ cause, id }: NonNullable<WatchEvidence['improvement']['doubt']>): string =>
  `${inWords[cause]} ${id}`;

const inWords = { anomaly: 'anomaly', rollback: 'rollback of improvement' } as const;

const unitsWithout = (windows: readonly Arms[]): number =>
  windows.reduce((sum, window) => sum + window.control.cost.n, 0);

const impactIn = (windows: readonly Arms[], policy: Policy): ReturnType<typeof impactOf> =>
  impactOf(
    compareAll(windows, () => ({
      alpha: 2 * policy.watch.alpha,
      horizonUnits: Math.max(1, 2 * unitsWithout(windows)),
    })),
  );

/** Whether the last hours speak against half of the least improvement. */
function isDoubtful(windows: readonly Arms[], metric: Metric, { experiments }: Policy): boolean {
  const { mean: quality } = totalOf(windows, 'control', 'quality');
  return upperImprovement(windows, metric, 0.1) < minImprovement(metric, quality, experiments) / 2;
}
