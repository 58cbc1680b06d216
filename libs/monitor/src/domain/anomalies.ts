import { AnomalyDetected, AnomalyHandled, AnomalyResolved, type EventData, type Policy } from '@contentflow/contracts';
import {
  autonomySetOn,
  decided,
  type Decided,
  type DecisionProcedure,
  improvementsInForce,
  type Question,
  type SystemState,
} from '@contentflow/decisions';
import { hash128, HOUR_MS } from '@contentflow/kernel';
import { betaCdf, fisherTest, mean } from '@contentflow/statistics';
import { medianValue, type RunningMedian } from './baseline.ts';
import {
  type Baselines,
  type MergedGroup,
  mergedGroups,
  type RecentGeneration,
  type BaselineRates,
  type WatchedGenerations,
  watchedGenerations,
} from './watched-generations.ts';

type Anomaly = EventData<typeof AnomalyDetected>;
export type Rule = Anomaly['rule'];

/** How many generations there were, and how many of them broke the rule. */
export interface Violations {
  readonly affected: number;
  readonly of: number;
}

/** A rule violations more often than usual? */
export interface DetectionEvidence extends Violations {
  readonly kind: 'detection';
  readonly anomalyId: string;
  readonly rule: Rule;
  readonly contentType: string;
  readonly model: string;
  /** Of those affected: means. */
  readonly value: number;
  readonly baseline: number;
  /** The first of them. */
  readonly since: number;
  /** The share that breaks the rule in ordinary times. */
  readonly baselineRate: number;
  readonly suspect: Suspect | null;
  /** A person has paused autonomy: nothing is done but said. */
  readonly isPaused?: true;
}

/** The improvement that may be to blame, and whether generations without it suffer too. */
export interface Suspect {
  readonly improvementId: string;
  readonly autonomy: 'observe' | 'propose' | 'apply';
  readonly with: Violations;
  readonly without: Violations;
}

/** Is the anomaly over? */
export interface ResolutionEvidence {
  readonly kind: 'resolution';
  readonly anomalyId: string;
  readonly since: number;
  /** Over the time that it must have been quiet for, and over the last window of that. */
  readonly quiet: Violations;
  readonly latest: Violations;
}
export type AnomalyEvidence = DetectionEvidence | ResolutionEvidence;

/** How likely an ordinary window may be to look as bad as this, before it is called an anomaly: about one a week in a busy system. */
const MAX_FALSE_ALARM_PROBABILITY = 1e-5;
/** Fewer than so many are no pattern … */
const MIN_AFFECTED = 4;
/** … and no share of so few says anything. */
const MIN_JUDGED = 8;
/** Of a difference between generations with and without an improvement, before it is rolled back for it. */
const MAX_ROLLBACK_P = 0.01;
/** An improvement applied longer ago is no suspect. */
const SUSPECT_FOR_MS = 2 * HOUR_MS;

/** Opens an anomaly where a rule is violations far more often than usual, handles it by policy, and resolves it when it ends. */
export const anomalies: DecisionProcedure<WatchedGenerations, AnomalyEvidence> = {
  name: 'monitor.anomalies',
  every: (policy) => policy.anomalies.checkEveryMs,
  fold: watchedGenerations,
  due: anomaliesDue,
  decide: (evidence, policy, at) =>
    evidence.kind === 'detection' ? detect(evidence, policy) : resolve(evidence, policy, at),
};

function detect(evidence: DetectionEvidence, policy: Policy): Decided[] {
  const { affected, of, baselineRate, anomalyId } = evidence;
  if (affected / of < policy.anomalies.opensAtShare) return [];
  if (binomialUpperTail(affected, of, baselineRate) > MAX_FALSE_ALARM_PROBABILITY) return [];
  const { kind: _kind, baselineRate: _rate, suspect: _suspect, isPaused: _isPaused, ...found } = evidence;
  const detected = { ...found, severity: severityOf(evidence.rule), threshold: thresholdOf(evidence.rule, policy) };
  return [
    decided(AnomalyDetected, anomalyId, detected),
    decided(AnomalyHandled, anomalyId, { anomalyId, ...handling(evidence, policy) }),
  ];
}

/**
 * What is done about it: the worst are undone where an improvement is to blame, the rest tested again; a model that fails by itself is left alone for
 * a while where the policy says so; all else is shown to a person.
 */
