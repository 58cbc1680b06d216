import { ownValue } from '@contentflow/kernel';
import { ExperimentLooked, type Metric, type Policy } from '@contentflow/contracts';
import {
  baseOf,
  type Decided,
  decided,
  type Experiment,
  levelOfExperiment,
  marginAccountOf,
  mayProceed,
  openExperiments,
  type Question,
  recipeInForce,
  replacedAt,
  type SystemState,
} from '@contentflow/decisions';
import { sampleRatioWatch } from '@contentflow/statistics';
import type { Arms } from '../arm-statistics.ts';
import { fewerDraftsOf, seenOf } from '../hypotheses/drafts.ts';
import type { Observations } from '../observations.ts';
import { aimsFound } from './aims.ts';
import { compareAll } from './comparison.ts';
import { conclusion } from './conclusion.ts';
import { guardrailChecks, standingsOf } from './guardrails.ts';
import { concurrentExperimentsOf, isHarmfulInteraction } from './interactions.ts';
import { horizonUnitsOf, interactionsIn, type LookEvidence, primaryBoundary, type Verdict } from './look-evidence.ts';
import { armsOf, recentStrata } from './trials.ts';
import { verdictOf } from './verdict.ts';

/** One look per experiment and interval. */
export function looksDue(parts: readonly Observations[], system: SystemState, at: number): Question<LookEvidence>[] {
  const isDue = (experiment: Experiment): boolean =>
    experiment.status === 'running' && lookOf(experiment, at) > experiment.looks;
  return openExperiments(system).flatMap((running) => {
    if (!isDue(running)) return [];
    const { status: _running, ...experiment } = running;
    const look = lookOf(running, at);
    const own = experiment.origin.kind === 'retest' ? experiment.origin.id : undefined;
    const epochs = armsOf(parts, experiment.experimentId, at, own);
    const context = ownValue(system.hypotheses, experiment.origin.id)?.context ?? '';
    const { origin, contentType, lever } = experiment;
    const mayApply = mayProceed(system, { id: origin.id, contentType, lever }, at);
    const concurrentExperiments = concurrentExperimentsOf(parts, system, experiment, isDue);
    const evidence: LookEvidence = {
      kind: 'look',
      look,
      experiment,
      context,
      epochs,
      lately: recentStrata(parts, experiment.experimentId, at),
      concurrentExperiments,
      mayApply,
      used: usedByOthers(system, experiment),
      level: levelOfExperiment(system, experiment.experimentId),
      isApproved: ownValue(system.answers, origin.id)?.answer === 'approved',
      ...fewerDraftsIn(parts, system, experiment),
      ...baseOf(system, contentType),
    };
    return [{ question: `look:${experiment.experimentId}:${look}`, evidence }];
  });
}

/** What a try of fewer drafts is seen by besides. */
function fewerDraftsIn(
  parts: readonly Observations[],
  system: SystemState,
  { origin, contentType, change }: Pick<Experiment, 'origin' | 'contentType' | 'change'>,
): Pick<LookEvidence, 'fewerDrafts'> {
  if (origin.kind !== 'hypothesis' || change.kind !== 'set_candidates') return {};
  const recipe = recipeInForce(system, contentType);
  const fewerDrafts = seenOf(change, fewerDraftsOf(parts, recipe, replacedAt(system, contentType)));
  return fewerDrafts ? { fewerDrafts } : {};
}

/** What all that is in force but the change itself has used of the margins; the user's own constraint counts from where the content type stands already. */
function usedByOthers(system: SystemState, { origin, contentType }: Pick<Experiment, 'origin' | 'contentType'>) {
  const { goal } = system.policy.objective;
  const constrained = goal === 'minimise_cost' ? 'quality' : goal === 'maximise_quality' ? 'cost' : undefined;
  const improvements = system.improvements.filter(({ improvementId }) => improvementId !== origin.id);
  const account = marginAccountOf({ improvements }, contentType);
  return Object.fromEntries(
    Object.entries(account)
      .filter(([metric]) => metric !== constrained)
      .map(([metric, { effect, error }]) => [metric, { effect, error }]),
  );
}

const lookOf = ({ startedAt, design }: Experiment, at: number): number =>
  Math.floor((at - (startedAt ?? at)) / design.lookEveryMs);

const SAMPLE_RATIO_ALPHA = 0.001;

/** What a look shows and, where it shows enough, the joint verdict over all metrics with all that follows from it. */
export function decideLook(evidence: LookEvidence, policy: Policy, at: number): Decided[] {
  const { experiment, epochs, look } = evidence;
  const { experimentId, metric } = experiment;
  const others = { alpha: policy.experiments.alpha, horizonUnits: horizonUnitsOf(experiment) };
  const isAim = (of: Metric): boolean => (experiment.design.aims ?? [metric]).includes(of);
  const metrics = compareAll(epochs, (of) => (isAim(of) ? primaryBoundary(evidence) : others));
  const sampleRatio = sampleRatioOf(epochs);
  const looked = decided(ExperimentLooked, experimentId, { experimentId, look, metrics, sampleRatio });

  const checks = guardrailChecks(evidence, policy);
  const aims = aimsFound(evidence);
  const verdict = onTopOfOthers(
    evidence,
    verdictOf(evidence, { metrics, checks, sampleRatio, ...(aims && { aims }) }, policy, at),
  );
  const finding = verdict && { ...verdict, ...aims, metrics, guardrails: standingsOf(checks) };
  return finding ? [looked, ...conclusion(evidence, finding, policy, at)] : [looked];
}

/**
 * What won, but does not go with a change that came first, is not applied blindly: its trial is void, so that it is tested again on top of that
 * change. Where that one's own verdict may fall in this very tick, it is awaited.
 */
function onTopOfOthers(evidence: LookEvidence, verdict: Verdict | undefined): Verdict | undefined {
  const { origin } = evidence.experiment;
  if (verdict?.verdict !== 'treatment' || origin.kind === 'adjustment') return verdict;
  const clashes = interactionsIn(evidence).filter(isHarmfulInteraction);
  if (clashes.length === 0) return verdict;
  return clashes.some(({ stands }) => stands === 'in_force') ? { verdict: 'void', reason: 'interaction' } : undefined;
}

function sampleRatioOf(epochs: readonly Arms[]): { p: number; broken: boolean } {
  const count = (variant: keyof Arms): number => epochs.reduce((sum, epoch) => sum + epoch[variant].cost.n, 0);
  const { p } = sampleRatioWatch([count('control'), count('treatment')], [0.5, 0.5]);
  return { p, broken: p < SAMPLE_RATIO_ALPHA };
}
