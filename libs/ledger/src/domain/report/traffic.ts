import {
  type EventData,
  type EventOf,
  FeedbackReceived,
  GenerationMeasured,
  type PromptCandidateScreened,
} from '@contentflow/contracts';
import { noSpend, type Spent, withPromptCost, withSpending } from '@contentflow/decisions';
import { DAY_MS, HOUR_MS, MINUTE_MS, ownValue, setOwnValue } from '@contentflow/kernel';
import {
  addToBivariate,
  addToMoments,
  type Bivariate,
  mergeBivariate,
  mergeMoments,
  type Moments,
  noBivariate,
  noMoments,
} from '@contentflow/statistics';
import { type HourOnTrial, withTrials } from './price-of-learning.ts';

/** What generations of one content type in one arm came to. All of it merges, and takes the same space for one or a million. */
export interface Cell {
  /** Briefs that ended: in a success or a failure. */
  readonly accepted: number;
  /** Milliseconds and points, of successes. */
  readonly time: Moments;
  readonly quality: Moments;
  /** x: success, 1 or 0; y: all that was spent on it. */
  readonly cost: Bivariate;
  /** Ratings that readers gave, 1–5. */
  readonly rating: Moments;
}
export const emptyCell: Cell = {
  accepted: 0,
  time: noMoments,
  quality: noMoments,
  cost: noBivariate,
  rating: noMoments,
};

export type Arm = 'holdback' | 'current';

/** Cells by content type and arm. */
export type Cells = Readonly<Record<string, Cell>>;
export const cellKey = (contentType: string, arm: Arm): string => `${contentType}|${arm}`;
export const cellParts = (key: string): { contentType: string; arm: Arm } => {
  const at = key.lastIndexOf('|');
  return { contentType: key.slice(0, at), arm: key.slice(at + 1) as Arm };
};

/** What happened from `from` on, for the length of its kind of bucket. */
export interface Bucket {
  readonly from: number;
  readonly cells: Cells;
}

/** One partition of the measurements, or of the feedback. */
export interface Traffic {
  readonly simulated: boolean;
  /** Time of the latest event. */
  readonly latest: number;
  /** Five minutes each: what the last six hours are made of. */
  readonly recent: readonly Bucket[];
  readonly hours: readonly Bucket[];
  /** Since the beginning. */
  readonly total: Cells;
  /** Briefs accepted, in steps of ten minutes. */
  readonly load: readonly Load[];
  /** What trying and having improvements costs. */
  readonly spent: Spent;
  readonly onTrial: readonly HourOnTrial[];
  /** Spending on prompts that were drafted, and tried on held-out briefs. */
  readonly prompts: { readonly total: number; readonly day: number; readonly ofDay: number };
}
export interface Load {
  readonly from: number;
  readonly accepted: number;
}
export const noTraffic: Traffic = {
  simulated: false,
  latest: 0,
  recent: [],
  hours: [],
  total: {},
  load: [],
  spent: noSpend,
  onTrial: [],
  prompts: { total: 0, day: 0, ofDay: 0 },
};

export const RECENT_BUCKET_MS = 5 * MINUTE_MS;
export const LOAD_BUCKET_MS = 10 * MINUTE_MS;
/** How long the buckets of a kind are, and how many of them are kept. */
interface BucketKind {
  readonly lengthMs: number;
  readonly kept: number;
}
/** Seven hours of them. */
const recentBuckets: BucketKind = { lengthMs: RECENT_BUCKET_MS, kept: 84 };
/** Two weeks of them. */
const hourBuckets: BucketKind = { lengthMs: HOUR_MS, kept: 14 * 24 };
/** A week. */
const LOAD_KEPT = 7 * 144;

/** What one event adds, and to which cell. */
interface Addition {
  readonly key: string;
  readonly add: (cell: Cell) => Cell;
}

export function withMeasurement(traffic: Traffic, { data, time }: EventOf<typeof GenerationMeasured>): Traffic {
  const addition = { key: keyOf(data), add: (cell: Cell): Cell => withGeneration(cell, data) };
  return {
    ...traffic,
    simulated: traffic.simulated || data.simulated,
    latest: Math.max(traffic.latest, time),
    recent: inBucket(traffic.recent, time, recentBuckets, addition),
    hours: inBucket(traffic.hours, time, hourBuckets, addition),
    total: inCell(traffic.total, addition),
    load: withLoad(traffic.load, data.acceptedAt),
    spent: withSpending(traffic.spent, data, time),
    onTrial: withTrials(traffic.onTrial, time, data),
  };
}

