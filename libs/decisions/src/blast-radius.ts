import type { z } from 'zod';
import type { Estimate, Policy, predictionOutcomeSchema } from '@contentflow/contracts';
import { learnPrior, normalQuantile } from '@contentflow/statistics';

/** What an improvement was expected to bring in its metric when it was applied, and what it brought beside its reverse holdback since. */
export type PredictionOutcome = z.output<typeof predictionOutcomeSchema>;

/** Relative; what is less than that is predicted nothing. */
const MIN_PREDICTED_EFFECT = 0.01;
/** Shares kept of what was predicted differ by about so much from one improvement to the next, at least. */
const MIN_SPREAD = 0.3;
const Z = normalQuantile(0.95);

/**
 * The share that improvements keep of what was predicted of them, with its 90 % interval: 1 where it came as predicted. What had to be
 * rolled back kept nothing, whatever it brought in its metric. Undefined where nothing was predicted.
 * Source: ratio by the delta method; random effects, DerSimonian and Laird (1986)
 */
export function calibrationOf(all: readonly PredictionOutcome[]): Estimate | undefined {
  const shares = all.flatMap(({ predicted, observed, isRolledBack }) => {
    if (!(predicted.effect > MIN_PREDICTED_EFFECT) || !(observed.error > 0)) return [];
    const share = observed.effect / predicted.effect;
    const error = Math.hypot(observed.error, share * predicted.error) / predicted.effect;
    return [{ effect: isRolledBack ? Math.min(0, share) : share, error }];
  });
  if (shares.length === 0) return undefined;
  const only = { mean: shares[0]?.effect as number, spread: MIN_SPREAD };
  const spread = Math.max(MIN_SPREAD, learnPrior(shares, only).spread);
  const weights = shares.map(({ error }) => 1 / (error ** 2 + spread ** 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const value = shares.reduce((sum, { effect }, i) => sum + effect * (weights[i] as number), 0) / total;
  const width = Z / Math.sqrt(total);
  return { value, lower: value - width, upper: value + width };
}

/** A lever that surely keeps less than this share of what is predicted is tried on fewer. */
const LOW_KEPT_SHARE = 0.5;

/**
 * How many units a lever's next change may reach, step by step. It begins with the policy's first step, and with more, up to `blastRadius`, the
 * surer it is that the lever's changes bring what is predicted of them; one that surely keeps less than half of it does without the last step.
 */
export function rampFor(
  calibration: Estimate | undefined,
  { ramp, blastRadius }: Pick<Policy['experiments'], 'ramp' | 'blastRadius'>,
): number[] {
  const [first = blastRadius, ...later] = ramp;
  if (!calibration || later.length === 0) return [...ramp];
  if (calibration.upper < LOW_KEPT_SHARE) return ramp.slice(0, -1);
  const trust = Math.min(1, Math.max(0, calibration.lower));
  const begin = Math.max(first, first + trust * (blastRadius - first));
  return [begin, ...later.filter((step) => step > begin)];
}
