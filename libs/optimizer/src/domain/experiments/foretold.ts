import { improvementIn, type Lever, type Metric } from '@contentflow/contracts';
import { type Foretold, foretoldOf, type Improvement, type SystemState } from '@contentflow/decisions';
import { contrastOf, type MeasuredEffect } from '@contentflow/statistics';
import { evidenceOf, totalOf } from './comparison.ts';
import type { Arms } from '../arm-statistics.ts';
import type { Observations } from '../observations.ts';
import { watchOf } from './reverse-holdback.ts';

/** What was foretold of a lever's improvements in all content types, beside what came. */
export const foretoldOn = (parts: readonly Observations[], system: SystemState, lever: Lever): Foretold[] =>
  system.improvements
    .filter((each) => each.lever === lever)
    .flatMap((each) => foretoldBeside(parts, system, each) ?? []);

/** Undefined where nothing was foretold, or too few go without the improvement to say what it brought. */
export function foretoldBeside(
  parts: readonly Observations[],
  system: SystemState,
  improvement: Improvement,
): Foretold | undefined {
  const { improvementId, experimentId, appliedAt, status } = improvement;
  const metric = system.experiments[experimentId]?.metric;
  const foretold = foretoldOf(system, improvement);
  const realised = metric && realisedIn(watchOf(parts, improvementId, appliedAt), metric);
  if (!foretold || !realised) return undefined;
  return { improvementId, foretold, realised, isRolledBack: status === 'rolled_back' };
}

/** A reverse holdback of fewer units says nothing yet. */
const FEWEST_WITHOUT = 30;

function realisedIn(windows: readonly Arms[], metric: Metric): MeasuredEffect | undefined {
  if (totalOf(windows, 'control', metric).n < FEWEST_WITHOUT) return undefined;
  const { difference, base, controlVariance, treatmentVariance } = contrastOf(
    evidenceOf(windows, 'control', metric),
    evidenceOf(windows, 'treatment', metric),
  );
  const error = Math.sqrt(controlVariance + treatmentVariance) / Math.abs(base);
  if (!(error > 0) || !Number.isFinite(error)) return undefined;
  return { effect: improvementIn(metric, difference / base), error };
}
