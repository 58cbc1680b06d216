import { boundedMemo } from '@contentflow/kernel';
import { brownianSupremumQuantile, brownianSupremumTail, normalCdf, solveDecreasing } from './distributions.ts';
import { cupedTheta, residualM2 } from './cuped.ts';
import { isBivariate, type Bivariate, type Moments } from './moments.ts';
import { mixtureP } from './sequential.ts';
import { type AbsoluteAndRelative, greatestVariance, noDifference, unbounded } from './sample.ts';

/** One arm's evidence: moments, or moments with a covariate; a list of them is one per allocation epoch, in order. */
export type ArmEvidence = Moments | Bivariate | readonly (Moments | Bivariate)[];

/**
 * How the error is spent.
 * `horizon`: most of it evenly over the registered horizon, the rest over an extension; the most powerful where an
 * experiment ends at its horizon. `untruncated`: valid for ever, and soon done with great effects; half the p's inverse is an e-value of each side.
 */
export type Spending = 'horizon' | 'untruncated';

export interface SequentialPlan {
  readonly control: ArmEvidence;
  readonly treatment: ArmEvidence;
  /** Two-sided error of the interval over all looks together, in (0, 1). */
  readonly alpha: number;
  /** Registered units of both arms, counted at equal shares: n units at a share s count as 4 s (1 − s) n. */
  readonly horizonUnits: number;
  readonly tuning?: Spending;
}

/** A comparison that may be looked at after every unit. */
export interface SequentialComparison extends AbsoluteAndRelative {
  readonly units: number;
  /** Standardised difference. */
  readonly z: number;
  /** Share of the registered information gathered so far; above 1 past the horizon. */
  readonly information: number;
}

/** Of the error, what is spent up to the horizon; the rest is for looks after it, up to EXTENSION times the horizon. */
export const HORIZON_SHARE = 0.8;
export const EXTENSION = 4;

/**
 * Compares two arms at any number of looks. With `horizon`, the score process is a Brownian motion in the share of
 * information gathered; its supremum over the whole horizon gives the p-value of every look in closed form. Early
 * looks need overwhelming evidence, so neither skew nor a poorly known variance of small samples can trip it, and
 * little power is left on the way: a flat boundary is the continuous limit of O'Brien and Fleming's.
 *
 * - Epochs are compared each within itself and combined by information, so that ramp and time of day do not mix.
 * - The variance is the larger of Welch's and the pooled one: a small arm that has seen no success yet has a sample
 *   variance of zero, which is ignorance, not certainty.
 * - The variance is estimated, so what is compared with the boundary is the deviate with the tail of Student's t.
 * - The absolute and the relative difference are zero together, so they share one p.
 *
 * @returns p valid under continuous looks (reject where p ≤ alpha at any look); intervals that hold at all looks at
 *   once. Nothing bounds a difference (p 1) before each arm has two units; the relative one is null where the control's mean is 0.
 * @throws RangeError for alpha outside (0, 1), a horizon ≤ 0, or arms with different numbers of epochs
 * Source: O'Brien and Fleming (1979); Lan and DeMets (1983); Jennison and Turnbull (2000), ch. 19; supremum by
 * reflection, Feller II, X.5; untruncated: Robbins (1970), normal mixtures, one for each side (Howard, Ramdas, McAuliffe, Sekhon 2021, prop. 6);
 * covariates: analysis of covariance, Cochran (1957)
 */
