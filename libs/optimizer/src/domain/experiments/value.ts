import { ownValueOrNew, ownValue } from '@contentflow/kernel';
import type { Metric, Objective, Policy } from '@contentflow/contracts';
import type { Hypothesis, SystemState } from '@contentflow/decisions';
import { horizonUnitsNeeded } from '@contentflow/statistics';
import { type ArmStatistics, sampleOfMetric } from '../arm-statistics.ts';

/** How tries of one kind came out, in one content type and in all. */
export interface TrialRecord {
  readonly here: Tally;
  readonly everywhere: Tally;
}
interface Tally {
  readonly supported: number;
  readonly refuted: number;
}

type Tried = Pick<Hypothesis, 'kind' | 'change'>;

/** What tries are counted by: their kind; of models, which one. */
export const trialKey = ({ kind, change }: Tried): string =>
  change.kind === 'use_model' ? `${kind} ${change.model}` : kind;

/**
 * By what was tried. A model that is on trial in another content type counts as refuted there until it is known, so that content types try
 * different models first and learn from each other.
 * Source: the constant liar, Ginsbourger, Le Riche and Carraro (2010), "Kriging is well-suited to parallelize optimization"
 */
export function recordOf(system: SystemState, contentType: string): Record<string, TrialRecord> {
  const record: Record<string, { here: Tally; everywhere: Tally }> = {};
  for (const { status, ...tried } of Object.values(system.hypotheses)) {
    const of = ownValueOrNew(record, trialKey(tried), () => ({ here: noTries, everywhere: noTries }));
    const isHere = tried.contentType === contentType;
    const isOpen = status === 'proposed' || status === 'testing';
    // A person's no says nothing of what a try would have shown.
    if (status === 'refused') continue;
    if (isOpen && (isHere || tried.change.kind !== 'use_model')) continue;
    const outcome = isOpen ? 'refuted' : status;
    of.everywhere = { ...of.everywhere, [outcome]: of.everywhere[outcome] + 1 };
    if (isHere) of.here = { ...of.here, [outcome]: of.here[outcome] + 1 };
  }
  return record;
}

/** Chance that this succeeds, by the record. */
export const successProbabilityBy = (record: Readonly<Record<string, TrialRecord>>, tried: Tried): number =>
  successProbability(ownValue(record, trialKey(tried)) ?? noRecord);

const noTries: Tally = { supported: 0, refuted: 0 };
export const noRecord: TrialRecord = { here: noTries, everywhere: noTries };

/** As many tries as what other content types say is worth here. */
const ELSEWHERE = 2;

/**
 * Chance that a try of this kind succeeds in this content type: the mean of a beta distribution whose prior is how the kind fared in all
 * content types, which in turn begins at one in two.
 */
export function successProbability({ here, everywhere }: TrialRecord): number {
  const prior = (everywhere.supported + 1) / (everywhere.supported + everywhere.refuted + 2);
  return (here.supported + ELSEWHERE * prior) / (here.supported + here.refuted + ELSEWHERE);
}

/** What a try may bring: its chance, and if it succeeds the relative gains, for the better above 0; on its metric among them. */
export interface Prospect {
  readonly chance: number;
  readonly metric: Metric;
  readonly gains: Partial<Readonly<Record<Metric, number>>>;
  /** Whether readers must be shown to be as satisfied before it can win. */
  readonly isForReaders?: boolean;
}
export interface TrafficObservations {
  readonly statistics: ArmStatistics;
  readonly overMs: number;
}

/**
 * Expected value of a try per unit that is exposed to it. Money of the price table: relative gains count by their weights in the user's
 * objective, times what the content costs, over all that will be made until the improvement is tested again.
 */
export function valuePerExposure(
  { chance, metric, gains, isForReaders = false }: Prospect,
  { statistics, overMs }: TrafficObservations,
  policy: Policy,
): number {
  const { experiments: rules, watch } = policy;
  const weights = weightsOf(policy.objective);
  const perMs = statistics.success.n / overMs;
  const utility = Object.entries(gains).reduce((sum, [of, gain]) => {
    const served = ownValue(servesOf, of);
    return served === undefined ? sum : sum + gain * weights[served];
  }, 0);
  const worth = utility * statistics.cost.meanY;
  const least = minImprovement(metric, statistics.quality.meanY, rules);
  const values = unitsNeeded(statistics, metric, least, rules.alpha, policy);
  const needed = values / valuesPerUnit(statistics, metric);
  const ofReaders = isForReaders ? unitsForReaders(statistics, policy.guardrails.satisfactionMargin, rules.power) : 0;
  // Few readers would take weeks: it is over by then.
  const read = Math.min(ofReaders, perMs * rules.longestMs);
  const exposures = Math.max(needed, read, perMs * rules.horizonMs, 2 * rules.minUnits);
  return (chance * worth * perMs * watch.expiresAfterMs) / exposures;
}