function handling(evidence: DetectionEvidence, policy: Policy) {
  const { rule, model, suspect, isPaused } = evidence;
  const isTripped = rule === 'failures' && policy.anomalies.onFailures === 'trip_breaker' && !isPaused;
  const otherwise = isTripped
    ? { action: 'trip_breaker' as const, target: model }
    : { action: 'open_incident' as const, target: null };
  if (!suspect || suspect.autonomy === 'observe') return otherwise;
  const { with: exposed, without, improvementId } = suspect;
  if (share(exposed) < policy.anomalies.opensAtShare || share(exposed) < 2 * share(without)) return otherwise;
  const isUndone = severityOf(rule) === 'critical' && suspect.autonomy === 'apply' && isWorseWith(suspect);
  const action = isUndone ? ('roll_back_improvement' as const) : ('retest_improvement' as const);
  return { action, target: improvementId };
}

/** Whether those with it do worse by more than chance; a handful without it may have been lucky. */
const isWorseWith = ({ with: exposed, without }: Suspect): boolean =>
  fisherTest({ n: without.of, successes: without.affected }, { n: exposed.of, successes: exposed.affected }) <=
  MAX_ROLLBACK_P;

function resolve({ anomalyId, since, quiet, latest }: ResolutionEvidence, policy: Policy, at: number): Decided[] {
  const { opensAtShare } = policy.anomalies;
  if (share(quiet) >= opensAtShare || share(latest) >= opensAtShare) return [];
  return [decided(AnomalyResolved, anomalyId, { anomalyId, lastedMs: Math.max(0, at - since) })];
}

function anomaliesDue(
  parts: readonly WatchedGenerations[],
  system: SystemState,
  at: number,
): Question<AnomalyEvidence>[] {
  const open = Object.values(system.openAnomalies);
  const groups = mergedGroups(parts);
  return [
    ...groups.flatMap((group) => detectionsDue(group, system, open, at)),
    ...open.flatMap((anomaly) => resolutionDue(anomaly, groups, system.policy, at)),
  ];
}

const rules: readonly Rule[] = ['slow_generation', 'low_quality', 'high_cost', 'failures'];

function detectionsDue(
  group: MergedGroup,
  system: SystemState,
  open: readonly Anomaly[],
  at: number,
): Question<DetectionEvidence>[] {
  const { contentType, model } = group;
  const { windowMs } = system.policy.anomalies;
  const window = group.within(at - windowMs, at);
  if (window.length < MIN_JUDGED) return [];
  return rules.flatMap((rule) => {
    if (open.some((each) => each.rule === rule && each.contentType === contentType && each.model === model)) return [];
    const judged = judgedBy(rule, window, group, system.policy);
    if (judged.length < MIN_JUDGED || violations(judged).affected < MIN_AFFECTED) return [];
    const baselineRates = group.baselineRatesBefore(at - windowMs);
    // Of failures, too, it must be known what is usual.
    if (rule === 'failures' && baselineRates.n < system.policy.anomalies.minForBaseline) return [];
    const question = `${rule}:${contentType}:${model}:${Math.floor(at / windowMs)}`;
    return [
      { question, evidence: detectionEvidence(question, { rule, contentType, model, judged, baselineRates }, system) },
    ];
  });
}

/** A rule that a group's latest generations break, beside what was usual before them. */
interface Breach {
  readonly rule: Rule;
  readonly contentType: string;
  readonly model: string;
  readonly judged: readonly Judged[];
  readonly baselineRates: BaselineRates;
}

function detectionEvidence(question: string, breach: Breach, system: SystemState): DetectionEvidence {
  const { rule, contentType, model, judged, baselineRates } = breach;
  const affected = judged.filter(({ isViolation }) => isViolation);
  const baselineRate = baselineRateOf(rule, baselineRates);
  const since = Math.min(...affected.map(({ generation }) => generation.at));
  return {
    kind: 'detection',
    anomalyId: hash128(`monitor.anomalies:${question}`).slice(0, 16),
    rule,
    contentType,
    model,
    ...violations(judged),
    value: rule === 'failures' ? affected.length / judged.length : mean(affected.map(({ value }) => value)),
    baseline: rule === 'failures' ? baselineRate : mean(affected.map(({ baseline }) => baseline)),
    since,
    baselineRate,
    suspect: suspectOf(breach, system, since),
    ...(system.autonomy.state === 'paused' && { isPaused: true as const }),
  };
}

/** The latest improvement, where it was applied shortly before; where a model writes worse than it did, what chose that model, whenever. */
function suspectOf({ rule, contentType, model, judged }: Breach, system: SystemState, since: number): Suspect | null {
  const before = improvementsInForce(system, contentType).filter(({ appliedAt }) => appliedAt <= since);
  const chosen = before.findLast(({ change }) => change.kind === 'use_model' && change.model === model);
  const latest = before.findLast(({ appliedAt }) => appliedAt > since - SUSPECT_FOR_MS);
  const suspect = (rule === 'low_quality' ? chosen : undefined) ?? latest;
  if (!suspect) return null;
  const { improvementId, lever } = suspect;
  const meanwhile = judged.filter(({ generation }) => generation.at >= since);
  const hasIt = ({ generation }: Judged): boolean => generation.improvements.includes(improvementId);
  return {
    improvementId,
    autonomy: autonomySetOn(system, lever, contentType),
    with: violations(meanwhile.filter(hasIt)),
    without: violations(meanwhile.filter((each) => !hasIt(each))),
  };
}

