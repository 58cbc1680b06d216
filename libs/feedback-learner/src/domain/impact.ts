import {
  AdjustmentMadePermanent,
  AdjustmentRolledBack,
  type EventData,
  type Estimate,
  type Policy,
} from '@contentflow/contracts';
import { type Adjustment, decided, type DecisionProcedure, type Experiment, mayProceed } from '@contentflow/decisions';
import { MINUTE_MS } from '@contentflow/kernel';
import {
  differenceVariance,
  isComparable,
  normalUpperTail,
  type Sample,
  sampleOf,
  welchTest,
  withKnownVariance,
} from '@contentflow/statistics';
import { type ArmEvidence, armEvidence, type TrialOutcomes, trialOutcomes } from './trial-outcomes.ts';

/** A concluded trial, and what came of its arms. */
export interface ImpactEvidence {
  readonly adjustment: Pick<Adjustment, 'adjustmentId' | 'contentType' | 'lever' | 'change'>;
  readonly experiment: Pick<Experiment, 'experimentId' | 'status'> & {
    readonly verdict: Experiment['verdict'] | null;
    readonly reason: Experiment['reason'] | null;
    /** The level it got from the lifetime error control. */
    readonly alpha: number;
  };
  readonly control: ArmEvidence;
  readonly treatment: ArmEvidence;
  /** Whether the lever may be changed now; what would be made permanent waits until then. */
  readonly mayApply: boolean;
}

export type Impact = EventData<typeof AdjustmentMadePermanent>['impact'];

export interface ImpactVerdict {
  readonly impact: Impact;
  /** One-sided, that the three together did not rise. */
  readonly p: number;
  readonly isPermanent: boolean;
  readonly reason: string;
}

/**
 * How far the three measures go together at most, in the reader's mind and in the content. What is assumed is more than
 * is usually seen, so that agreement between them is not counted as more than it is.
 */
const CORRELATION = 0.5;

/**
 * Permanent when the trial's own verdict is no objection, each of the three measures rose, and together they rose with
 * confidence: the sum of their standardised changes exceeds what chance gives in one of `1/α` trials. Each of them alone
 * would need far more readers than a trial has; their sum speaks for the common direction.
 *
 * α is the policy's where the experiment itself supports the change, since the error over all that is ever tested is
 * then already controlled; otherwise it is the level that the experiment was given.
 * Source: O'Brien (1984), Biometrics 40(4), "Procedures for comparing samples with multiple endpoints" (OLS statistic)
 */
export function judgeImpact(evidence: ImpactEvidence, policy: Policy): ImpactVerdict {
  const { control, treatment, experiment } = evidence;
  const pairs = {
    quality: [sampleOf(control.quality), sampleOf(treatment.quality)],
    engagement: engagementSamples(control, treatment),
    satisfaction: [sampleOf(control.satisfaction), sampleOf(treatment.satisfaction)],
  } as const;
  const impact = {
    quality: relativeChange(...pairs.quality),
    engagement: relativeChange(...pairs.engagement),
    satisfaction: relativeChange(...pairs.satisfaction),
  };
  const standardised = Object.values(pairs).map(([a, b]) => standardisedChange(a, b));
  const count = standardised.length;
  const total = standardised.reduce((sum, z) => sum + z, 0);
  const p = normalUpperTail(total / Math.sqrt(count + count * (count - 1) * CORRELATION));

  const alpha =
    experiment.verdict === 'treatment'
      ? policy.experiments.alpha
      : Math.min(policy.experiments.alpha, experiment.alpha);
  const reason = objection(evidence.experiment) ?? shortfall(impact) ?? (p > alpha ? 'not with confidence' : undefined);
  return { impact, p, isPermanent: reason === undefined, reason: reason ?? 'all rose, with confidence' };
}

/** Why the trial itself speaks against the change, if it does. */
function objection({ status, verdict, reason }: ImpactEvidence['experiment']): string | undefined {
  if (status === 'void' || verdict === 'void') return `the trial is void (${reason})`;
  if (verdict === 'control') return `the trial favours what was before (${reason})`;
  if (reason === 'harm' || reason === 'guardrail' || reason === 'operator' || reason === 'superseded')
    return `the trial was stopped (${reason})`;
  return undefined;
}

