import { normalUpperTail, studentUpperTail } from './distributions.ts';
import {
  type ArmEvidence,
  contrastOf,
  EXTENSION,
  HORIZON_SHARE,
  normalDeviate,
  relativeError,
} from './experiment-test.ts';
import { differenceVariance, isComparable, type Sample, withKnownVariance } from './sample.ts';
import { mixtureP } from './sequential.ts';
import { welchDegrees } from './welch.ts';

/** Which way is good. */
export type BetterDirection = 'higher' | 'lower';

/** The loss one is ready to bear, ≥ 0: as a share of the control's mean, or in the metric's own unit. */
export type Margin = { readonly better: BetterDirection } & ({ readonly share: number } | { readonly points: number });

/**
 * Is the treatment worse by no more than the margin? For one look at a size fixed beforehand.
 * @returns one-sided p of "worse by more than the margin": small means non-inferior; 1 for an arm of fewer than two units
 * Source: Schuirmann (1987), one side of TOST, on the contrast treatment − (1 ∓ share) × control, which needs no
 * delta method. Figures: non-inferiority.reference.json (statsmodels)
 */
export function nonInferiorityTest(control: Sample, treatment: Sample, margin: Margin): { readonly p: number } {
  if (!isComparable(control, treatment)) return { p: 1 };
  const [known, other] = withKnownVariance(control, treatment);
  const { factor, limit } = limitOf(margin, known.mean);
  const scaled = { ...known, variance: factor ** 2 * known.variance };
  const beyond = signOf(margin) * (other.mean - known.mean - limit);
  const variance = differenceVariance(scaled, other);
  // Both arms are the same for every unit.
  if (!(variance > 0)) return { p: beyond >= 0 ? 0 : 1 };
  return { p: studentUpperTail(beyond / Math.sqrt(variance), welchDegrees(scaled, other)) };
}

const signOf = ({ better }: Margin): 1 | -1 => (better === 'higher' ? 1 : -1);

/** The difference that is the worst one is ready to bear, and what the control's mean is multiplied by to get there. */
function limitOf(margin: Margin, base: number): { readonly limit: number; readonly factor: number } {
  const sign = signOf(margin);
  if ('points' in margin) return { limit: -sign * margin.points, factor: 1 };
  return { limit: -sign * margin.share * Math.abs(base), factor: 1 - sign * margin.share * Math.sign(base) };
}

/** A guardrail under continuous looks. */
export interface GuardrailEvidence {
  /** Always-valid p of "worse by more than the margin": small means non-inferior. */
  readonly withinP: number;
  /** Always-valid p of "worse by no more than the margin": small means the margin is breached. */
  readonly breachedP: number;
  /** Always-valid p of "not worse at all": small means harm, breached or not. */
  readonly harmP: number;
  /** How much better the treatment is, with its standard error; in the margin's unit, below 0 where it is worse. */
  readonly effect: number;
  readonly error: number;
}

/**
 * A guardrail that may be looked at after every unit, with one-sided errors: most of each over the horizon, the rest up to four times it. A breach
 * spends half of its error on a boundary that is tightest at a few dozen units: a great harm must not wait for the horizon.
 * @param horizonUnits of both arms at equal shares, planned before the first is seen; the sooner the margin can be shown, the fewer
 * Source: as sequentialComparison, with P(sup W ≥ b) = 2 (1 − Φ(b)) on one side; the early boundary: `mixtureP`
 */
export function guardrail(
  control: ArmEvidence,
  treatment: ArmEvidence,
  margin: Margin,
  horizonUnits: number,
): GuardrailEvidence {
  const seen = standingOf(control, treatment, margin);
  if (seen.settled) return { ...seen.settled, effect: seen.effect, error: seen.error };
  const information = seen.information / horizonUnits;
  const early = mixtureP(seen.beyondLimit, seen.information / EARLY_UNITS);
  return {
    withinP: oneSidedValidP(-seen.beyondLimit, information),
    breachedP: Math.min(1, 2 * Math.min(oneSidedValidP(seen.beyondLimit, information), early)),
    harmP: oneSidedValidP(seen.harm, information),
    effect: seen.effect,
    error: seen.error,
  };
}

