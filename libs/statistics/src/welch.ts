import { studentQuantile, studentUpperTail } from './distributions.ts';
import { type AbsoluteAndRelative, type Comparison, compareSamples, type Sample } from './sample.ts';

/**
 * Welch's test of two means, absolute and relative, for one look at a size fixed beforehand.
 * @param alpha two-sided error of the interval, in (0, 1)
 * @returns p and interval; the relative difference is null where the control's mean is 0, and nothing bounds a difference of arms with fewer
 *   than two units
 * Source: Welch (1947); relative by the delta method with the absolute test's degrees of freedom, as in gbstats 0.8, which says nothing at
 * all of a control mean of zero or of an arm without variance. Figures: ab-cases.reference.json, and welch.reference.json (SciPy)
 */
export const welchTest = (control: Sample, treatment: Sample, alpha = 0.05): AbsoluteAndRelative =>
  compareSamples(control, treatment, (difference, variance, arms) =>
    studentComparison(difference, variance, welchDegrees(...arms), alpha),
  );

/** Degrees of freedom. Source: Welch–Satterthwaite */
export function welchDegrees(control: Sample, treatment: Sample): number {
  const a = control.variance / control.n;
  const b = treatment.variance / treatment.n;
  return (a + b) ** 2 / (a ** 2 / (control.n - 1) + b ** 2 / (treatment.n - 1));
}

function studentComparison(difference: number, variance: number, degrees: number, alpha: number): Comparison {
  const error = Math.sqrt(variance);
  const width = studentQuantile(1 - alpha / 2, degrees) * error;
  return {
    difference,
    p: Math.min(1, 2 * studentUpperTail(Math.abs(difference) / error, degrees)),
    interval: [difference - width, difference + width],
  };
}
