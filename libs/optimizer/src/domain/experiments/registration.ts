import { type ExperimentDesign, ExperimentRegistered, type Policy, withRegistration } from '@contentflow/contracts';
import {
  baseOf,
  calibrationOf,
  type Decided,
  decided,
  type Experiment,
  type PredictionOutcome,
  levelOfNextExperiment,
  mayProceed,
  openExperiments,
  type Question,
  rampFor,
  replacedAt,
  type SystemState,
} from '@contentflow/decisions';
import { hash128, MINUTE_MS, ownValue } from '@contentflow/kernel';
import { isForReadersToJudge, moveSameLever } from '@contentflow/recipes';
import { horizonUnitsNeeded, seasonOf, type SpanMean } from '@contentflow/statistics';
import { type ArmStatistics, sampleOfMetric } from '../arm-statistics.ts';
import { TICK_MS } from '../hypotheses/proposal-evidence.ts';
import { learningCostToday } from '../learning-cost.ts';
import { marginsUnder } from '../objective.ts';
import type { Observations } from '../observations.ts';
import { asTrialsSee, latestTraffic } from '../traffic.ts';
import { aimsFor } from './aims.ts';
import { type Candidate, candidatesOf, TRAFFIC_SPAN_MS } from './candidates.ts';
import { isAffordable, lossByNow } from './predicted-loss.ts';
import { predictionOutcomesOn } from './prediction-outcomes.ts';
import { PHASES, seasonSpans } from './seasons.ts';
import { armsOf } from './trials.ts';
import {
  GUARDRAIL_ALPHA,
  minImprovement,
  relativeVariance,
  unitsForReaders,
  unitsNeeded,
  valuesPerUnit,
} from './value.ts';

export interface RegistrationEvidence {
  readonly kind: 'register';
  readonly candidate: Candidate;
  readonly traffic: ArmStatistics;
  /** Span that the traffic was seen over. */
  readonly overMs: number;
  /** The level that the lifetime error control gives to the next test. */
  readonly level: number;
  /** How many trials it had before: another one after a void one, or another re-test. */
  readonly round: number;
  /** Money that learning has cost today: below the learning budget. */
  readonly spentToday: number;
  /** What was predictionOutcomes of the lever's improvements, in all content types, and what came of it. */
  readonly predictionOutcomes: readonly PredictionOutcome[];
  /** The metric in the holdback, span by span of earlier cycles. */
  readonly spans: readonly SpanMean[];
  /** Version of the recipe that a person wrote last, where the content type began with another. */
  readonly base?: string;
}

/**
 * What goes on trial next, while levers and the learning budget are free: one at a time, because each test's level stands on all tests
 * before it.
 */
export function registrationsDue(
  parts: readonly Observations[],
  system: SystemState,
  at: number,
): Question<RegistrationEvidence>[] {
  const open = openExperiments(system);
  const { concurrentExperiments, spending } = system.policy.learningBudget;
  if (open.length >= concurrentExperiments) return [];
  const spentToday = learningCostToday(parts, at);
  if (spending !== null && spentToday >= spending) return [];
  const isTaken = ({ contentType, change }: Candidate): boolean =>
    open.some((each) => each.contentType === contentType && moveSameLever(each.change, change));
  const { qualityLoss } = system.policy.learningBudget;
  // What they have shown by now is summed up as often as they are looked at.
  const priced = at % REPRICED_MS < TICK_MS ? open.map((each) => byNow(parts, system, each, at)) : open;
  const candidate = candidatesOf(parts, system, at).find(
    (each) =>
      !isTaken(each) &&
      (isAffordable(open, each, qualityLoss) || isAffordable(priced, each, qualityLoss)) &&
      mayProceed(system, { ...each, id: each.origin.id }, at),
  );
  if (!candidate) return [];
  const { origin, contentType } = candidate;
  const seen = latestTraffic(
    parts,
    contentType,
    TRAFFIC_SPAN_MS,
    system.policy.hypotheses.minGenerations,
    at,
    replacedAt(system, contentType),
  );
  const { overMs } = seen;
  const traffic = asTrialsSee(parts, contentType, seen, at);
  const round = roundOf(system, candidate);
  const level = levelOfNextExperiment(system);
  const predictionOutcomes = predictionOutcomesOn(parts, system, candidate.lever);
  const { cycleMs } = system.policy.experiments.season;
  const spans = seasonSpans(parts, contentType, candidate.metric, {
    cycleMs,
    since: replacedAt(system, contentType),
    at,
  });
  const evidence = {
    kind: 'register' as const,
    candidate,
    traffic,
    overMs,
    level,
    round,
    spentToday,
    predictionOutcomes,
    spans,
    ...baseOf(system, contentType),
  };
  return [{ question: `register:${origin.kind}:${origin.id}:${round}`, evidence }];
}

const REPRICED_MS = 10 * MINUTE_MS;

/** A running trial, with what it is expected to lose after what it has shown. */
function byNow(parts: readonly Observations[], system: SystemState, experiment: Experiment, at: number): Experiment {
  const { origin, experimentId, design } = experiment;
  const foreseen = ownValue(system.hypotheses, origin.id)?.qualityForeseen;
  if (!foreseen || experiment.status !== 'running') return experiment;
  return { ...experiment, design: { ...design, lossForeseen: lossByNow(foreseen, armsOf(parts, experimentId, at)) } };
}

const roundOf = (system: SystemState, { origin }: Candidate): number =>
  Object.values(system.experiments).filter((each) => each.origin.id === origin.id).length;