/** What new prompts cost before anyone is given what they make: all traffic but the holdback bears it. */
export function withPromptSpending(
  traffic: Traffic,
  time: number,
  {
    requestId,
    contentType,
    cost,
    simulated,
  }: Pick<EventData<typeof PromptCandidateScreened>, 'requestId' | 'contentType' | 'cost' | 'simulated'>,
  runs: number,
): Traffic {
  const add = (cell: Cell): Cell => {
    let spent = cell.cost;
    for (let run = 0; run < runs; run++) spent = addToBivariate(spent, 0, cost / runs);
    return { ...cell, cost: spent };
  };
  const addition = { key: cellKey(contentType, 'current'), add };
  return {
    ...traffic,
    simulated: traffic.simulated || simulated,
    latest: Math.max(traffic.latest, time),
    recent: inBucket(traffic.recent, time, recentBuckets, addition),
    hours: inBucket(traffic.hours, time, hourBuckets, addition),
    total: inCell(traffic.total, addition),
    spent: withPromptCost(traffic.spent, { requestId, cost }),
    prompts: withCost(traffic.prompts, time, cost),
  };
}

function withCost({ total, day, ofDay }: Traffic['prompts'], time: number, cost: number): Traffic['prompts'] {
  const today = Math.max(day, dayOf(time));
  return {
    total: total + cost,
    day: today,
    ofDay: (today === day ? ofDay : 0) + (dayOf(time) === today ? cost : 0),
  };
}
export const dayOf = (time: number): number => Math.floor(time / DAY_MS);

/** A rating; those of a flood count for nothing. */
export function withRating(traffic: Traffic, { data, time }: EventOf<typeof FeedbackReceived>): Traffic {
  if (data.flood) return traffic;
  const add = (cell: Cell): Cell => ({ ...cell, rating: addToMoments(cell.rating, data.rating) });
  const addition = { key: keyOf(data), add };
  return {
    ...traffic,
    simulated: traffic.simulated || data.simulated,
    latest: Math.max(traffic.latest, time),
    hours: inBucket(traffic.hours, time, hourBuckets, addition),
    total: inCell(traffic.total, addition),
  };
}

function withGeneration(cell: Cell, { outcome, metrics }: EventData<typeof GenerationMeasured>): Cell {
  const isSuccess = outcome === 'ok';
  return {
    ...cell,
    accepted: cell.accepted + 1,
    time: isSuccess ? addToMoments(cell.time, metrics.timeMs) : cell.time,
    quality: isSuccess && metrics.quality !== null ? addToMoments(cell.quality, metrics.quality) : cell.quality,
    cost: addToBivariate(cell.cost, isSuccess ? 1 : 0, metrics.cost),
  };
}

const keyOf = ({ contentType, assignment }: EventData<typeof GenerationMeasured | typeof FeedbackReceived>): string =>
  cellKey(contentType, assignment.holdback ? 'holdback' : 'current');

const inCell = (cells: Cells, { key, add }: Addition): Cells => ({
  ...cells,
  [key]: add(ownValue(cells, key) ?? emptyCell),
});

/** Events come nearly in order, so the bucket is among the last; what is older than the oldest kept is let go. */
function inBucket(
  buckets: readonly Bucket[],
  time: number,
  { lengthMs, kept }: BucketKind,
  addition: Addition,
): readonly Bucket[] {
  const from = Math.floor(time / lengthMs) * lengthMs;
  let at = buckets.length;
  while (at > 0 && (buckets[at - 1] as Bucket).from > from) at--;
  const found = buckets[at - 1];
  if (found?.from === from) return buckets.with(at - 1, { from, cells: inCell(found.cells, addition) });
  if (at === 0 && buckets.length >= kept) return buckets;
  return buckets.toSpliced(at, 0, { from, cells: inCell({}, addition) }).slice(-kept);
}

function withLoad(load: readonly Load[], acceptedAt: number): readonly Load[] {
  const from = Math.floor(acceptedAt / LOAD_BUCKET_MS) * LOAD_BUCKET_MS;
  let at = load.length;
  while (at > 0 && (load[at - 1] as Load).from > from) at--;
  const found = load[at - 1];
  if (found?.from === from) return load.with(at - 1, { from, accepted: found.accepted + 1 });
  return load.toSpliced(at, 0, { from, accepted: 1 }).slice(-LOAD_KEPT);
}

export const mergeCell = (a: Cell, b: Cell): Cell => ({
  accepted: a.accepted + b.accepted,
  time: mergeMoments(a.time, b.time),
  quality: mergeMoments(a.quality, b.quality),
  cost: mergeBivariate(a.cost, b.cost),
  rating: mergeMoments(a.rating, b.rating),
});

/** Merged in the order given: partitions in partition order, buckets in that of time. */
export function mergeCells(each: readonly Cells[]): Cells {
  const merged: Record<string, Cell> = {};
  for (const cells of each)
    for (const [key, cell] of Object.entries(cells)) {
      const before = ownValue(merged, key);
      setOwnValue(merged, key, before ? mergeCell(before, cell) : cell);
    }
  return merged;
}
