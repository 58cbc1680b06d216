import {
  type ExperimentDesign,
  ImprovementConfirmed,
  ImprovementExpired,
  improvementIn,
  ImprovementRolledBack,
  type Metric,
  type Policy,
} from '@contentflow/contracts';
import {
  type Decided,
  decided,
  type Improvement,
  isPinned,
  openExperiments,
  type Question,
  type SystemState,
} from '@contentflow/decisions';
import { HOUR_MS, ownValue } from '@contentflow/kernel';
import { contrastOf, normalQuantile } from '@contentflow/statistics';
import { compareAll, evidenceOf, impactOf, totalOf } from './comparison.ts';
import type { Arms } from '../arm-statistics.ts';
import type { Observations } from '../observations.ts';
import { watchOf } from './reverse-holdback.ts';

/** An improvement beside its reverse holdback, window by window. */
export interface WatchEvidence {
  readonly kind: 'watch';
  readonly improvement: Pick<Improvement, 'improvementId' | 'status' | 'appliedAt' | 'expiresAt' | 'doubt'>;
  readonly metric: Metric;
  /** What its experiment held it to. */
  readonly guardrails: Policy['guardrails'];
  readonly windows: readonly Arms[];
}

const RECENT_MS = 4 * HOUR_MS;

/** One look at each improvement in force per interval, unless it is being re-tested. */
export function watchesDue(parts: readonly Observations[], system: SystemState, at: number): Question<WatchEvidence>[] {
  const { lookEveryMs } = system.policy.watch;
  const tested = new Set(openExperiments(system).map(({ origin }) => origin.id));
  const watched = system.improvements.filter(({ contentType, lever }) => !isPinned(system, contentType, lever));
  return watched.flatMap(({ improvementId, status, appliedAt, expiresAt, experimentId, doubt }) => {
    if ((status !== 'applied' && status !== 'confirmed') || tested.has(improvementId)) return [];
    const look = Math.floor((at - appliedAt) / lookEveryMs);
    if (look < 1 && !doubt) return [];
    const windows = watchOf(parts, improvementId, Math.max(appliedAt, at - RECENT_MS));
    const { metric = 'cost', design } = ownValue(system.experiments, experimentId) ?? {};
    const evidence: WatchEvidence = {
      kind: 'watch',
      improvement: { improvementId, status, appliedAt, expiresAt, ...(doubt ? { doubt } : {}) },
      metric,
      guardrails: design ? marginsOf(design) : system.policy.guardrails,
      windows,
    };
    return [{ question: `watch:${improvementId}:${doubt?.id ?? look}`, evidence }];
  });
}

const marginsOf = ({
  guardrails: { quality, success, cost, time, satisfaction },
}: ExperimentDesign): Policy['guardrails'] => ({
  qualityMargin: quality,
  successMargin: success,
  costMargin: cost,
  timeMargin: time,
  satisfactionMargin: satisfaction,
});

/** Fewest units without the improvement before anything is said of its worth … */
const FEWEST = 30;
/** … and before it is said to hurt: a handful is enough to see a great harm. */
const MIN_TO_SEE_HARM = 6;

/**
 * Rolled back when the last hours show that it hurts, or an anomaly is blamed on it; sent to its re-test when an anomaly, the rollback of what
 * it was found on top of, or the last hours make one doubt that it still brings half of the least improvement, or when its date has come;
 * confirmed when it has held long enough.
 */
