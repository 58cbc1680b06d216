import {
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
  openExperiments,
  type Question,
  type SystemState,
} from '@contentflow/decisions';
import { contrastOf, normalQuantile } from '@contentflow/statistics';
import { compareAll, evidenceOf, impactOf, type MetricComparison } from './comparison.ts';
import { type Arms, type Observations, watchOf } from './observations.ts';

/** An improvement beside its reverse holdback, window by window. */
export interface WatchEvidence {
  readonly kind: 'watch';
  readonly improvement: Pick<Improvement, 'improvementId' | 'status' | 'appliedAt' | 'expiresAt'>;
  readonly metric: Metric;
  readonly windows: readonly Arms[];
}

const RECENT_MS = 4 * 60 * 60_000;

/** One look at each improvement in force per interval, unless it is being re-tested. */
export function watchesDue(parts: readonly Observations[], system: SystemState, at: number): Question<WatchEvidence>[] {
  const { lookEveryMs } = system.policy.watch;
  const tested = new Set(openExperiments(system).map(({ origin }) => origin.id));
  return system.improvements.flatMap(({ improvementId, status, appliedAt, expiresAt, experimentId }) => {
    if ((status !== 'applied' && status !== 'confirmed') || tested.has(improvementId)) return [];
    const look = Math.floor((at - appliedAt) / lookEveryMs);
    if (look < 1) return [];
    const windows = watchOf(parts, improvementId, Math.max(appliedAt, at - RECENT_MS));
    const metric = system.experiments[experimentId]?.metric ?? 'cost';
    const evidence: WatchEvidence = {
      kind: 'watch',
      improvement: { improvementId, status, appliedAt, expiresAt },
      metric,
      windows,
    };
    return [{ question: `watch:${improvementId}:${look}`, evidence }];
  });
}

/** Fewest units without the improvement before anything is said. */
const FEWEST = 30;

/**
 * Rolled back when the last hours show that it hurts; sent to its re-test when they make one doubt that it still brings half of the least
 * improvement, or when its date has come; confirmed when it has held long enough.
 */
export function decideWatch({ improvement, metric, windows }: WatchEvidence, policy: Policy, at: number): Decided[] {
  const { improvementId, status, appliedAt, expiresAt } = improvement;
  const expired = decided(ImprovementExpired, improvementId, { improvementId });
  if (expiresAt <= at) return [expired];
  const without = windows.reduce((sum, window) => sum + window.control.cost.n, 0);
  if (without < FEWEST) return [];
  const metrics = compareAll(windows, () => 2 * policy.watch.alpha, 2 * without);
  const impact = impactOf(metrics);
  const harmed = harmedMetric(windows, metrics, policy);
  if (harmed) {
    const reason = `${harmed} is worse than in its reverse holdback`;
    return [decided(ImprovementRolledBack, improvementId, { improvementId, reason, by: 'system', impact })];
  }
  if (at - appliedAt < policy.watch.confirmAfterMs) return [];
  if (isDoubtful(windows, metric, policy)) return [expired];
  return status === 'applied' ? [decided(ImprovementConfirmed, improvementId, { improvementId, impact })] : [];
}

/** A metric in which those with the improvement are worse by more than half its margin, with confidence. */
function harmedMetric(
  windows: readonly Arms[],
  metrics: Record<string, MetricComparison>,
  policy: Policy,
): Metric | undefined {
  const { qualityMargin, successMargin, costMargin, timeMargin } = policy.guardrails;
  const absolute = (metric: Metric, margin: number): number =>
    margin / Math.max(1e-9, metrics[metric]?.control.mean ?? 1);
  const margins: [Metric, number][] = [
    ['quality', absolute('quality', qualityMargin)],
    ['success', absolute('success', successMargin)],
    ['cost', costMargin],
    ['time', timeMargin],
  ];
  return margins.find(
    ([metric, margin]) => upperImprovement(windows, metric, policy.watch.alpha / 10) < -margin / 2,
  )?.[0];
}

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
  const improvement = improvementIn(metric, difference / base);
  return improvement + (normalQuantile(1 - alpha) * error) / Math.abs(base);
}