function resolutionDue(
  { anomalyId, rule, contentType, model, since }: Anomaly,
  groups: readonly MergedGroup[],
  policy: Policy,
  at: number,
): Question<ResolutionEvidence>[] {
  const { resolvesAfterMs, windowMs } = policy.anomalies;
  if (at - since < resolvesAfterMs) return [];
  const group = groups.find((each) => each.contentType === contentType && each.model === model);
  const violationsSince = (from: number): Violations =>
    group ? violations(judgedBy(rule, group.within(from, at), group, policy)) : { affected: 0, of: 0 };
  const quiet = violationsSince(at - resolvesAfterMs);
  const latest = violationsSince(at - windowMs);
  // Asked again at every tick until it is over; the answer that counts is the one that resolves it.
  return [{ question: `over:${anomalyId}`, evidence: { kind: 'resolution', anomalyId, since, quiet, latest } }];
}

/** A generation held against a rule. */
interface Judged {
  readonly generation: RecentGeneration;
  readonly value: number;
  readonly baseline: number;
  readonly isViolation: boolean;
}

function judgedBy(
  rule: Rule,
  generations: readonly RecentGeneration[],
  group: MergedGroup,
  { anomalies: limits }: Policy,
): Judged[] {
  if (rule === 'failures')
    return generations.map((generation) => ({
      generation,
      value: Number(generation.failed),
      baseline: 0,
      isViolation: generation.failed,
    }));
  const { valueOf, medianOf, isViolation } = metricRules[rule];
  return generations.flatMap((generation) => {
    const value = valueOf(generation);
    const median = medianOf(group.baseline(generation.size));
    const baseline = median.n < limits.minForBaseline ? undefined : medianValue(median);
    if (value === null || baseline === undefined) return [];
    return [{ generation, value, baseline, isViolation: isViolation(value, baseline, limits) }];
  });
}

interface MetricRule {
  readonly valueOf: (generation: RecentGeneration) => number | null;
  readonly medianOf: (baselines: Baselines) => RunningMedian;
  readonly isViolation: (value: number, baseline: number, limits: Policy['anomalies']) => boolean;
}

const metricRules: Readonly<Record<Exclude<Rule, 'failures'>, MetricRule>> = {
  slow_generation: {
    valueOf: ({ timeMs }) => timeMs,
    medianOf: ({ timeMs }) => timeMs,
    isViolation: (value, baseline, { slowGeneration }) => value > slowGeneration * baseline,
  },
  low_quality: {
    valueOf: ({ quality }) => quality,
    medianOf: ({ quality }) => quality,
    isViolation: (value, baseline, { lowQuality }) => value < lowQuality * baseline,
  },
  high_cost: {
    valueOf: ({ cost }) => cost,
    medianOf: ({ cost }) => cost,
    isViolation: (value, baseline, { highCost }) => value > highCost * baseline,
  },
};

const severityOf = (rule: Rule): Anomaly['severity'] =>
  rule === 'low_quality' || rule === 'failures' ? 'critical' : 'warning';

function thresholdOf(rule: Rule, { anomalies: limits }: Policy): number {
  return {
    slow_generation: limits.slowGeneration,
    low_quality: limits.lowQuality,
    high_cost: limits.highCost,
    failures: limits.opensAtShare,
  }[rule];
}

/** Before anything is known, one in twenty. */
function baselineRateOf(rule: Rule, baselineRates: BaselineRates): number {
  const count = {
    slow_generation: baselineRates.slow,
    low_quality: baselineRates.low,
    high_cost: baselineRates.expensive,
    failures: baselineRates.failed,
  };
  return (count[rule] + 0.5) / (baselineRates.n + 10);
}

/** The probability of so many or more out of n, each with this probability: a binomial's upper tail. */
export function binomialUpperTail(affected: number, n: number, probability: number): number {
  if (affected <= 0) return 1;
  return betaCdf(probability, affected, n - affected + 1);
}

const violations = (judged: readonly Judged[]): Violations => ({
  affected: judged.filter(({ isViolation }) => isViolation).length,
  of: judged.length,
});

const share = ({ affected, of }: Violations): number => (of === 0 ? 0 : affected / of);
