import { type EventData, GenerationMeasured, fold } from '@contentflow/contracts';
import { HOUR_MS, MINUTE_MS, ownValue } from '@contentflow/kernel';
import { mergedMedian, noMedian, type RunningMedian, withValue } from './baseline.ts';

export type Measurement = EventData<typeof GenerationMeasured>;

/** What the monitor knows of one partition of the measurements: for each content type and model, what is usual, and what was last. */
export interface WatchedGenerations {
  readonly groups: Readonly<Record<string, WatchedGroup>>;
}

/** The generations of one content type by one model. */
export interface WatchedGroup {
  readonly contentType: string;
  readonly model: string;
  /** By size of what was asked for: a long text takes longer than a short one. */
  readonly baselines: Readonly<Record<string, Baselines>>;
  readonly baselineRates: BaselineRates;
  /** The latest, oldest first. */
  readonly recent: readonly RecentGeneration[];
}

export interface Baselines {
  readonly timeMs: RunningMedian;
  readonly cost: RunningMedian;
  readonly quality: RunningMedian;
}
export const noBaselines: Baselines = { timeMs: noMedian, cost: noMedian, quality: noMedian };

/** How many of the generations that have left the recent ones departed from their baseline, by the usual measure. */
export interface BaselineRates {
  readonly n: number;
  readonly slow: number;
  readonly low: number;
  readonly expensive: number;
  readonly failed: number;
}
export const noBaselineRates: BaselineRates = { n: 0, slow: 0, low: 0, expensive: 0, failed: 0 };

export interface RecentGeneration {
  readonly at: number;
  readonly size: string;
  readonly failed: boolean;
  /** Null where nothing was made; time and cost also where the answer came from the cache. */
  readonly timeMs: number | null;
  readonly cost: number | null;
  readonly quality: number | null;
  readonly improvements: readonly string[];
  /** In units of its baseline at the time, in this partition. */
  readonly departs: { readonly slow: boolean; readonly low: boolean; readonly expensive: boolean };
}

/** The latest that a partition keeps of a group: a hundred say as much about a share as a thousand. */
const RECENT_KEPT = 256;
const RECENT_MS = HOUR_MS;
/** What is usual is what these many generations did; older ones count half. */
const RATES_OVER = 2000;
/** What a baseline never takes in, whatever the policy calls an anomaly: the specification's rules. */
const deviationLimits = { slow: 2, low: 0.8, expensive: 1.5 };
/** Before it has seen so many, a baseline takes all. */
const MIN_BASELINE_SIZE = 15;

export const watchedGenerations = fold<WatchedGenerations>(() => ({ groups: {} })).on(
  GenerationMeasured,
  (state, event) => (event.data.outcome === 'cancelled' ? state : withMeasurement(state, event.data, event.time)),
);

export const groupKey = ({ contentType, model }: { contentType: string; model: string }): string =>
  `${contentType}|${model}`;

function withMeasurement(state: WatchedGenerations, data: Measurement, at: number): WatchedGenerations {
  const key = groupKey(data);
  const { contentType, model } = data;
  const group = ownValue(state.groups, key) ?? {
    contentType,
    model,
    baselines: {},
    baselineRates: noBaselineRates,
    recent: [],
  };
  const size = sizeOf(data.covariates.words);
  const baselines = ownValue(group.baselines, size) ?? noBaselines;
  const generation = recentGeneration(data, size, baselines, at);
  const { recent, baselineRates } = withRecent(group, generation);
  const learned = { ...group.baselines, [size]: learnedFrom(baselines, generation) };
  return { groups: { ...state.groups, [key]: { contentType, model, baselines: learned, baselineRates, recent } } };
}

const sizes = [100, 300, 800, 2000] as const;

/** Words asked for, in steps: times and costs of one step can be compared. */
export function sizeOf(words: number): string {
  if (words <= 0) return 'any';
  const step = sizes.find((most) => words <= most);
  return step === undefined ? 'longer' : `to ${step}`;
}

function recentGeneration(data: Measurement, size: string, baselines: Baselines, at: number): RecentGeneration {
  const { timeMs, cost, quality } = data.metrics;
  const failed = data.outcome !== 'ok';
  const isOwnWork = !failed && !data.cacheHit;
  return {
    at,
    size,
    failed,
    timeMs: isOwnWork ? timeMs : null,
    cost: isOwnWork ? cost : null,
    quality: failed ? null : quality,
    improvements: data.assignment.improvements,
    departs: {
      slow: isOwnWork && isAbove(timeMs, baselines.timeMs, deviationLimits.slow),
      low: !failed && quality !== null && isBelow(quality, baselines.quality, deviationLimits.low),
      expensive: isOwnWork && isAbove(cost, baselines.cost, deviationLimits.expensive),
    },
  };
}

