import { normalCdf, normalUpperTail, studentUpperTail } from './distributions.ts';
import { type ArmEvidence, contrastOf, normalDeviate } from './experiment-test.ts';
import { welchDegrees } from './welch.ts';
import type { Sample } from './sample.ts';

/** Which way is good. */
export type Better = 'higher' | 'lower';

/** The loss one is ready to bear, as a share of the control's mean, ≥ 0. */
export interface Margin {
  readonly share: number;
  readonly better: Better;
}

/**
 * Is the treatment worse by no more than the margin? For one look at a size fixed beforehand.
 * @returns one-sided p of "worse by more than the margin": small means non-inferior
 * Source: Schuirmann (1987), one side of TOST, on the contrast treatment − (1 ∓ share) × control, which needs no
 * delta method. Figures: non-inferiority.reference.json (statsmodels)
 */
export function nonInferiorityTest(control: Sample, treatment: Sample, margin: Margin): { readonly p: number } {
  const scaled = scaledControl(control, margin);
  const variance = scaled.variance / scaled.n + treatment.variance / treatment.n;
  if (!(variance > 0)) return { p: 1 };
  const sign = margin.better === 'higher' ? 1 : -1;
  const t = (sign * (treatment.mean - scaled.mean)) / Math.sqrt(variance);
  return { p: studentUpperTail(t, welchDegrees(scaled, treatment)) };
}

function scaledControl(control: Sample, margin: Margin): Sample {
  const factor = limitFactor(margin);
  return { n: control.n, mean: factor * control.mean, variance: factor ** 2 * control.variance };
}

/** The control's mean times this is the worst one is ready to bear; for a metric that is never negative. */
const limitFactor = ({ share, better }: Margin): number => (better === 'higher' ? 1 - share : 1 + share);

/** A guardrail under continuous looks. */
export interface GuardrailEvidence {
  /** Always-valid p of "worse by more than the margin": small means non-inferior. */
  readonly withinP: number;
  /** Always-valid p of "worse by no more than the margin": small means the margin is breached. */
  readonly breachedP: number;
  /** Always-valid p of "not worse at all": small means harm, breached or not. */
  readonly harmP: number;
}

/**
 * A guardrail that may be looked at after every unit up to the registered horizon, with one-sided errors. A breach spends half of its error
 * on a boundary that is tightest at a few dozen units: a great harm must not wait for the horizon.
 * Past the horizon the p-values stay those of the horizon's last boundary: take the verdict at the first look there.
 * Source: as sequentialComparison, with P(sup W ≥ b) = 2 (1 − Φ(b)) on one side; the early boundary: `mixtureP`
 */
export function guardrail(
  control: ArmEvidence,
  treatment: ArmEvidence,
  margin: Margin,
  horizonUnits: number,
): GuardrailEvidence {
  const { difference, controlVariance, treatmentVariance, base, information, degrees } = contrastOf(control, treatment);
  if (!(controlVariance + treatmentVariance > 0)) return { withinP: 1, breachedP: 1, harmP: 1 };
  const time = Math.sqrt(Math.min(1, information / horizonUnits));
  const sign = margin.better === 'higher' ? 1 : -1;
  const limit = (limitFactor(margin) - 1) * base;
  const limitError = Math.sqrt(treatmentVariance + limitFactor(margin) ** 2 * controlVariance);
  const toLimit = (sign * (difference - limit)) / limitError;
  const harm = (-sign * difference) / Math.sqrt(controlVariance + treatmentVariance);
  const early = mixtureP(normalDeviate(-toLimit, degrees), information / EARLY_UNITS);
  return {
    withinP: oneSided(time * toLimit),
    breachedP: Math.min(1, 2 * Math.min(oneSided(-time * toLimit), early)),
    harmP: oneSided(time * harm),
  };
}

/** Units of both arms at which a breach is seen soonest. */
const EARLY_UNITS = 40;

/** P(sup W ≥ score) over the whole horizon. */
const oneSided = (score: number): number => (score > 0 ? Math.min(1, 2 * normalUpperTail(score)) : 1);

/**
 * One-sided always-valid p: one over the likelihood ratio mixed over a half-normal of drifts upwards.
 * @param z    standardised score
 * @param mass information × variance of the mixed drifts; tightest about where it is 1
 * Source: Robbins (1970), Annals of Mathematical Statistics 41(5), one-sided normal mixture
 */
function mixtureP(z: number, mass: number): number {
  const share = mass / (1 + mass);
  const logEvidence = Math.LN2 - 0.5 * Math.log1p(mass) + 0.5 * z * Math.abs(z) * share;
  return z > 0 ? Math.min(1, Math.exp(-logEvidence) / normalCdf(z * Math.sqrt(share))) : 1;
}