function shortfall(impact: Impact): string | undefined {
  const fallen = Object.entries(impact).filter(([, { value }]) => value <= 0);
  return fallen.length === 0 ? undefined : `no rise in ${fallen.map(([name]) => name).join(', ')}`;
}

/** What readers did; where nobody was seen doing anything, what the text lets one expect. */
function engagementSamples(control: ArmEvidence, treatment: ArmEvidence): [Sample, Sample] {
  const wasSeen = control.actions > 0 && treatment.actions > 0;
  if (!wasSeen) return [sampleOf(control.predictedEngagement), sampleOf(treatment.predictedEngagement)];
  const hasImpressions = control.impressions > 0 && treatment.impressions > 0;
  const rateOf = (arm: ArmEvidence): Sample => {
    const n = hasImpressions ? arm.impressions : arm.quality.n;
    // Counts: the variance of one is its mean, which does not fall short where a reader acts twice.
    const mean = n === 0 ? 0 : arm.actions / n;
    return { n, mean, variance: mean };
  };
  return [rateOf(control), rateOf(treatment)];
}

/** Where there was none before, there is nothing to be a share of: the change as it is. */
function relativeChange(control: Sample, treatment: Sample): Estimate {
  if (!isComparable(control, treatment)) return { value: 0, lower: 0, upper: 0 };
  const { relative, ...absolute } = welchTest(control, treatment);
  const { difference, interval } = relative ?? absolute;
  return { value: difference, lower: interval[0], upper: interval[1] };
}

function standardisedChange(control: Sample, treatment: Sample): number {
  const variance = differenceVariance(...withKnownVariance(control, treatment));
  return isComparable(control, treatment) && variance > 0 ? (treatment.mean - control.mean) / Math.sqrt(variance) : 0;
}

/** After a trial has ended its last contents are still being read. */
const FEEDBACK_COMES_FOR_MS = 30 * MINUTE_MS;

export const impact: DecisionProcedure<TrialOutcomes, ImpactEvidence> = {
  name: 'feedback-learner.impact',
  every: ({ feedback }) => feedback.learnEveryMs,
  fold: trialOutcomes,
  due: (parts, system, at) =>
    Object.values(system.adjustments)
      .filter(({ status }) => status === 'on_trial')
      .flatMap((adjustment) => {
        const experiment = Object.values(system.experiments).findLast(
          ({ origin }) => origin.kind === 'adjustment' && origin.id === adjustment.adjustmentId,
        );
        const isOver = experiment?.status === 'concluded' || experiment?.status === 'void';
        if (!isOver || at - (experiment.concludedAt ?? at) < FEEDBACK_COMES_FOR_MS) return [];
        const { adjustmentId: id, contentType, lever } = adjustment;
        const mayApply = mayProceed(system, { id, contentType, lever }, at);
        const evidence = { ...impactEvidence(parts, adjustment, experiment), mayApply };
        return [{ question: `impact:${adjustment.adjustmentId}`, evidence }];
      }),
  decide: (evidence, policy) => {
    const { adjustmentId, contentType, lever, change } = evidence.adjustment;
    const { experimentId } = evidence.experiment;
    const { isPermanent, impact: measured, reason } = judgeImpact(evidence, policy);
    if (isPermanent && !evidence.mayApply) return [];
    return isPermanent
      ? [
          decided(AdjustmentMadePermanent, adjustmentId, {
            adjustmentId,
            experimentId,
            contentType,
            lever,
            change,
            impact: measured,
          }),
        ]
      : [decided(AdjustmentRolledBack, adjustmentId, { adjustmentId, experimentId, reason, impact: measured })];
  },
};

function impactEvidence(
  parts: readonly TrialOutcomes[],
  { adjustmentId, contentType, lever, change }: Adjustment,
  { experimentId, status, verdict, reason, design }: Experiment,
): Omit<ImpactEvidence, 'mayApply'> {
  return {
    adjustment: { adjustmentId, contentType, lever, change },
    experiment: { experimentId, status, verdict: verdict ?? null, reason: reason ?? null, alpha: design.alpha },
    control: armEvidence(parts, experimentId, 'control'),
    treatment: armEvidence(parts, experimentId, 'treatment'),
  };
}
