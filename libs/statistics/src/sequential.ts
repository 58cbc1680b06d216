import { normalCdf } from './distributions.ts';
import { type AbsoluteAndRelative, type Comparison, compareSamples, type Sample } from './sample.ts';

/** Units of both arms at which the confidence sequence is tightest. */
export const DEFAULT_TUNING = 5000;

/**
 * Asymptotic confidence sequence for a difference of means, absolute and relative: valid at every look.
 * @param alpha  two-sided error over the whole sequence, in (0, 1)
 * @param tuning units of both arms at which the sequence is tightest, > 0
 * @returns always-valid p and interval; the relative difference is null where the control's mean is 0, and nothing bounds a difference of arms
 *   with fewer than two units
 * Source: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas (2021), arXiv:2103.06476v7, eq. 9, 155, 161, as gbstats 0.8
 * has it. Figures: ab-cases.reference.json
 */
export function confidenceSequence(
  control: Sample,
  treatment: Sample,
  alpha = 0.05,
  tuning = DEFAULT_TUNING,
): AbsoluteAndRelative {
  const mixed = (control.n + treatment.n) * mixtureVariance(alpha, tuning);
  return compareSamples(control, treatment, (difference, variance) =>
    mixtureComparison(difference, variance, mixed, alpha),
  );
}

/** ρ², the mixing variance per unit that makes the sequence tightest at `tuning` units. Source: eq. 161 */
export const mixtureVariance = (alpha: number, tuning: number): number =>
  (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / tuning;

/**
 * Comparison under a centred normal mixture.
 * @param variance of the estimate, in its unit squared
 * @param mixed    n ρ², the mixing variance over the units so far
 */
export function mixtureComparison(difference: number, variance: number, mixed: number, alpha: number): Comparison {
  const width = Math.sqrt(variance * (((mixed + 1) / mixed) * 2 * Math.log(Math.sqrt(mixed + 1) / alpha)));
  const logEvidence = ((difference * difference) / variance) * (mixed / (2 * (mixed + 1))) - 0.5 * Math.log1p(mixed);
  return {
    difference,
    p: Math.min(1, Math.exp(-logEvidence)),
    interval: [difference - width, difference + width],
  };
}

/**
 * One-sided always-valid p: one over the likelihood ratio mixed over a half-normal of drifts upwards, which is an e-value.
 * @param z    standardised score
 * @param mass information × variance of the mixed drifts; tightest about where it is 1
 * Source: Robbins (1970), Annals of Mathematical Statistics 41(5), one-sided normal mixture
 */
export function mixtureP(z: number, mass: number): number {
  const share = mass / (1 + mass);
  const logEvidence = Math.LN2 - 0.5 * Math.log1p(mass) + 0.5 * z * Math.abs(z) * share;
  return z > 0 ? Math.min(1, Math.exp(-logEvidence) / normalCdf(z * Math.sqrt(share))) : 1;
}