/** Writes down, before the first exposure, what will be measured, for how long, and when to stop. */
export const decideRegistration = (evidence: RegistrationEvidence, policy: Policy): Decided[] =>
  registered(evidence, designOf(evidence, policy));

export function registered(evidence: RegistrationEvidence, design: ExperimentDesign): Decided[] {
  const { origin, contentType, lever, change, metric } = evidence.candidate;
  const registered = withRegistration({ origin, contentType, lever, change, metric, design });
  const experimentId = hash128(`experiment ${origin.kind} ${origin.id} ${evidence.round} ${registered.registration}`);
  return [decided(ExperimentRegistered, experimentId, { experimentId, ...registered })];
}

export function designOf(
  { candidate, traffic, overMs, level, predictionOutcomes, spans }: RegistrationEvidence,
  policy: Policy,
): ExperimentDesign {
  const { experiments: rules } = policy;
  const margins = marginsUnder(policy.objective, policy.guardrails, {
    quality: sampleOfMetric(traffic, 'quality').mean,
    cost: sampleOfMetric(traffic, 'cost').mean,
  });
  const alpha = Math.min(rules.alpha, level);
  const { isOfReaders, origin } = candidate;
  const isRetest = origin.kind === 'retest';
  // Readers are asked whether they are better served, not whether by a tenth.
  const isAskedOfReaders = isOfReaders || candidate.metric === 'satisfaction';
  const least = minImprovement(candidate.metric, sampleOfMetric(traffic, 'quality').mean, rules);
  const minimumImprovement = isAskedOfReaders ? 0 : least;
  const share = valuesPerUnit(traffic, candidate.metric);
  const isForReaders =
    origin.kind === 'hypothesis' && isForReadersToJudge(candidate.change) && !candidate.isSeenInContents;
  const units = Math.max(
    unitsNeeded(traffic, candidate.metric, isAskedOfReaders ? 0.05 : least, alpha, policy),
    isForReaders ? share * unitsForReaders(traffic, margins.satisfactionMargin, rules.power) : 0,
  );
  const perMs = (share * traffic.success.n) / overMs;
  const plannedMs = units / Math.max(perMs, Number.MIN_VALUE);
  const aims = aimsFor(candidate, policy);
  const minimumRunMs = minimumRunOf(spans, rules);
  const longestMs = Math.max(rules.longestMs, minimumRunMs);
  const horizonMs = Math.round(Math.min(longestMs, Math.max(rules.horizonMs, plannedMs, minimumRunMs)));
  const unitsPerArm = Math.max(rules.minUnits, Math.ceil((perMs * horizonMs) / 2));
  return {
    alpha,
    minimumImprovement,
    unitsPerArm,
    horizonMs,
    minimumRunMs,
    longestMs,
    lookEveryMs: isRetest ? Math.min(rules.lookEveryMs, RETEST_LOOK_MS) : rules.lookEveryMs,
    fewestUnits: rules.minUnits,
    ramp: isRetest ? RETEST_RAMP : rampFor(calibrationOf(predictionOutcomes), rules),
    rampStepMs: rules.rampStepMs,
    guardrailUnits: guardrailUnitsOf(traffic, margins, 2 * unitsPerArm),
    ...(candidate.lossForeseen === undefined ? {} : { lossForeseen: candidate.lossForeseen }),
    ...(aims === undefined ? {} : { aims }),
    stopping: 'harm at any look, success or futility at any from the minimum run on; else at the horizon',
    guardrails: {
      quality: margins.qualityMargin,
      success: margins.successMargin,
      cost: margins.costMargin,
      time: margins.timeMargin,
      satisfaction: margins.satisfactionMargin,
    },
  };
}

/** Chance that a guardrail is shown by its own horizon where nothing is lost. */
const GUARDRAIL_POWER = 0.9;

/** What must be shown of quality, cost and time has a horizon of its own, as its margin and its spread have it, and need not wait for the metric's. */
function guardrailUnitsOf(
  traffic: ArmStatistics,
  { qualityMargin, costMargin, timeMargin }: Policy['guardrails'],
  horizonUnits: number,
): ExperimentDesign['guardrailUnits'] {
  const unitsFor = (variance: number, margin: number): number =>
    Math.ceil(
      Math.min(
        horizonUnits,
        Math.max(FEWEST_GUARDRAIL_UNITS, horizonUnitsNeeded(variance, margin, 2 * GUARDRAIL_ALPHA, GUARDRAIL_POWER)),
      ),
    );
  return {
    quality: unitsFor(sampleOfMetric(traffic, 'quality').variance, qualityMargin),
    cost: unitsFor(relativeVariance(traffic, 'cost'), costMargin),
    time: unitsFor(relativeVariance(traffic, 'time'), timeMargin),
  };
}
/** Of both arms: variances that few contents tell of are no plan. */
const FEWEST_GUARDRAIL_UNITS = 100;

/** What is in doubt is in force already: half of the units go without it at once, and it is looked at more often. */
const RETEST_RAMP = [0.5];
const RETEST_LOOK_MS = 5 * MINUTE_MS;

/** Two-sided doubt in a season, below which it is one. */
const SEASON_ALPHA = 0.01;

/** A full cycle where the metric is shown to come and go with it by more than the least improvement. */
function minimumRunOf(
  spans: readonly SpanMean[],
  { season: rules, minimumImprovement }: Policy['experiments'],
): number {
  const season = rules.enabled ? seasonOf(spans, PHASES) : undefined;
  return season && season.p <= SEASON_ALPHA && season.range > minimumImprovement ? rules.cycleMs : 0;
}