export function decideWatch(evidence: WatchEvidence, policy: Policy, at: number): Decided[] {
  const { improvement, metric, guardrails, windows } = evidence;
  const { improvementId, status, appliedAt, expiresAt, doubt } = improvement;
  const expired = (reason: string): Decided => decided(ImprovementExpired, improvementId, { improvementId, reason });
  const rolledBack = (reason: string): Decided =>
    decided(ImprovementRolledBack, improvementId, {
      improvementId,
      reason,
      by: 'system',
      impact: impactIn(windows, policy),
    });
  if (doubt) {
    const reason = `${inWords[doubt.cause]} ${doubt.id}`;
    return [doubt.action === 'roll_back_improvement' ? rolledBack(reason) : expired(reason)];
  }
  if (expiresAt <= at) return [expired('its date has come')];
  const harmed = harmedMetric(windows, { ...policy, guardrails });
  if (harmed) return [rolledBack(`${harmed} is worse than in its reverse holdback`)];
  if (unitsWithout(windows) < FEWEST || at - appliedAt < policy.watch.confirmAfterMs) return [];
  if (isDoubtful(windows, metric, policy)) return [expired('it hardly brings half of the least improvement')];
  const impact = impactIn(windows, policy);
  return status === 'applied' ? [decided(ImprovementConfirmed, improvementId, { improvementId, impact })] : [];
}

const inWords = { anomaly: 'anomaly', rollback: 'rollback of improvement' } as const;

const unitsWithout = (windows: readonly Arms[]): number =>
  windows.reduce((sum, window) => sum + window.control.cost.n, 0);

const impactIn = (windows: readonly Arms[], policy: Policy): ReturnType<typeof impactOf> =>
  impactOf(compareAll(windows, () => 2 * policy.watch.alpha, Math.max(1, 2 * unitsWithout(windows))));

/** A harm that began lately shows in the latest windows before it shows in all of them. */
const LATEST_WINDOWS = [1, 2, 4, 9];

/** A metric in which those with the improvement are worse by more than half its margin, with confidence, over any of the latest spans. */
function harmedMetric(windows: readonly Arms[], policy: Policy): Metric | undefined {
  const { qualityMargin, successMargin, costMargin, timeMargin, satisfactionMargin } = policy.guardrails;
  const margins: [Metric, number, 'points' | 'share'][] = [
    ['quality', qualityMargin, 'points'],
    ['success', successMargin, 'points'],
    ['cost', costMargin, 'share'],
    ['time', timeMargin, 'share'],
    ['satisfaction', satisfactionMargin, 'points'],
  ];
  // The error of a look is shared by what may take the improvement out: half of it, as a harm is one of two sides.
  const alpha = policy.watch.alpha / (2 * margins.length) / LATEST_WINDOWS.length;
  const spans = LATEST_WINDOWS.map((count) => windows.slice(-count));
  return margins.find(([metric, margin, unit]) =>
    spans.some((span) => {
      if (totalOf(span, 'control', metric).n < minToSeeHarmIn(metric)) return false;
      const share = unit === 'share' ? margin : margin / Math.max(1e-9, totalOf(span, 'control', metric).mean);
      return upperImprovement(span, metric, alpha) < -share / 2;
    }),
  )?.[0];
}

/** Ratings are whole numbers: a handful may well be all the same, and would be taken for certain. */
const minToSeeHarmIn = (metric: Metric): number => (metric === 'satisfaction' ? FEWEST : MIN_TO_SEE_HARM);

/** Whether the last hours speak against half of the least improvement. */
const isDoubtful = (windows: readonly Arms[], metric: Metric, policy: Policy): boolean =>
  upperImprovement(windows, metric, 0.1) < policy.experiments.minimumImprovement / 2;

/** One-sided upper limit of the relative improvement in these windows. */
function upperImprovement(windows: readonly Arms[], metric: Metric, alpha: number): number {
  const { difference, base, controlVariance, treatmentVariance } = contrastOf(
    evidenceOf(windows, 'control', metric),
    evidenceOf(windows, 'treatment', metric),
  );
  const error = Math.sqrt(controlVariance + treatmentVariance);
  if (!(error > 0) || base === 0) return Number.POSITIVE_INFINITY;
  const improvement = improvementIn(metric, difference / Math.abs(base));
  return improvement + (normalQuantile(1 - alpha) * error) / Math.abs(base);
}