/**
 * The same without a horizon, as for what is in force: valid at every look, for ever.
 * @param tightestAt units of both arms, counted at equal shares, at which the boundaries are tightest, > 0
 * Source: `mixtureP`
 */
export function openEndedGuardrail(
  control: ArmEvidence,
  treatment: ArmEvidence,
  margin: Margin,
  tightestAt: number,
): GuardrailEvidence {
  const { settled, beyondLimit, harm, information, effect, error } = standingOf(control, treatment, margin);
  if (settled) return { ...settled, effect, error };
  const mass = information / tightestAt;
  return {
    withinP: mixtureP(-beyondLimit, mass),
    breachedP: mixtureP(beyondLimit, mass),
    harmP: mixtureP(harm, mass),
    effect,
    error,
  };
}

/** How much better the treatment is, in the margin's unit, and the one-sided p of "not worse at all" for a single look; 1 while nothing is known. */
export function harmAtOneLook(
  control: ArmEvidence,
  treatment: ArmEvidence,
  margin: Margin,
): { readonly p: number; readonly effect: number } {
  const { settled, harm, effect } = standingOf(control, treatment, margin);
  return { p: settled ? settled.harmP : normalUpperTail(harm), effect };
}

/** How a treatment stands to its margin. */
interface Standing extends Pick<GuardrailEvidence, 'effect' | 'error'> {
  /** Where it takes no test: nothing is known yet, or all units of both arms are the same. */
  readonly settled?: Pick<GuardrailEvidence, 'withinP' | 'breachedP' | 'harmP'>;
  /** As normal deviates: how far it lies beyond the limit, and how much worse it is at all. */
  readonly beyondLimit: number;
  readonly harm: number;
  readonly information: number;
}
const undetermined = { withinP: 1, breachedP: 1, harmP: 1 };
const identicalArms = { withinP: 0, breachedP: 1, harmP: 1 };

function standingOf(control: ArmEvidence, treatment: ArmEvidence, margin: Margin): Standing {
  const contrast = contrastOf(control, treatment);
  const { difference, controlVariance, treatmentVariance, base, information, degrees } = contrast;
  const [sign, error] = [signOf(margin), Math.sqrt(controlVariance + treatmentVariance)];
  const inShares = 'share' in margin && base !== 0;
  const standing = {
    information,
    // Added to zero, none is not "minus none".
    effect: 0 + (sign * difference) / (inShares ? Math.abs(base) : 1),
    error: inShares ? relativeError(contrast) : error,
  };
  if (!(error > 0))
    return { ...standing, settled: degrees > 0 ? identicalArms : undetermined, beyondLimit: 0, harm: 0 };
  const { limit, factor } = limitOf(margin, base);
  const limitError = Math.sqrt(treatmentVariance + factor ** 2 * controlVariance);
  return {
    ...standing,
    beyondLimit: normalDeviate((sign * (limit - difference)) / limitError, degrees),
    harm: normalDeviate((-sign * difference) / error, degrees),
  };
}

/** Units of both arms at which a breach is seen soonest. */
const EARLY_UNITS = 40;

/** The always-valid p of one side, as `alwaysValidP` spends the error of both. P(sup W ≥ b) = 2 (1 − Φ(b)) */
function oneSidedValidP(z: number, information: number): number {
  if (!(z > 0)) return 1;
  const [time, share] =
    information <= 1 ? [information, HORIZON_SHARE] : [Math.min(1, information / EXTENSION), 1 - HORIZON_SHARE];
  return Math.min(1, (2 * normalUpperTail(z * Math.sqrt(time))) / share);
}
