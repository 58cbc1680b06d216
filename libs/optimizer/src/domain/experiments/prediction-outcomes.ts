import { ownValue } from '@contentflow/kernel';
import { improvementIn, type Lever, type Metric } from '@contentflow/contracts';
import { type PredictionOutcome, predictedEffectOf, type Improvement, type SystemState } from '@contentflow/decisions';
import { contrastOf, type MeasuredEffect } from '@contentflow/statistics';
import { evidenceOf, totalOf } from './comparison.ts';
import type { Arms } from '../arm-statistics.ts';
import type { Observations } from '../observations.ts';
import { watchOf } from './reverse-holdback.ts';

/** What was predicted of a lever's improvements in all content types, beside what came. */
export const predictionOutcomesOn = (
  parts: readonly Observations[],
  system: SystemState,
  lever: Lever,
): PredictionOutcome[] =>
  system.improvements
    .filter((each) => each.lever === lever)
    .flatMap((each) => predictionOutcomeOf(parts, system, each) ?? []);

/** Undefined where nothing was predicted, or too few go without the improvement to say what it brought. */
export function predictionOutcomeOf(
  parts: readonly Observations[],
  system: SystemState,
  improvement: Improvement,
): PredictionOutcome | undefined {
  const { improvementId, experimentId, appliedAt, status } = improvement;
  const metric = ownValue(system.experiments, experimentId)?.metric;
  const predicted = predictedEffectOf(system, improvement);
  const observed = metric && observedEffectIn(watchOf(parts, improvementId, appliedAt), metric);
  if (!predicted || !observed) return undefined;
  return { improvementId, predicted, observed, isRolledBack: status === 'rolled_back' };
}

/** A reverse holdback of fewer units says nothing yet. */
const MIN_WITHOUT = 30;

function observedEffectIn(windows: readonly Arms[], metric: Metric): MeasuredEffect | undefined {
  if (totalOf(windows, 'control', metric).n < MIN_WITHOUT) return undefined;
  const { difference, base, controlVariance, treatmentVariance } = contrastOf(
    evidenceOf(windows, 'control', metric),
    evidenceOf(windows, 'treatment', metric),
  );
  const error = Math.sqrt(controlVariance + treatmentVariance) / Math.abs(base);
  if (!(error > 0) || !Number.isFinite(error)) return undefined;
  return { effect: improvementIn(metric, difference / Math.abs(base)), error };
}