export function sequentialComparison(plan: SequentialPlan): SequentialComparison {
  if (!(plan.alpha > 0 && plan.alpha < 1)) throw new RangeError(`alpha lies in (0, 1), got ${plan.alpha}`);
  if (!(plan.horizonUnits > 0)) throw new RangeError(`a horizon is above 0 units, got ${plan.horizonUnits}`);
  const contrast = contrastOf(plan.control, plan.treatment);
  const { units, difference, base } = contrast;
  const variance = contrast.controlVariance + contrast.treatmentVariance;
  const information = contrast.information / plan.horizonUnits;
  if (!(variance > 0)) {
    const seen = contrast.degrees > 0 ? noDifference : unbounded(difference);
    return { ...seen, relative: base === 0 ? null : seen, units, z: 0, information };
  }

  const error = Math.sqrt(variance);
  const z = deviateOf(contrast);
  const spending = plan.tuning ?? 'horizon';
  const p = alwaysValidP(z, information, spending);
  const width = studentised(boundaryZ(plan.alpha, information, spending), contrast.degrees);
  const relative = difference / Math.abs(base);
  const relativeWidth = width * relativeError(contrast);
  return {
    units,
    z,
    information,
    difference,
    p,
    interval: [difference - width * error, difference + width * error],
    relative:
      base === 0 ? null : { difference: relative, p, interval: [relative - relativeWidth, relative + relativeWidth] },
  };
}

/** The p of sequentialComparison alone, at a fraction of its cost: for looking after every single unit. */
export function sequentialP({ control, treatment, horizonUnits, tuning }: Omit<SequentialPlan, 'alpha'>): number {
  const contrast = contrastOf(control, treatment);
  return contrast.controlVariance + contrast.treatmentVariance > 0
    ? alwaysValidP(deviateOf(contrast), contrast.information / horizonUnits, tuning)
    : 1;
}

/** Standard error of difference ÷ base, whose size is above 0. Source: delta method, as relativeVariance */
export function relativeError({ difference, base, controlVariance, treatmentVariance }: Contrast): number {
  const ratio = 1 + difference / base;
  return Math.sqrt(treatmentVariance + controlVariance * ratio * ratio) / Math.abs(base);
}

/** The always-valid p of a standardised difference at this share of the registered information. */
export function alwaysValidP(z: number, information: number, spending: Spending = 'horizon'): number {
  if (spending === 'untruncated') return mixedP(Math.abs(z), information);
  if (information <= 1) return Math.min(1, brownianSupremumTail(Math.abs(z) * Math.sqrt(information)) / HORIZON_SHARE);
  const extended = Math.min(1, information / EXTENSION);
  return Math.min(1, brownianSupremumTail(Math.abs(z) * Math.sqrt(extended)) / (1 - HORIZON_SHARE));
}

/** The standardised difference at which p reaches alpha. */
export function boundaryZ(alpha: number, information: number, spending: Spending = 'horizon'): number {
  if (spending === 'untruncated') return solveDecreasing((z) => mixedP(z, information), alpha);
  return information <= 1
    ? criticalScore(HORIZON_SHARE * alpha) / Math.sqrt(information)
    : criticalScore((1 - HORIZON_SHARE) * alpha) / Math.sqrt(Math.min(1, information / EXTENSION));
}

/** Solved once per level: experiments look again and again at the same few. */
const criticalScore = boundedMemo(1000, brownianSupremumQuantile);

/** Spread of the drifts per √horizon that evidence is mixed over: what a horizon is planned for is about as much, at levels from 5 % to .05 %. */
const MIXTURE_SPREAD = 4;

/** Twice the smaller of the p of each side. */
const mixedP = (z: number, information: number): number =>
  Math.min(1, 2 * mixtureP(z, MIXTURE_SPREAD ** 2 * information));

/** What an untruncated p of a change in the direction asked for is worth as evidence: 0 or its e-value, which in the mean is 1 at most under no difference. */
export const evidenceOfP = (p: number): number => (p >= 1 ? 0 : p > 0 ? 2 / p : Number.MAX_VALUE);

/** What any valid p is worth as evidence at least. Source: Shafer, Shen, Vereshchagin and Vovk (2011), calibrators, κ = ½ */
export const calibratedEvidence = (p: number): number => (p > 0 ? 0.5 / Math.sqrt(p) : Number.MAX_VALUE);

/**
 * Probability that the comparison will still be found by its horizon.
 * @param z           standardised difference now
 * @param information share of the registered information gathered, in (0, 1)
 * @param drift       expected z at the horizon under the effect one hopes for; z ÷ √information for the trend so far
 * @param spending    how the error is spent; of `untruncated` what its boundary at the horizon, held all the way, gives
 * Source: Lan and Wittes (1988), B-values; first passage of a Brownian motion with drift
 */
