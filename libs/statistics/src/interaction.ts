import type { Comparison, Sample } from './sample.ts';
import { DEFAULT_TUNING, mixtureComparison, mixtureVariance } from './sequential.ts';

/** What units did that met two changes, each at its own hazard: with both, with one of them alone, with neither. */
export interface CrossedSamples {
  readonly both: Sample;
  readonly first: Sample;
  readonly second: Sample;
  readonly neither: Sample;
}

/** Of each cell, before its mean is taken for normal. */
const MIN_UNITS = 10;

/**
 * How much the effect of one change depends on another: the difference of the differences of log means, so that effects which multiply,
 * as two savings of a fifth do, have none.
 * @param alpha  two-sided error over all looks, in (0, 1)
 * @param tuning units of all cells at which the interval is tightest, > 0
 * @returns e^difference − 1 is by how much both together differ from the product of each alone; undefined for a cell of fewer than ten
 *   units, a mean that is not above 0, or no variance at all
 * Source: log-linear interaction of a 2 × 2 design, variance by the delta method, Σ s² ÷ (n m²); always valid as confidenceSequence is
 */
export function interactionOf(
  { both, first, second, neither }: CrossedSamples,
  alpha: number,
  tuning = DEFAULT_TUNING,
): Comparison | undefined {
  const cells = [both, first, second, neither];
  if (cells.some(({ n, mean }) => n < MIN_UNITS || !(mean > 0))) return undefined;
  const variance = cells.reduce((sum, { n, mean, variance }) => sum + variance / (n * mean * mean), 0);
  if (!(variance > 0)) return undefined;
  const difference = Math.log(both.mean) - Math.log(first.mean) - Math.log(second.mean) + Math.log(neither.mean);
  const units = cells.reduce((sum, { n }) => sum + n, 0);
  return mixtureComparison(difference, variance, units * mixtureVariance(alpha, tuning), alpha);
}
