import {
  type EventData,
  ExperimentConcluded,
  type ExperimentDesign,
  ExperimentLooked,
  ExperimentRegistered,
  ExperimentStarted,
  HypothesisRefuted,
  ImprovementApplied,
  ImprovementConfirmed,
  improvementIn,
  ImprovementRolledBack,
  type Lever,
  type Metric,
  type Policy,
  type RecipeChange,
  withRegistration,
} from '@contentflow/contracts';
import {
  autonomyOf,
  calibrationOf,
  type Decided,
  decided,
  type Experiment,
  type Foretold,
  type Hypothesis,
  levelOfNextExperiment,
  openExperiments,
  type Question,
  rampFor,
  type SystemState,
} from '@contentflow/decisions';
import { hash128, HOUR_MS } from '@contentflow/kernel';
import {
  conditionalPower,
  guardrail,
  horizonDrift,
  seasonOf,
  sequentialSampleRatioTest,
  type SpanMean,
} from '@contentflow/statistics';
import { compareAll, evidenceOf, impactOf, type MetricComparison, totalOf } from './comparison.ts';
import { type Beside, besidesOf, type Interaction, interactionsOf, isForTheWorse } from './interactions.ts';
import { foretoldOn } from './foretold.ts';
import { marginsUnder } from './objective.ts';
import {
  type Arms,
  armsOf,
  type ArmStatistics,
  learningCostToday,
  mergeStatistics,
  noStatistics,
  type Observations,
  PHASES,
  sampleOfMetric,
  seasonSpans,
  trafficSince,
} from './observations.ts';
import { chanceBy, GUARDRAIL_ALPHA, recordOf, unitsNeeded, valuePerExposure, valuesPerUnit } from './value.ts';

/** What is put to the test, from whichever side it was proposed. */
export interface Candidate {
  readonly origin: Experiment['origin'];
  readonly contentType: string;
  readonly lever: Lever;
  readonly change: RecipeChange;
  readonly metric: Metric;
  /** Hash of what a hypothesis depends on; empty for the others. */
  readonly context: string;
  /** Readers asked for it, so that any gain counts: also when it is tested again. */
  readonly isOfReaders: boolean;
}

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
  /** What was foretold of the lever's improvements, in all content types, and what came of it. */
  readonly foretold: readonly Foretold[];
  /** The metric in the holdback, span by span of earlier cycles. */
  readonly spans: readonly SpanMean[];
}
export interface StartEvidence {
  readonly kind: 'start';
  readonly experimentId: string;
}
export interface LookEvidence {
  readonly kind: 'look';
  readonly look: number;
  readonly experiment: Omit<Experiment, 'status'>;
  readonly context: string;
  readonly epochs: readonly Arms[];
  /** What was tried on the same units, and comes first. */
  readonly besides: readonly Beside[];
  /** Whether the system may change itself on this lever now. */
  readonly mayApply: boolean;
}

const TRAFFIC_SPAN_MS = 2 * HOUR_MS;

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
  const taken = new Set(open.map(({ contentType, lever }) => `${contentType}/${lever}`));
  const candidate = candidatesOf(parts, system, at).find(
    ({ contentType, lever }) => !taken.has(`${contentType}/${lever}`) && autonomyOf(system, lever, at) === 'apply',
  );
  if (!candidate) return [];
  const { origin, contentType } = candidate;
  const { statistics: traffic, overMs } = trafficSince(parts, contentType, at - TRAFFIC_SPAN_MS, at);
  const round = roundOf(system, candidate);
  const level = levelOfNextExperiment(system);
  const foretold = foretoldOn(parts, system, candidate.lever);
  const spans = seasonSpans(parts, contentType, candidate.metric, system.policy.experiments.season.cycleMs, at);
  const evidence = { kind: 'register' as const, candidate, traffic, overMs, level, round, spentToday, foretold, spans };
  return [{ question: `register:${origin.kind}:${origin.id}:${round}`, evidence }];
}