/** Relative; of quality, which has an end, as many points as the policy says. */
export const minImprovement = (
  metric: Metric,
  quality: number,
  { minimumImprovement, minimumQualityGain }: Pick<Policy['experiments'], 'minimumImprovement' | 'minimumQualityGain'>,
): number => (metric === 'quality' ? minimumQualityGain / Math.max(1, quality) : minimumImprovement);

/** What is sought alone counts alone; the constraint is the guardrails' to keep. */
export function weightsOf({
  goal,
  quality,
  cost,
  time,
}: Objective): Readonly<Record<'quality' | 'cost' | 'time', number>> {
  if (goal === 'minimise_cost') return { quality: 0, cost: 1, time: 0 };
  if (goal === 'maximise_quality') return { quality: 1, cost: 0, time: 0 };
  return { quality, cost, time };
}

export const AIMS = ['quality', 'cost', 'time'] as const;
export type Aim = (typeof AIMS)[number];

/** What gains are worth to the user: quality as a share of ten points, cost and time as shares of what they are; for the better above 0. */
export const worthTogether = (gains: Partial<Readonly<Record<Aim, number>>>, objective: Objective): number =>
  AIMS.reduce((sum, aim) => sum + weightsOf(objective)[aim] * (gains[aim] ?? 0), 0);

/** Points of the best there is. */
export const MOST_QUALITY = 10;

/** Which of the user's aims a metric serves; a hit of the cache serves them by the cost and time that it saves, which are counted themselves. */
const servesOf: Readonly<Record<Exclude<Metric, 'cacheHits'>, 'quality' | 'cost' | 'time'>> = {
  cost: 'cost',
  tokens: 'cost',
  time: 'time',
  quality: 'quality',
  qualitySpread: 'quality',
  satisfaction: 'quality',
  success: 'quality',
};

/** One-sided error of each guardrail, over all looks. */
export const GUARDRAIL_ALPHA = 0.05;

const DEFAULT_SATISFACTION_SHARE = 0.1;

/** Not every content is rated, and it takes two to be apart. */
export function valuesPerUnit({ satisfaction, success }: ArmStatistics, metric: Metric): number {
  if (metric === 'qualitySpread') return 0.5;
  if (metric !== 'satisfaction') return 1;
  return satisfaction.n > 0 && success.n > 0 ? Math.min(1, satisfaction.n / success.n) : DEFAULT_SATISFACTION_SHARE;
}

/** Values of both arms by which this improvement is found, and by which quality's margin can be told from no difference at all. */
export function unitsNeeded(
  traffic: ArmStatistics,
  metric: Metric,
  improvement: number,
  alpha: number,
  { experiments: { power }, guardrails }: Policy,
): number {
  return Math.max(
    horizonUnitsNeeded(relativeVariance(traffic, metric), improvement, alpha, power),
    horizonUnitsNeeded(
      sampleOfMetric(traffic, 'quality').variance,
      guardrails.qualityMargin,
      2 * GUARDRAIL_ALPHA,
      power,
    ),
  );
}

/** Stars², of one rating, where nobody has rated yet. */
const RATING_VARIANCE = 1;

/** Units of both arms until readers have shown that they are as satisfied, where they are. */
export function unitsForReaders(traffic: ArmStatistics, margin: number, power: number): number {
  const { n, variance } = sampleOfMetric(traffic, 'satisfaction');
  const ratings = horizonUnitsNeeded(n > 1 ? variance : RATING_VARIANCE, margin, 2 * GUARDRAIL_ALPHA, power);
  return ratings / valuesPerUnit(traffic, 'satisfaction');
}

/** Variance ÷ mean², of one content. */
export function relativeVariance(traffic: ArmStatistics, metric: Metric): number {
  const { mean, variance, n } = sampleOfMetric(traffic, metric);
  return n > 1 && mean !== 0 ? variance / mean ** 2 : 0.16;
}