export function conditionalPower(
  { z, information }: { readonly z: number; readonly information: number },
  drift: number,
  alpha: number,
  spending: Spending = 'horizon',
): number {
  const remaining = 1 - information;
  const gap = boundaryZ(alpha, 1, spending) - z * Math.sqrt(information);
  if (gap <= 0) return 1;
  if (remaining <= 0) return 0;
  const root = Math.sqrt(remaining);
  const early = 2 * drift * gap;
  const after = normalCdf((-gap - drift * remaining) / root);
  return normalCdf((drift * remaining - gap) / root) + (after === 0 ? 0 : Math.exp(early) * after);
}

/** Power of the comparison over its whole horizon for an expected z there. */
export const horizonPower = (drift: number, alpha: number): number =>
  conditionalPower({ z: 0, information: 0 }, Math.abs(drift), alpha);

/** The expected z at the horizon that gives the comparison this power; its square over a fixed test's is what looking costs. */
export const horizonDrift = (alpha: number, power: number): number =>
  solveDecreasing((drift) => 1 - horizonPower(drift, alpha), 1 - power);

/**
 * The horizon, in units of both arms at equal shares, at which the comparison finds this difference with this power.
 * @param variance of one unit, the same in both arms
 */
export function horizonUnitsNeeded(variance: number, difference: number, alpha: number, power = 0.8): number {
  if (!(Math.abs(difference) > 0)) return Infinity;
  return 4 * variance * (horizonDrift(alpha, power) / Math.abs(difference)) ** 2;
}

/** A difference of arms over epochs, with its variance and what it is relative to. */
export interface Contrast {
  readonly units: number;
  /** Units' worth of information, counted at equal shares. */
  readonly information: number;
  readonly difference: number;
  /** Variance of each arm's mean, weighted as the difference is; their sum is the difference's. */
  readonly controlVariance: number;
  readonly treatmentVariance: number;
  /** Degrees of freedom of the pooled variance. */
  readonly degrees: number;
  /** The control's mean, weighted as the difference is. */
  readonly base: number;
}

interface Epoch {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
  /** Mean of the covariate, where there is one. */
  readonly covariate?: number;
}

/** Weighs each epoch by its information, n₁n₂ ÷ (n₁ + n₂), so that the weighted sum is a random walk in it. */
export function contrastOf(control: ArmEvidence, treatment: ArmEvidence): Contrast {
  const arms = adjustedArms(epochsOf(control), epochsOf(treatment));
  let units = 0;
  let weight = 0;
  let difference = 0;
  let base = 0;
  let imbalance = 0;
  let shareA = 0;
  let shareB = 0;
  for (let i = 0; i < arms.control.length; i++) {
    const x = arms.control[i] as Epoch;
    const y = arms.treatment[i] as Epoch;
    units += x.n + y.n;
    if (x.n === 0 || y.n === 0) continue;
    const w = (x.n * y.n) / (x.n + y.n);
    weight += w;
    difference += w * (y.mean - x.mean);
    base += w * x.mean;
    imbalance += w * ((y.covariate ?? 0) - (x.covariate ?? 0));
    shareA += (w * w) / x.n;
    shareB += (w * w) / y.n;
  }
  if (weight === 0) return { ...emptyContrast, units };
  const [m2A, freeA] = withinSum(arms.control);
  const [m2B, freeB] = withinSum(arms.treatment);
  const degrees = freeA + freeB - (arms.covariateM2 > 0 ? 1 : 0);
  const pooled = degrees > 0 ? (m2A + m2B) / degrees : 0;
  const welchA = freeA > 0 ? ((m2A / freeA) * shareA) / weight ** 2 : 0;
  const welchB = freeB > 0 ? ((m2B / freeB) * shareB) / weight ** 2 : 0;
  // A small arm that has not varied yet is unknown, not certain: the pooled variance then stands in. The slope on the
  // covariate is an estimate too, and matters as far as chance has made the arms' covariates differ.
  const slope = arms.covariateM2 > 0 ? (pooled * (imbalance / weight) ** 2) / arms.covariateM2 : 0;
  const caution = Math.max(1, pooled / weight / (welchA + welchB)) + slope / (welchA + welchB);
  if (freeA === 0 || freeB === 0 || degrees === 0)
    return { ...emptyContrast, units, information: 4 * weight, difference: difference / weight, base: base / weight };
  // Where neither arm ever varied, what they differ by bounds how much they could.
  const isStill = welchA + welchB === 0;
  const still = greatestVariance(difference / weight) / weight ** 2;
  return {
    units,
    information: 4 * weight,
    difference: difference / weight,
    controlVariance: isStill ? still * shareA : welchA * caution,
    treatmentVariance: isStill ? still * shareB : welchB * caution,
    degrees,
    base: base / weight,
  };
}

