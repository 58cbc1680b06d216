import { improvementIn } from '@contentflow/contracts';
import { conditionalPower, horizonDrift } from '@contentflow/statistics';
import type { Arms } from '../arm-statistics.ts';
import { type MetricComparison, totalOf } from './comparison.ts';
import { guardrailsOf } from './guardrails.ts';
import { type Comparisons, horizonUnitsOf, type LookEvidence, type Verdict } from './look-evidence.ts';

const FUTILE_BELOW = 0.05;
/** Of each arm, before a breached guardrail may stop it: a great harm shows in a dozen. */
const MIN_TO_SEE_HARM = 10;
/** Of the planned information, before futility is asked about. */
const FUTILITY_FROM = 0.3;

/** What a look shows of both arms. */
export interface Shown {
  readonly metrics: Comparisons;
  /** Whether units fell to the arms as they should. */
  readonly sampleRatio: { readonly broken: boolean };
}

/** The joint verdict over all metrics; undefined while the experiment goes on. */
export function verdictOf(
  { experiment, epochs, mayApply }: LookEvidence,
  { metrics, sampleRatio }: Shown,
  at: number,
): Verdict | undefined {
  const { design, metric, startedAt = at } = experiment;
  const [control, treatment] = [totalOf(epochs, 'control', metric), totalOf(epochs, 'treatment', metric)];
  const units = control.n + treatment.n;
  const horizonUnits = horizonUnitsOf(experiment);
  const elapsed = at - startedAt;
  if (sampleRatio.broken) return { verdict: 'void', reason: 'sample_ratio' };

  const isOver = elapsed >= design.longestMs || (units >= horizonUnits && elapsed >= design.horizonMs);
  const isHarmSeen = smallestSample(epochs) >= Math.min(MIN_TO_SEE_HARM, design.fewestUnits);
  const guardrails = isHarmSeen ? guardrailsOf({ experiment, epochs }) : [];
  if (guardrails.some((guardrail) => guardrail === 'breached')) return { verdict: 'control', reason: 'guardrail' };

  const isEarly = Math.min(control.n, treatment.n) < design.fewestUnits;
  if (isEarly && !isOver) return undefined;
  const primary = metrics[metric];
  if (!primary) return isOver ? { verdict: 'none', reason: 'horizon' } : undefined;

  const improvement = improvementIn(metric, primary.relative.value);
  const isSignificant = primary.p <= design.alpha;
  if (isSignificant && improvement < 0) return { verdict: 'control', reason: 'harm' };
  const isWon = isSignificant && improvement > design.minimumImprovement;
  // What depends on the hour is judged over all hours.
  if (elapsed < design.minimumRunMs) return undefined;
  if (isWon && guardrails.every((guardrail) => guardrail === 'within')) {
    // What would change the system waits until it may.
    const wouldApply = experiment.origin.kind === 'hypothesis';
    return wouldApply && !mayApply ? undefined : { verdict: 'treatment', reason: 'success' };
  }
  if (isOver) return { verdict: 'none', reason: isWon ? 'guardrail' : 'horizon' };
  if (!isWon && isFutile(experiment, primary, units / horizonUnits)) return { verdict: 'none', reason: 'futility' };
  return undefined;
}

const smallestSample = (epochs: readonly Arms[]): number =>
  Math.min(totalOf(epochs, 'control', 'cost').n, totalOf(epochs, 'treatment', 'cost').n);

/** Whether even the least improvement, were it there, would hardly be found by the horizon any more. */
function isFutile(
  { design, metric }: LookEvidence['experiment'],
  { relative }: MetricComparison,
  information: number,
): boolean {
  if (information < FUTILITY_FROM || information >= 1 || design.minimumImprovement === 0) return false;
  const error = (relative.upper - relative.lower) / (2 * boundaryWidth(design.alpha, information));
  if (!(error > 0)) return false;
  const z = improvementIn(metric, relative.value) / error;
  const drift = design.minimumImprovement / error / Math.sqrt(information);
  return conditionalPower(z, information, drift, design.alpha) < FUTILE_BELOW;
}

const boundaryWidth = (alpha: number, information: number): number => horizonDrift(alpha, 0.5) / Math.sqrt(information);
