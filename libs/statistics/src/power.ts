import { normalCdf, normalQuantile, solveDecreasing } from './distributions.ts';

/** A comparison of two means as planned. Effects and variances in the metric's unit and its square. */
export interface PlannedComparison {
  /** Variance of one unit, taken to be the same in both arms. */
  readonly variance: number;
  /** Two-sided error, in (0, 1). */
  readonly alpha: number;
  /** Share of units that go to the treatment, in (0, 1); one half when left out. */
  readonly share?: number;
}

/**
 * Probability that a fixed-horizon two-sided z-test finds this difference.
 * @param units of both arms together
 * Source: normal approximation; figures: power.reference.json (statsmodels NormalIndPower)
 */
export function fixedPower(plan: PlannedComparison, difference: number, units: number): number {
  const drift = Math.abs(difference) * Math.sqrt(balance(plan) * (units / plan.variance));
  const z = normalQuantile(1 - plan.alpha / 2);
  return normalCdf(drift - z) + normalCdf(-drift - z);
}

/** Units of both arms together that find this difference with this power; not rounded. */
export function unitsNeeded(plan: PlannedComparison, difference: number, power = 0.8): number {
  if (!(Math.abs(difference) > 0)) return Infinity;
  if (!(plan.variance > 0)) return 0;
  return (driftNeeded(plan.alpha, power) / Math.abs(difference)) ** 2 * (plan.variance / balance(plan));
}

/** The smallest difference that this many units of both arms together find with this power. */
export const detectableDifference = (plan: PlannedComparison, units: number, power = 0.8): number =>
  driftNeeded(plan.alpha, power) * Math.sqrt(plan.variance / (balance(plan) * units));

/** The expected z that gives a two-sided z-test this power. */
export function driftNeeded(alpha: number, power: number): number {
  if (!(power > alpha && power < 1)) throw new RangeError(`power lies between alpha and 1, got ${power}`);
  const z = normalQuantile(1 - alpha / 2);
  return solveDecreasing((drift) => 1 - normalCdf(drift - z) - normalCdf(-drift - z), 1 - power);
}

/** Share of both arms' information per unit: 1/4 at equal shares, less at unequal ones. */
function balance({ share = 0.5 }: PlannedComparison): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`a share lies in (0, 1), got ${share}`);
  return share * (1 - share);
}
