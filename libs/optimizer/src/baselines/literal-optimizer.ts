import { defaultPolicy, ExperimentLooked, improvementIn, type Policy } from '@contentflow/contracts';
import { decided, type Decided, type DecisionProcedure } from '@contentflow/decisions';
import { HOUR_MS } from '@contentflow/kernel';
import { proposableChanges } from '@contentflow/recipes';
import { welchTest } from '@contentflow/statistics';
import { compareAll } from '../domain/experiments/comparison.ts';
import { conclusion } from '../domain/experiments/conclusion.ts';
import type { LookEvidence } from '../domain/experiments/look-evidence.ts';
import { looksDue } from '../domain/experiments/looks.ts';
import { designOf, registered, registrationsDue } from '../domain/experiments/registration.ts';
import { decideStart, startsDue } from '../domain/experiments/starts.ts';
import { TICK_MS, proposalsDue } from '../domain/hypotheses/proposal-evidence.ts';
import { decideProposals } from '../domain/hypotheses/proposals.ts';
import { mergeArms, noArms, sampleOfMetric } from '../domain/arm-statistics.ts';
import { type Observations, observations } from '../domain/observations.ts';
import type { OptimizerEvidence } from '../domain/optimizer.procedure.ts';

/** The four hypotheses that every installation has, and no others. */
const seedHypotheses = ['prompt_compression', 'parallel_processing', 'model_selection', 'cache_strategy'];

/**
 * The policy of the literal baseline: half of all traffic on the treatment for an hour, one look at its end, no guardrails, nothing held
 * back from what was applied, every rater counted. Its holdback stays, as the instrument it is measured by; it uses it for nothing.
 */
export const literalPolicy: Policy = {
  ...defaultPolicy,
  experiments: { ...defaultPolicy.experiments, longestMs: HOUR_MS, lookEveryMs: HOUR_MS, ramp: [0.5] },
  reverseHoldbackShare: 0,
  learningBudget: { ...defaultPolicy.learningBudget, trafficShare: 1 },
  feedback: { ...defaultPolicy.feedback, minRaters: 1 },
};

/**
 * The specification's rules taken literally, to measure against: an experiment of one hour, applied when a fixed-horizon p is below α and the
 * improvement above the least. No control of the error over many hypotheses, no other metric looked at, no watch afterwards.
 */
export const literalOptimizer: DecisionProcedure<Observations, OptimizerEvidence> = {
  name: 'baseline.literal-optimizer',
  every: () => TICK_MS,
  fold: observations,
  due: (parts, system, at) => [
    ...looksDue(parts, system, at),
    ...startsDue(system, at),
    ...registrationsDue(parts, system, at),
    ...proposalsDue(parts, system, at),
  ],
  decide: (evidence, policy, at) => {
    switch (evidence.kind) {
      case 'propose': {
        const changes = proposableChanges(evidence.recipe, evidence.models);
        return decideProposals(
          evidence,
          policy,
          changes.filter(({ kind }) => seedHypotheses.includes(kind)),
        );
      }
      case 'register': {
        const { alpha, minUnits: unitsPerArm, horizonMs, minimumImprovement } = policy.experiments;
        return registered(evidence, {
          ...designOf(evidence, policy),
          alpha,
          minimumImprovement,
          unitsPerArm,
          horizonMs,
          minimumRunMs: 0,
          longestMs: policy.experiments.longestMs,
          stopping: 'at the horizon, by one test of the primary metric',
        });
      }
      case 'start':
        return decideStart(evidence);
      case 'look':
        return decideAtHorizon(evidence, policy, at);
      default:
        return [];
    }
  },
};

function decideAtHorizon(evidence: LookEvidence, policy: Policy, at: number): Decided[] {
  const { experiment, epochs, look } = evidence;
  const { experimentId, metric, design } = experiment;
  const { control, treatment } = epochs.reduce(mergeArms, noArms);
  const { p, relative } = welchTest(sampleOfMetric(control, metric), sampleOfMetric(treatment, metric));
  const isWon = p < design.alpha && improvementIn(metric, relative?.difference ?? 0) > design.minimumImprovement;
  const compared = compareAll(epochs, () => ({ alpha: design.alpha, horizonUnits: 2 * design.unitsPerArm }));
  const primary = compared[metric];
  const metrics = primary ? { ...compared, [metric]: { ...primary, p } } : compared;
  const sampleRatio = { p: 1, broken: false };
  return [
    decided(ExperimentLooked, experimentId, { experimentId, look, metrics, sampleRatio }),
    ...conclusion(
      evidence,
      isWon
        ? { verdict: 'treatment', reason: 'success', metrics, guardrails: {} }
        : { verdict: 'none', reason: 'horizon', metrics, guardrails: {} },
      policy,
      at,
    ),
  ];
}
