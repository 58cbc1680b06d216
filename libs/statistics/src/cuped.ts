import { covarianceOf, momentsOfX, momentsOfY, varianceOf, type Bivariate } from './moments.ts';
import type { Sample } from './sample.ts';

/** Two arms with the covariate's influence taken out. */
export interface AdjustedArms {
  readonly control: Sample;
  readonly treatment: Sample;
  /** Units of the metric per unit of the covariate. */
  readonly theta: number;
  /** Share of the variance that the covariate explained, in [0, 1]. */
  readonly varianceReduction: number;
}

/**
 * Variance reduction by a covariate known before exposure. θ is estimated within both arms together, so that a
 * treatment effect cannot leak into it.
 * Source: Deng, Xu, Kohavi, Walker (2013), "Improving the Sensitivity of Online Controlled Experiments by Utilizing
 * Pre-Experiment Data", WSDM. Figures: cuped.reference.json (NumPy)
 */
export function cupedAdjustment(control: Bivariate, treatment: Bivariate): AdjustedArms {
  const theta = cupedTheta([control, treatment]);
  const n = control.n + treatment.n;
  const centre = n === 0 ? 0 : (control.n * control.meanX + treatment.n * treatment.meanX) / n;
  const before = control.m2Y + treatment.m2Y;
  const after = residualM2(control, theta) + residualM2(treatment, theta);
  return {
    control: adjusted(control, theta, centre),
    treatment: adjusted(treatment, theta, centre),
    theta,
    varianceReduction: before > 0 ? 1 - after / before : 0,
  };
}

/** The pooled slope of the metric on the covariate within groups; 0 where the covariate does not vary. */
export function cupedTheta(groups: readonly Bivariate[]): number {
  const m2X = groups.reduce((sum, group) => sum + group.m2X, 0);
  return m2X > 0 ? groups.reduce((sum, group) => sum + group.co, 0) / m2X : 0;
}

/** Sum of squared deviations of y − θx within a group. */
export const residualM2 = (group: Bivariate, theta: number): number =>
  Math.max(0, group.m2Y - 2 * theta * group.co + theta * theta * group.m2X);

const adjusted = (arm: Bivariate, theta: number, centre: number): Sample => ({
  n: arm.n,
  mean: arm.meanY - theta * (arm.meanX - centre),
  variance: Math.max(
    0,
    varianceOf(momentsOfY(arm)) - 2 * theta * covarianceOf(arm) + theta * theta * varianceOf(momentsOfX(arm)),
  ),
});