const isAbove = (value: number, { n, log }: RunningMedian, times: number): boolean =>
  n >= MIN_BASELINE_SIZE && value > times * Math.exp(log);
const isBelow = (value: number, { n, log }: RunningMedian, times: number): boolean =>
  n >= MIN_BASELINE_SIZE && value < times * Math.exp(log);

/** The baselines with what did not depart from them. */
function learnedFrom(baselines: Baselines, { timeMs, cost, quality, departs }: RecentGeneration): Baselines {
  return {
    timeMs: timeMs === null || departs.slow ? baselines.timeMs : withValue(baselines.timeMs, timeMs),
    cost: cost === null || departs.expensive ? baselines.cost : withValue(baselines.cost, cost),
    quality: quality === null || departs.low ? baselines.quality : withValue(baselines.quality, quality),
  };
}

function withRecent(group: WatchedGroup, generation: RecentGeneration): Pick<WatchedGroup, 'recent' | 'baselineRates'> {
  const { recent } = group;
  let leaving = recent.length >= RECENT_KEPT ? 1 : 0;
  while ((recent[leaving]?.at ?? Infinity) < generation.at - RECENT_MS) leaving++;
  let baselineRates = group.baselineRates;
  for (let i = 0; i < leaving; i++) baselineRates = withGeneration(baselineRates, recent[i] as RecentGeneration);
  const kept = recent.slice(leaving);
  kept.push(generation);
  return { recent: kept, baselineRates };
}

function withGeneration(baselineRates: BaselineRates, { failed, departs }: RecentGeneration): BaselineRates {
  const share = baselineRates.n >= RATES_OVER ? 0.5 : 1;
  return {
    n: baselineRates.n * share + 1,
    slow: baselineRates.slow * share + Number(departs.slow),
    low: baselineRates.low * share + Number(departs.low),
    expensive: baselineRates.expensive * share + Number(departs.expensive),
    failed: baselineRates.failed * share + Number(failed),
  };
}

/** One content type by one model, as all partitions together know it: in partition order, merged only where asked for. */
export class MergedGroup {
  readonly contentType: string;
  readonly model: string;
  private readonly groups: readonly WatchedGroup[];
  private readonly baselines = new Map<string, Baselines>();

  constructor(groups: readonly WatchedGroup[]) {
    const { contentType, model } = groups[0] as WatchedGroup;
    this.contentType = contentType;
    this.model = model;
    this.groups = groups;
  }

  /** The generations after `from`, up to `to`. */
  within(from: number, to: number): RecentGeneration[] {
    return this.groups.flatMap(({ recent }) => latest(recent, from, to));
  }

  baseline(size: string): Baselines {
    const known = this.baselines.get(size) ?? mergedBaselines(this.groups, size);
    this.baselines.set(size, known);
    return known;
  }

  /** What was usual up to then: in what is no longer among the recent, and in those of the recent that are older. */
  baselineRatesBefore(from: number): BaselineRates {
    return this.groups
      .map(({ baselineRates, recent }) => recent.filter(({ at }) => at <= from).reduce(withGeneration, baselineRates))
      .reduce(mergedRates, noBaselineRates);
  }
}

export function mergedGroups(parts: readonly WatchedGenerations[]): MergedGroup[] {
  const keys = [...new Set(parts.flatMap((part) => Object.keys(part.groups)))].sort();
  return keys.map((key) => new MergedGroup(parts.flatMap((part) => ownValue(part.groups, key) ?? [])));
}

/** Recent generations stand nearly in order of time, so looking back ends early. */
function latest(recent: readonly RecentGeneration[], from: number, to: number): RecentGeneration[] {
  const found: RecentGeneration[] = [];
  for (let i = recent.length - 1; i >= 0; i--) {
    const generation = recent[i] as RecentGeneration;
    if (generation.at <= from - OUT_OF_ORDER_MS) break;
    if (generation.at > from && generation.at <= to) found.push(generation);
  }
  return found.reverse();
}

/** How late a measurement may come behind one that happened after it. */
const OUT_OF_ORDER_MS = MINUTE_MS;

function mergedBaselines(groups: readonly WatchedGroup[], size: string): Baselines {
  const each = groups.map(({ baselines }) => ownValue(baselines, size) ?? noBaselines);
  return {
    timeMs: mergedMedian(each.map(({ timeMs }) => timeMs)),
    cost: mergedMedian(each.map(({ cost }) => cost)),
    quality: mergedMedian(each.map(({ quality }) => quality)),
  };
}

const mergedRates = (a: BaselineRates, b: BaselineRates): BaselineRates => ({
  n: a.n + b.n,
  slow: a.slow + b.slow,
  low: a.low + b.low,
  expensive: a.expensive + b.expensive,
  failed: a.failed + b.failed,
});
