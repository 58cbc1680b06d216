import { sum } from './averages.ts';

/** An effect as measured: relative or absolute, with its standard error in the same unit. */
export interface MeasuredEffect {
  readonly effect: number;
  readonly error: number;
}

/** How effects of this kind spread: mean and standard deviation of the true effects. */
export interface EffectPrior {
  readonly mean: number;
  readonly spread: number;
}

/**
 * The spread of true effects, learned from all experiments of a kind, winners and losers alike. Winners alone would
 * teach it the winner's curse.
 * @param effects of two or more experiments; with fewer, `otherwise` is returned
 * Source: DerSimonian and Laird (1986), moment estimator. Figures: shrinkage.reference.json (statsmodels)
 */
export function learnPrior(effects: readonly MeasuredEffect[], otherwise: EffectPrior): EffectPrior {
  const known = effects.filter(({ error }) => error > 0 && Number.isFinite(error));
  if (known.length < 2) return otherwise;
  const spread2 = betweenVariance(known);
  const weights = known.map(({ error }) => 1 / (error * error + spread2));
  return { mean: weightedMean(known, weights), spread: Math.sqrt(spread2) };
}

function betweenVariance(effects: readonly MeasuredEffect[]): number {
  const weights = effects.map(({ error }) => 1 / (error * error));
  const mean = weightedMean(effects, weights);
  const total = sum(weights);
  const q = sum(effects.map(({ effect }, i) => (weights[i] as number) * (effect - mean) ** 2));
  const scale = total - sum(weights.map((w) => w * w)) / total;
  return Math.max(0, (q - (effects.length - 1)) / scale);
}

/**
 * What a measured effect is worth once it is known how such effects spread: its posterior mean and deviation. Unlike
 * the measured effect it is not biased by having been selected for being large.
 * Source: Efron and Morris (1973); Efron (2011), "Tweedie's formula and selection bias"
 */
export function shrink({ effect, error }: MeasuredEffect, prior: EffectPrior): MeasuredEffect {
  const spread2 = prior.spread ** 2;
  if (spread2 === 0) return { effect: prior.mean, error: 0 };
  const trust = spread2 / (spread2 + error * error);
  return { effect: prior.mean + trust * (effect - prior.mean), error: Math.sqrt(trust) * error };
}

const weightedMean = (effects: readonly MeasuredEffect[], weights: readonly number[]): number =>
  sum(effects.map(({ effect }, i) => effect * (weights[i] as number))) / sum(weights);