const roundOf = (system: SystemState, { origin }: Candidate): number =>
  Object.values(system.experiments).filter((each) => each.origin.id === origin.id).length;

/** Re-tests first, then what readers ask for, then hypotheses by what they are worth for each unit exposed to them. */
function candidatesOf(parts: readonly Observations[], system: SystemState, at: number): Candidate[] {
  const retests = system.improvements
    .filter(({ status }) => status === 'expired')
    .map(({ improvementId, contentType, lever, change, origin, ...rest }) => ({
      origin: { kind: 'retest' as const, id: improvementId },
      contentType,
      lever,
      change,
      metric: primaryOf(system, rest.experimentId),
      context: '',
      isOfReaders: origin === 'adjustment',
    }));
  const adjustments = Object.values(system.adjustments)
    .filter(({ status }) => status === 'proposed')
    .map(({ adjustmentId, contentType, lever, change, metric }) => ({
      origin: { kind: 'adjustment' as const, id: adjustmentId },
      contentType,
      lever,
      change,
      metric,
      context: '',
      isOfReaders: true,
    }));
  const hypotheses = byValue(parts, system, at).map(
    ({ hypothesisId, contentType, lever, change, metric, context }) => ({
      origin: { kind: 'hypothesis' as const, id: hypothesisId },
      contentType,
      lever,
      change,
      metric,
      context,
      isOfReaders: false,
    }),
  );
  return [...retests, ...adjustments, ...hypotheses];
}

/** Hypotheses that wait for their test, the most valuable first. */
function byValue(parts: readonly Observations[], system: SystemState, at: number): Hypothesis[] {
  const valueOf = (hypothesis: Hypothesis): number => {
    const { contentType, metric, expectedGain: gain } = hypothesis;
    const chance = chanceBy(recordOf(system, contentType), hypothesis);
    const traffic = trafficSince(parts, contentType, at - TRAFFIC_SPAN_MS, at);
    return valuePerExposure({ chance, metric, gains: { [metric]: gain } }, traffic, system.policy);
  };
  return Object.values(system.hypotheses)
    .filter(({ status }) => status === 'proposed')
    .map((hypothesis) => ({ hypothesis, value: valueOf(hypothesis) }))
    .sort((a, b) => b.value - a.value || (a.hypothesis.hypothesisId < b.hypothesis.hypothesisId ? -1 : 1))
    .map(({ hypothesis }) => hypothesis);
}

