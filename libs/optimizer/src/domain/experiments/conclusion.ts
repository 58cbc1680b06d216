import {
  ExperimentConcluded,
  type GuardrailStatus,
  HypothesisRefuted,
  ImprovementApplied,
  ImprovementConfirmed,
  ImprovementRolledBack,
  type Metric,
  type Policy,
  RolloutWidened,
} from '@contentflow/contracts';
import { decided, type Decided } from '@contentflow/decisions';
import type { Arms } from '../arm-statistics.ts';
import { impactOf, type MetricComparison } from './comparison.ts';
import { type Comparisons, interactionsIn, type LookEvidence, type Verdict } from './look-evidence.ts';
import { improvementOf } from './other-changes.ts';

/** The verdict of a look, and how the arms stand that it was found by. */
export interface Finding extends Verdict {
  readonly metrics: Comparisons;
  readonly guardrails: Partial<Readonly<Record<Metric, GuardrailStatus>>>;
  /** Where it may be won by more than its own metric: the evidence, and what there is most for. */
  readonly evidence?: number;
  readonly aim?: Metric;
}

/** A verdict, and all that follows from it. */
export function conclusion(evidence: LookEvidence, finding: Finding, policy: Policy, at: number): Decided[] {
  const { experimentId } = evidence.experiment;
  const { verdict, reason, metrics, guardrails, evidence: ofAims, aim } = finding;
  const units = unitsIn(evidence);
  const interactions = interactionsIn(evidence);
  const { level } = evidence;
  const about = {
    experimentId,
    verdict,
    reason,
    metrics,
    ...(level === undefined ? {} : { level }),
    ...(ofAims === undefined ? {} : { evidence: ofAims, aim }),
    guardrails,
    units,
    interactions,
  };
  return [decided(ExperimentConcluded, experimentId, about), ...consequenceOf(evidence, finding, policy, at)];
}

const unitsIn = ({ epochs }: LookEvidence): number =>
  epochs.reduce((sum, { control, treatment }) => sum + control.cost.n + treatment.cost.n, 0);

/** A hypothesis is applied or refuted, a re-test confirms or rolls back; adjustments are judged by those who proposed them. */
function consequenceOf(evidence: LookEvidence, finding: Finding, policy: Policy, at: number): Decided[] {
  const { origin } = evidence.experiment;
  if (origin.kind === 'adjustment' || finding.verdict === 'void') return [];
  if (origin.kind === 'retest') return [retested(origin.id, evidence.experiment.metric, finding)];
  return [finding.verdict === 'treatment' ? applied(evidence, finding, policy, at) : refuted(evidence, finding)];
}

/** Confirmed where every guardrail is shown to be kept; where only nothing speaks against it, it stays in force and is watched on. */
function retested(improvementId: string, metric: Metric, finding: Finding): Decided {
  const { verdict, reason, metrics } = finding;
  const impact = impactOf(metrics);
  const guardrails = withWinner(metric, finding.guardrails);
  if (verdict === 'treatment')
    return areShown(guardrails)
      ? decided(ImprovementConfirmed, improvementId, { improvementId, impact, guardrails })
      : decided(RolloutWidened, improvementId, { improvementId, guardrails });
  return decided(ImprovementRolledBack, improvementId, {
    improvementId,
    reason: `its re-test ended in ${verdict} (${reason})`,
    by: 'system',
    impact,
  });
}

/** What is shown to be better keeps its margin. */
export function withWinner(metric: Metric, guardrails: Finding['guardrails']): Finding['guardrails'] {
  const own = guardrails[metric];
  return own ? { ...guardrails, [metric]: { ...own, isShown: true } } : guardrails;
}

export const areShown = (guardrails: Finding['guardrails']): boolean =>
  Object.values(guardrails).every(({ isShown }) => isShown);

function refuted(
  { experiment: { origin, experimentId }, context }: LookEvidence,
  { verdict, reason }: Finding,
): Decided {
  return decided(HypothesisRefuted, origin.id, {
    hypothesisId: origin.id,
    experimentId,
    context,
    reason: `${verdict}: ${reason}`,
  });
}

function applied(evidence: LookEvidence, finding: Finding, policy: Policy, at: number): Decided {
  const { metrics } = finding;
  const { experimentId, contentType, lever, change } = evidence.experiment;
  const metric = finding.aim ?? evidence.experiment.metric;
  const improvementId = improvementOf(experimentId);
  return decided(ImprovementApplied, improvementId, {
    improvementId,
    experimentId,
    contentType,
    lever,
    change,
    type: `${lever}_optimization`,
    impact: impactOf(metrics),
    summary: summaryOf(metric, metrics[metric] as MetricComparison),
    learnedFrom: unitsIn(evidence),
    costToFind: costToFind(evidence.epochs),
    guardrails: withWinner(metric, finding.guardrails),
    expiresAt: at + policy.watch.expiresAfterMs,
  });
}

/** `25 % lower tokens` */
function summaryOf(metric: Metric, { relative }: MetricComparison): string {
  return `${Math.abs(100 * relative.value).toFixed(0)} % ${relative.value < 0 ? 'lower' : 'higher'} ${metric}`;
}

/** What the treated units cost beyond what they would have cost untreated; below zero where trying already saved. */
function costToFind(epochs: readonly Arms[]): number {
  return epochs.reduce(
    (sum, { control, treatment }) => sum + treatment.cost.n * (treatment.cost.meanY - control.cost.meanY),
    0,
  );
}
