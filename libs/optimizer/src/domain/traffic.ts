import { DAY_MS, ownValueOrNew, ownValue, setOwnValue } from '@contentflow/kernel';
import { FeedbackReceived, fold, GenerationMeasured } from '@contentflow/contracts';
import { mergeBivariate, type Moments, momentsOfY, noBivariate } from '@contentflow/statistics';
import {
  type Arms,
  type ArmStatistics,
  isCountedRating,
  measuredBy,
  mergeStatistics,
  noStatistics,
  type Observed,
  ratedBy,
  wholeTimeOf,
} from './arm-statistics.ts';
import { changesOf, otherChanges } from './experiments/other-changes.ts';
import { armsByStratum, type Strata } from './strata.ts';
import { recordInWindow, WINDOW_MS, type Windows } from './windows.ts';

export interface TrafficObservations {
  /** Content type → window of time → traffic outside the holdback. */
  readonly traffic: Record<string, Windows<ArmStatistics>>;
}
type Traffic = TrafficObservations['traffic'];

export interface VarietyObservations {
  /** Content type → window of time → the changes that its recipe had → the same traffic. */
  readonly variety: Record<string, Windows<Record<string, ArmStatistics>>>;
}
type Variety = VarietyObservations['variety'];

export const trafficFold = fold<Traffic>(() => ({}))
  .on(GenerationMeasured, (known, { data, time }) =>
    data.assignment.holdback ? known : recordTraffic(known, data.contentType, time, measuredBy(data)),
  )
  .on(FeedbackReceived, (known, { data, time }) =>
    isCountedRating(data) ? recordTraffic(known, data.contentType, time, ratedBy(data)) : known,
  );

function recordTraffic(known: Traffic, contentType: string, time: number, observed: Observed): Traffic {
  recordInWindow(
    ownValueOrNew(known, contentType, () => ({})),
    time,
    (before = noStatistics) => observed(before),
  );
  return known;
}

export const varietyFold = fold<Variety>(() => ({})).on(GenerationMeasured, (known, { data, time }) => {
  const { contentType, assignment } = data;
  if (assignment.holdback) return known;
  const observed = measuredBy(data);
  const changes = changesOf(assignment);
  recordInWindow(
    ownValueOrNew(known, contentType, () => ({})),
    time,
    (seen: Record<string, ArmStatistics> = {}) => {
      setOwnValue(seen, changes, observed(ownValue(seen, changes) ?? noStatistics));
      return seen;
    },
  );
  return known;
});

/** And the span it was seen over, in milliseconds. */
export interface RecentTraffic {
  readonly statistics: ArmStatistics;
  readonly overMs: number;
}

/** Traffic of a content type outside the holdback in the windows that begin after `since`, and the span it was seen over. */
export function trafficSince(
  parts: readonly TrafficObservations[],
  contentType: string,
  since: number,
  at: number,
): RecentTraffic {
  const windows = trafficWindows(parts, contentType, since);
  const earliest = Math.min(...windows.map(([window]) => Number(window) * WINDOW_MS), at - 1);
  return { statistics: windows.map(([, each]) => each).reduce(mergeStatistics, noStatistics), overMs: at - earliest };
}

/** How far back contents enough are looked for. */
const LOOK_BACK_MS = DAY_MS;

/** The latest traffic, none from before `earliest`: over this span, or over as much more of the last day as it takes to see so many contents. */
export function latestTraffic(
  parts: readonly TrafficObservations[],
  contentType: string,
  spanMs: number,
  least: number,
  at: number,
  earliest = 0,
): RecentTraffic {
  for (let span = spanMs; ; span *= 2) {
    const seen = trafficSince(parts, contentType, Math.max(earliest, at - span), at);
    if (seen.statistics.success.n >= least || span >= LOOK_BACK_MS) return seen;
  }
}

/** Traffic as a trial will see it: what changes on trial and in force make recipes differ by is no part of how much cost, time and quality vary. */
export function asTrialsSee(
  parts: readonly VarietyObservations[],
  contentType: string,
  { statistics, overMs }: RecentTraffic,
  at: number,
): ArmStatistics {
  const first = Math.ceil((at - overMs) / WINDOW_MS);
  const seen = parts
    .flatMap((part) => Object.entries(ownValue(part.variety, contentType) ?? {}))
    .filter(([window]) => Number(window) >= first)
    .flatMap(([, byChanges]) =>
      Object.entries(byChanges).map(([others, each]) => ({ others, strata: asStrata(each) })),
    );
  const { takenOut, doubted } = otherChanges(seen);
  const told = armsByStratum(seen.map(takenOut)).map(doubted)[0]?.control ?? noStatistics;
  const { cost, tokens, time, quality } = told;
  return { ...statistics, cost, tokens, time, quality };
}

const asStrata = (statistics: ArmStatistics): Strata => {
  const { time, quality } = statistics;
  const armsOf = (control: ArmStatistics): Arms => ({ control, treatment: noStatistics });
  return {
    all: armsOf(statistics),
    byJudge: { '': armsOf({ ...noStatistics, quality }) },
    byInstances: { '': armsOf({ ...noStatistics, time, wholeTime: wholeTimeOf(statistics) }) },
  };
};

/** The quality alone of the same traffic: it is asked for at every tick. */
export const qualitySince = (parts: readonly TrafficObservations[], contentType: string, since: number): Moments =>
  momentsOfY(
    trafficWindows(parts, contentType, since)
      .map(([, { quality }]) => quality)
      .reduce(mergeBivariate, noBivariate),
  );

function trafficWindows(
  parts: readonly TrafficObservations[],
  contentType: string,
  since: number,
): [string, ArmStatistics][] {
  const first = Math.ceil(since / WINDOW_MS);
  return parts
    .flatMap((part) => Object.entries(ownValue(part.traffic, contentType) ?? {}))
    .filter(([window]) => Number(window) >= first);
}