const primaryOf = (system: SystemState, experimentId: string): Metric =>
  system.experiments[experimentId]?.metric ?? 'cost';

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
  { candidate, traffic, overMs, level, foretold, spans }: RegistrationEvidence,
  policy: Policy,
): ExperimentDesign {
  const { experiments: rules } = policy;
  const margins = marginsUnder(policy.objective, policy.guardrails, {
    quality: sampleOfMetric(traffic, 'quality').mean,
    cost: sampleOfMetric(traffic, 'cost').mean,
  });
  const alpha = Math.min(rules.alpha, level);
  const { isOfReaders } = candidate;
  // Readers are asked whether they are better served, not whether by a tenth.
  const minimumImprovement = isOfReaders ? 0 : rules.minimumImprovement;
  const units = unitsNeeded(traffic, candidate.metric, isOfReaders ? 0.05 : rules.minimumImprovement, alpha, policy);
  const share = valuesPerUnit(traffic, candidate.metric);
  const perMs = (share * traffic.success.n) / overMs;
  const plannedMs = units / Math.max(perMs, Number.MIN_VALUE);
  const minimumRunMs = minimumRunOf(spans, rules);
  const longestMs = Math.max(rules.longestMs, minimumRunMs);
  const horizonMs = Math.round(Math.min(longestMs, Math.max(rules.horizonMs, plannedMs, minimumRunMs)));
  return {
    alpha,
    minimumImprovement,
    unitsPerArm: Math.max(rules.fewestUnits, Math.ceil((perMs * horizonMs) / 2)),
    horizonMs,
    minimumRunMs,
    longestMs,
    lookEveryMs: rules.lookEveryMs,
    fewestUnits: rules.fewestUnits,
    ramp: rampFor(calibrationOf(foretold), rules),
    rampStepMs: rules.rampStepMs,
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

/** Two-sided doubt in a season, below which it is one. */
const SEASON_ALPHA = 0.01;

/** A full cycle where the metric is shown to come and go with it by more than the least improvement. */
function minimumRunOf(
  spans: readonly SpanMean[],
  { season: rules, minimumImprovement }: Policy['experiments'],
): number {
  const season = rules.isHeeded ? seasonOf(spans, PHASES) : undefined;
  return season && season.p <= SEASON_ALPHA && season.range > minimumImprovement ? rules.cycleMs : 0;
}

/** A registered experiment starts at the beat after its registration stands in the ledger. */
export const startsDue = (system: SystemState, at: number): Question<StartEvidence>[] =>
  openExperiments(system)
    .filter(({ status, lever }) => status === 'registered' && autonomyOf(system, lever, at) === 'apply')
    .map(({ experimentId }) => ({ question: `start:${experimentId}`, evidence: { kind: 'start', experimentId } }));

export const decideStart = ({ experimentId }: StartEvidence): Decided[] => [
  decided(ExperimentStarted, experimentId, { experimentId }),
];

/** One look per experiment and interval. */
export function looksDue(parts: readonly Observations[], system: SystemState, at: number): Question<LookEvidence>[] {
  const isDue = (experiment: Experiment): boolean =>
    experiment.status === 'running' && lookOf(experiment, at) > experiment.looks;
  return openExperiments(system).flatMap((running) => {
    if (!isDue(running)) return [];
    const { status: _running, ...experiment } = running;
    const look = lookOf(running, at);
    const epochs = armsOf(parts, experiment.experimentId);
    const context = system.hypotheses[experiment.origin.id]?.context ?? '';
    const mayApply = autonomyOf(system, experiment.lever, at) === 'apply';
    const besides = besidesOf(parts, system, experiment, isDue);
    const evidence: LookEvidence = { kind: 'look', look, experiment, context, epochs, besides, mayApply };
    return [{ question: `look:${experiment.experimentId}:${look}`, evidence }];
  });
}

const lookOf = ({ startedAt, design }: Experiment, at: number): number =>
  Math.floor((at - (startedAt ?? at)) / design.lookEveryMs);

export type Verdict = Pick<EventData<typeof ExperimentConcluded>, 'verdict' | 'reason'>;

const SAMPLE_RATIO_ALPHA = 0.001;
const FUTILE_BELOW = 0.05;
/** Of each arm, before a breached guardrail may stop it: a great harm shows in a dozen. */
const FEWEST_TO_SEE_HARM = 10;
/** Of the planned information, before futility is asked about. */
const FUTILITY_FROM = 0.3;

/** What a look shows and, where it shows enough, the joint verdict over all metrics with all that follows from it. */
export function decideLook(evidence: LookEvidence, policy: Policy, at: number): Decided[] {
  const { experiment, epochs, look } = evidence;
  const { experimentId, design, metric } = experiment;
  const horizonUnits = 2 * design.unitsPerArm;
  const alphaOf = (of: Metric): number => (of === metric ? design.alpha : policy.experiments.alpha);
  const metrics = compareAll(epochs, alphaOf, horizonUnits);
  const sampleRatio = sampleRatioOf(epochs);
  const looked = decided(ExperimentLooked, experimentId, { experimentId, look, metrics, sampleRatio });

  const verdict = onTopOfOthers(evidence, verdictOf(evidence, metrics, sampleRatio.broken, at));
  return verdict ? [looked, ...conclusion(evidence, verdict, metrics, policy, at)] : [looked];
}

/**
 * What won, but does not go with a change that came first, is not applied blindly: its trial is void, so that it is tested again on top of that
 * change. Where that one's own verdict may fall in this very beat, it is awaited.
 */
function onTopOfOthers(evidence: LookEvidence, verdict: Verdict | undefined): Verdict | undefined {
  const { origin } = evidence.experiment;
  if (verdict?.verdict !== 'treatment' || origin.kind === 'adjustment') return verdict;
  const clashes = interactionsIn(evidence).filter(isForTheWorse);
  if (clashes.length === 0) return verdict;
  return clashes.some(({ stands }) => stands === 'in_force') ? { verdict: 'void', reason: 'interaction' } : undefined;
}

const interactionsIn = ({ besides, experiment: { design } }: LookEvidence): Interaction[] =>
  interactionsOf(besides, 2 * design.unitsPerArm);

function sampleRatioOf(epochs: readonly Arms[]): { p: number; broken: boolean } {
  const count = (variant: keyof Arms): number => epochs.reduce((sum, epoch) => sum + epoch[variant].cost.n, 0);
  const { p } = sequentialSampleRatioTest([count('control'), count('treatment')], [0.5, 0.5]);
  return { p, broken: p < SAMPLE_RATIO_ALPHA };
}

function verdictOf(
  { experiment, epochs, mayApply }: LookEvidence,
  metrics: Readonly<Record<string, MetricComparison>>,
  isRatioBroken: boolean,
  at: number,
): Verdict | undefined {
  const { design, metric, startedAt = at } = experiment;
  const [control, treatment] = [totalOf(epochs, 'control', metric), totalOf(epochs, 'treatment', metric)];
  const units = control.n + treatment.n;
  const horizonUnits = 2 * design.unitsPerArm;
  const elapsed = at - startedAt;
  if (isRatioBroken) return { verdict: 'void', reason: 'sample_ratio' };

  const isOver = elapsed >= design.longestMs || (units >= horizonUnits && elapsed >= design.horizonMs);
  const isHarmSeen = fewestIn(epochs) >= Math.min(FEWEST_TO_SEE_HARM, design.fewestUnits);
  const rails = isHarmSeen ? guardrailsOf(epochs, metrics, design, metric, horizonUnits) : [];
  if (rails.some((rail) => rail === 'breached')) return { verdict: 'control', reason: 'guardrail' };

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
  if (isWon && rails.every((rail) => rail === 'within')) {
    // What would change the system waits until it may.
    const wouldApply = experiment.origin.kind === 'hypothesis';
    return wouldApply && !mayApply ? undefined : { verdict: 'treatment', reason: 'success' };
  }
  if (isOver) return { verdict: 'none', reason: isWon ? 'guardrail' : 'horizon' };
  if (!isWon && isFutile(experiment, primary, units / horizonUnits)) return { verdict: 'none', reason: 'futility' };
  return undefined;
}

const fewestIn = (epochs: readonly Arms[]): number =>
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

type Rail = 'within' | 'breached' | 'unknown';

/** Quality, cost and time must be shown to stay within their margins; success and satisfaction, which few units tell of, must not be shown to fall. */
function guardrailsOf(
  epochs: readonly Arms[],
  metrics: Readonly<Record<string, MetricComparison>>,
  design: ExperimentDesign,
  primary: Metric,
  horizonUnits: number,
): Rail[] {
  const shareOf = (metric: Metric, margin: number): number =>
    margin / Math.max(1e-9, metrics[metric]?.control.mean ?? 1);
  const seen = epochs.flatMap(({ control, treatment }) => [control, treatment]).reduce(mergeStatistics, noStatistics);
  const rails: [Metric, number, 'higher' | 'lower'][] = [
    ['quality', shareOf('quality', design.guardrails.quality), 'higher'],
    ['cost', design.guardrails.cost, 'lower'],
    ['time', design.guardrails.time, 'lower'],
    ['success', shareOf('success', design.guardrails.success), 'higher'],
    ['satisfaction', shareOf('satisfaction', design.guardrails.satisfaction), 'higher'],
  ];
  return rails
    .filter(([metric]) => metric !== primary)
    .map(([metric, share, better]): Rail => {
      const [control, treatment] = (['control', 'treatment'] as const).map((variant) =>
        evidenceOf(epochs, variant, metric),
      );
      if (!control || !treatment) return 'unknown';
      if (isStill(epochs, metric)) return 'within';
      const { withinP, breachedP, harmP } = guardrail(
        control,
        treatment,
        { share: Math.min(0.99, share), better },
        valuesPerUnit(seen, metric) * horizonUnits,
      );
      if (breachedP <= GUARDRAIL_ALPHA) return 'breached';
      if (metric === 'success' || metric === 'satisfaction') return harmP <= GUARDRAIL_ALPHA ? 'unknown' : 'within';
      return withinP <= GUARDRAIL_ALPHA ? 'within' : 'unknown';
    });
}

/** Whether a metric is the same for every unit of both arms, as the cost of a model of one's own is. */
function isStill(epochs: readonly Arms[], metric: Metric): boolean {
  const samples = epochs
    .flatMap(({ control, treatment }) => [sampleOfMetric(control, metric), sampleOfMetric(treatment, metric)])
    .filter(({ n }) => n > 0);
  return samples.length > 1 && samples.every(({ mean, variance }) => variance === 0 && mean === samples[0]?.mean);
}

/** A verdict, and all that follows from it. */
export function conclusion(
  evidence: LookEvidence,
  { verdict, reason }: Verdict,
  metrics: Record<string, MetricComparison>,
  policy: Policy,
  at: number,
): Decided[] {
  const { experiment, epochs } = evidence;
  const { experimentId } = experiment;
  const units = epochs.reduce((sum, { control, treatment }) => sum + control.cost.n + treatment.cost.n, 0);
  const interactions = interactionsIn(evidence);
  const about = { experimentId, verdict, reason, metrics, units, interactions };
  const concluded = decided(ExperimentConcluded, experimentId, about);
  return [concluded, ...consequenceOf(evidence, verdict, reason, metrics, units, policy, at)];
}

/** A hypothesis is applied or refuted, a re-test confirms or rolls back; adjustments are judged by those who proposed them. */
function consequenceOf(
  { experiment, context, epochs }: LookEvidence,
  verdict: Verdict['verdict'],
  reason: Verdict['reason'],
  metrics: Record<string, MetricComparison>,
  units: number,
  policy: Policy,
  at: number,
): Decided[] {
  const { origin, experimentId, contentType, lever, change, metric } = experiment;
  const impact = impactOf(metrics);
  if (origin.kind === 'adjustment' || verdict === 'void') return [];
  if (origin.kind === 'retest')
    return [
      verdict === 'treatment'
        ? decided(ImprovementConfirmed, origin.id, { improvementId: origin.id, impact })
        : decided(ImprovementRolledBack, origin.id, {
            improvementId: origin.id,
            reason: `its re-test ended in ${verdict} (${reason})`,
            by: 'system',
            impact,
          }),
    ];
  if (verdict !== 'treatment')
    return [
      decided(HypothesisRefuted, origin.id, {
        hypothesisId: origin.id,
        experimentId,
        context,
        reason: `${verdict}: ${reason}`,
      }),
    ];
  const improvementId = hash128(`improvement ${experimentId}`);
  return [
    decided(ImprovementApplied, improvementId, {
      improvementId,
      experimentId,
      contentType,
      lever,
      change,
      type: `${lever}_optimization`,
      impact,
      summary: summaryOf(metric, metrics[metric] as MetricComparison),
      learnedFrom: units,
      costToFind: costToFind(epochs),
      expiresAt: at + policy.watch.expiresAfterMs,
    }),
  ];
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