const emptyContrast: Contrast = {
  units: 0,
  information: 0,
  difference: 0,
  controlVariance: 0,
  treatmentVariance: 0,
  degrees: 0,
  base: 0,
};

/** The difference in standard errors, as the normal deviate it is worth. */
const deviateOf = ({ difference, controlVariance, treatmentVariance, degrees }: Contrast): number =>
  normalDeviate(difference / Math.sqrt(controlVariance + treatmentVariance), degrees);

/** The normal deviate with the tail of this Student's t. Source: Wallace (1959) */
export function normalDeviate(t: number, degrees: number): number {
  const z = Math.sqrt(degrees * Math.log1p((t * t) / degrees)) * ((8 * degrees + 1) / (8 * degrees + 3));
  return Math.sign(t) * Math.min(Math.abs(t), z);
}

/** The t of these degrees of freedom with the tail of a normal deviate; undoes deviateOf. */
export const studentised = (z: number, degrees: number): number =>
  degrees === Infinity
    ? z
    : Math.sqrt(degrees * Math.expm1((z * ((8 * degrees + 3) / (8 * degrees + 1))) ** 2 / degrees));

function withinSum(epochs: readonly Epoch[]): [m2: number, degrees: number] {
  let m2 = 0;
  let degrees = 0;
  for (const epoch of epochs) {
    m2 += epoch.m2;
    degrees += Math.max(0, epoch.n - 1);
  }
  return [m2, degrees];
}

const epochsOf = (evidence: ArmEvidence): readonly (Moments | Bivariate)[] =>
  Array.isArray(evidence) ? evidence : [evidence as Moments | Bivariate];

interface AdjustedArms {
  readonly control: readonly Epoch[];
  readonly treatment: readonly Epoch[];
  /** Sum of squared deviations of the covariate within arms and epochs; 0 without one. */
  readonly covariateM2: number;
}

function adjustedArms(
  control: readonly (Moments | Bivariate)[],
  treatment: readonly (Moments | Bivariate)[],
): AdjustedArms {
  if (control.length !== treatment.length) throw new RangeError('both arms need the same epochs');
  const pairs = [...control, ...treatment].filter(isBivariate);
  if (pairs.length === 0)
    return { control: control as readonly Moments[], treatment: treatment as readonly Moments[], covariateM2: 0 };
  const theta = cupedTheta(pairs);
  const n = pairs.reduce((sum, pair) => sum + pair.n, 0);
  // Centred, so that relative differences keep their base.
  const centre = n === 0 ? 0 : pairs.reduce((sum, pair) => sum + pair.n * pair.meanX, 0) / n;
  const adjust = (epoch: Moments | Bivariate): Epoch =>
    isBivariate(epoch)
      ? {
          n: epoch.n,
          mean: epoch.meanY - theta * (epoch.meanX - centre),
          m2: residualM2(epoch, theta),
          covariate: epoch.meanX,
        }
      : epoch;
  const covariateM2 = pairs.reduce((sum, pair) => sum + pair.m2X, 0);
  return { control: control.map(adjust), treatment: treatment.map(adjust), covariateM2 };
}
