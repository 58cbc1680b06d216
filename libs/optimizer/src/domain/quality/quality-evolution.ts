import { type Policy, QualityThresholdRaised } from '@contentflow/contracts';
import {
  autonomyOf,
  contentTypesMade,
  type Decided,
  decided,
  type Question,
  recipeInForce,
  replacedAt,
  type SystemState,
} from '@contentflow/decisions';
import { HOUR_MS, ownValue } from '@contentflow/kernel';
import { normalQuantile, type Sample, sampleOf, welchTest } from '@contentflow/statistics';
import type { Observations } from '../observations.ts';
import { qualitySince } from '../traffic.ts';
import { holdbackSince } from './holdback-observations.ts';

/** How good a content type's results have been, 0–10, and those of generation 0 beside them. */
export interface QualityEvidence {
  readonly kind: 'quality';
  readonly contentType: string;
  readonly threshold: number;
  readonly quality: Sample;
  readonly holdback: Sample;
}

const SPAN_MS = 6 * HOUR_MS;
const MIN_UNITS = 200;
/** Fewest results of generation 0 to rise above. */
const MIN_HELD = 10;
/** Two-sided, of the rise over generation 0. */
const ALPHA = 0.02;

export function thresholdsDue(
  parts: readonly Observations[],
  system: SystemState,
  at: number,
): Question<QualityEvidence>[] {
  const { raiseEveryMs } = system.policy.quality;
  const turn = Math.floor(at / raiseEveryMs);
  return contentTypesMade(system).flatMap((contentType) => {
    if (autonomyOf(system, 'quality', at, contentType) !== 'apply') return [];
    const last = ownValue(system.qualityThresholds, contentType)?.since ?? Number.NEGATIVE_INFINITY;
    if (at - last < raiseEveryMs) return [];
    const since = Math.max(at - SPAN_MS, replacedAt(system, contentType));
    const quality = sampleOf(qualitySince(parts, contentType, since));
    const holdback = sampleOf(holdbackSince(parts, contentType, since).quality);
    if (quality.n < MIN_UNITS || holdback.n < MIN_HELD) return [];
    const threshold = recipeInForce(system, contentType).qualityThreshold;
    const evidence = { kind: 'quality' as const, contentType, threshold, quality, holdback };
    return [{ question: `quality:${contentType}:${turn}`, evidence }];
  });
}

/**
 * The threshold rises as results do: in small steps, where they are shown to be better than generation 0's, and only so far that a small
 * share of what is made falls below it. What falls below is revised, and revising costs time and money.
 */
export function decideThreshold(
  { contentType, threshold, quality, holdback }: QualityEvidence,
  policy: Policy,
): Decided[] {
  if (!hasRisen(holdback, quality)) return [];
  const { thresholdStep, maxThreshold, maxRevisedShare } = policy.quality;
  const bearable = quality.mean + normalQuantile(maxRevisedShare) * Math.sqrt(quality.variance);
  const start = Math.floor(bearable / thresholdStep) * thresholdStep;
  const to = Math.min(maxThreshold, start, threshold === 0 ? start : threshold + thresholdStep);
  return to > threshold ? [decided(QualityThresholdRaised, contentType, { contentType, from: threshold, to })] : [];
}

const hasRisen = (before: Sample, now: Sample): boolean => now.mean > before.mean && welchTest(before, now).p < ALPHA;
