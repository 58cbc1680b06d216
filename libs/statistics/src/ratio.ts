import { covarianceOf, momentsOfX, momentsOfY, varianceOf, type Bivariate } from './moments.ts';
import type { Sample } from './sample.ts';

/**
 * A ratio of two means over the same units (clicks per impression, cost per success) as a sample that any of the
 * tests can compare.
 * @param pair x the denominator, y the numerator, per unit
 * @returns mean Σy ÷ Σx; variance of one unit's contribution, by the delta method; zeros where Σx is 0
 * Source: Deng, Knoblich, Lu (2018), arXiv:1803.06336, eq. 4; the same as gbstats' RatioStatistic.
 * Figures: ratio.reference.json (gbstats 0.8)
 */
export function ratioSample(pair: Bivariate): Sample {
  if (pair.n === 0 || pair.meanX === 0) return { n: pair.n, mean: 0, variance: 0 };
  const mean = pair.meanY / pair.meanX;
  const residual =
    varianceOf(momentsOfY(pair)) - 2 * mean * covarianceOf(pair) + mean * mean * varianceOf(momentsOfX(pair));
  return { n: pair.n, mean, variance: Math.max(0, residual) / pair.meanX ** 2 };
}
