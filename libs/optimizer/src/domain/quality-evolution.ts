import { type Policy, QualityThresholdRaised } from '@contentflow/contracts';
import {
  autonomyOf,
  type Decided,
  decided,
  type Question,
  recipeInForce,
  type SystemState,
} from '@contentflow/decisions';
import { normalQuantile } from '@contentflow/statistics';
import { type Observations, sampleOfMetric, trafficSince } from './observations.ts';

/** How good a content type's results have been, 0–10. */
export interface QualityEvidence {
  readonly kind: 'quality';
  readonly contentType: string;
  readonly threshold: number;
  readonly quality: { readonly n: number; readonly mean: number; readonly variance: number };
}

const SPAN_MS = 6 * 60 * 60_000;
const FEWEST = 200;

export function thresholdsDue(
  parts: readonly Observations[],
  system: SystemState,
  at: number,
): Question<QualityEvidence>[] {
  const { raiseEveryMs } = system.policy.quality;
  const turn = Math.floor(at / raiseEveryMs);
  if (autonomyOf(system, 'quality', at) !== 'apply') return [];
  return Object.keys(system.generation0).flatMap((contentType) => {
    const last = system.qualityThresholds[contentType]?.since ?? Number.NEGATIVE_INFINITY;
    const quality = sampleOfMetric(trafficSince(parts, contentType, at - SPAN_MS, at).statistics, 'quality');
    if (at - last < raiseEveryMs || quality.n < FEWEST) return [];
    const threshold = recipeInForce(system, contentType).qualityThreshold;
    return [
      { question: `quality:${contentType}:${turn}`, evidence: { kind: 'quality', contentType, threshold, quality } },
    ];
  });
}

/**
 * The threshold follows the results, in small steps, and stays where only a small share of what is made falls below it: what falls below
 * is revised, and revising costs time and money.
 */
export function decideThreshold({ contentType, threshold, quality }: QualityEvidence, policy: Policy): Decided[] {
  const { thresholdStep, mostThreshold, mostRevisedShare } = policy.quality;
  const bearable = quality.mean + normalQuantile(mostRevisedShare) * Math.sqrt(quality.variance);
  const start = Math.floor(bearable / thresholdStep) * thresholdStep;
  const to = Math.min(mostThreshold, start, threshold === 0 ? start : threshold + thresholdStep);
  return to > threshold ? [decided(QualityThresholdRaised, contentType, { contentType, from: threshold, to })] : [];
}
