import { type EventData, FeedbackReceived, GenerationMeasured, type Metric } from '@contentflow/contracts';
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

/** Sufficient statistics of one arm. Times in ms, quality and its spread 0–10, success and hits 0 or 1, satisfaction 1–5. */
export interface ArmStatistics {
  /** Without the attempts that failed: a timeout a minute long in one content of two hundred would drown all else. */
  readonly time: Bivariate;
  /** With them; earlier releases knew no other. */
  readonly wholeTime?: Bivariate;
  readonly cost: Bivariate;
  readonly tokens: Bivariate;
  readonly quality: Bivariate;
  /** Of contents taken two by two in the order in which they came, how far they are apart: Gini's mean difference. */
  readonly qualitySpread: Moments;
  /** The quality that waits for its pair. */
  readonly unpaired: number | null;
  readonly success: Moments;
  readonly cacheHits: Moments;
  readonly satisfaction: Moments;
}

export const noStatistics: ArmStatistics = {
  time: noBivariate,
  wholeTime: noBivariate,
  cost: noBivariate,
  tokens: noBivariate,
  quality: noBivariate,
  qualitySpread: noMoments,
  unpaired: null,
  success: noMoments,
  cacheHits: noMoments,
  satisfaction: noMoments,
};

export interface Arms {
  readonly control: ArmStatistics;
  readonly treatment: ArmStatistics;
}
export const noArms: Arms = { control: noStatistics, treatment: noStatistics };

/** How one event moves the statistics of the arm that it belongs to. */
export type Observed = (before: ArmStatistics) => ArmStatistics;

/** How one measurement does: time and quality count over successes, cost and success over all. */
export function measuredBy({ metrics, outcome, cacheHit, covariates }: EventData<typeof GenerationMeasured>): Observed {
  const x = covariates.keyPoints;
  const isSuccess = outcome === 'ok';
  return (before) => ({
    ...before,
    cost: addToBivariate(before.cost, x, metrics.cost),
    tokens: isSuccess ? addToBivariate(before.tokens, x, metrics.tokens) : before.tokens,
    ...(isSuccess ? withTime(before, x, metrics) : {}),
    ...(metrics.quality === null ? {} : withQuality(before, x, metrics.quality)),
    success: addToMoments(before.success, isSuccess ? 1 : 0),
    cacheHits: addToMoments(before.cacheHits, cacheHit ? 1 : 0),
  });
}

const withTime = (
  { time, wholeTime = noBivariate }: ArmStatistics,
  x: number,
  { timeMs, steadyMs = timeMs }: EventData<typeof GenerationMeasured>['metrics'],
): Pick<ArmStatistics, 'time' | 'wholeTime'> => ({
  time: addToBivariate(time, x, steadyMs),
  wholeTime: addToBivariate(wholeTime, x, timeMs),
});

const withQuality = (
  { quality, qualitySpread, unpaired }: ArmStatistics,
  x: number,
  value: number,
): Pick<ArmStatistics, 'quality' | 'qualitySpread' | 'unpaired'> => ({
  quality: addToBivariate(quality, x, value),
  ...(unpaired === null
    ? { qualitySpread, unpaired: value }
    : { qualitySpread: addToMoments(qualitySpread, Math.abs(value - unpaired)), unpaired: null }),
});

/** How a measurement does of which the cache alone says something. */
export const hitBy =
  ({ cacheHit }: EventData<typeof GenerationMeasured>): Observed =>
  (before) => ({ ...before, cacheHits: addToMoments(before.cacheHits, cacheHit ? 1 : 0) });

/** How one rating does. */
export const ratedBy =
  ({ rating }: Pick<EventData<typeof FeedbackReceived>, 'rating'>): Observed =>
  (before) => ({ ...before, satisfaction: addToMoments(before.satisfaction, rating) });

/** Whether a rating counts, and is of the traffic outside the holdback. */
export const isCountedRating = ({ flood, assignment }: EventData<typeof FeedbackReceived>): boolean =>
  !flood && !assignment.holdback;

export const mergeArms = (a: Arms, b: Arms): Arms => ({
  control: mergeStatistics(a.control, b.control),
  treatment: mergeStatistics(a.treatment, b.treatment),
});

export const mergeStatistics = (a: ArmStatistics, b: ArmStatistics): ArmStatistics =>
  a === noStatistics ? read(b) : b === noStatistics ? read(a) : merged(a, b);

/** What waits for its pair waits in its own partition. */
const read = (each: ArmStatistics): ArmStatistics => (each.unpaired === null ? each : { ...each, unpaired: null });

const merged = (a: ArmStatistics, b: ArmStatistics): ArmStatistics => ({
  time: mergeBivariate(a.time, b.time),
  wholeTime: mergeBivariate(wholeTimeOf(a), wholeTimeOf(b)),
  cost: mergeBivariate(a.cost, b.cost),
  tokens: mergeBivariate(a.tokens, b.tokens),
  quality: mergeBivariate(a.quality, b.quality),
  qualitySpread: mergeMoments(a.qualitySpread, b.qualitySpread),
  unpaired: null,
  success: mergeMoments(a.success, b.success),
  cacheHits: mergeMoments(a.cacheHits, b.cacheHits),
  satisfaction: mergeMoments(a.satisfaction, b.satisfaction),
});

/** With the attempts that failed. */
export const wholeTimeOf = ({ time, wholeTime = time }: ArmStatistics): Bivariate => wholeTime;

/** Mean, variance and count of a metric. */
export function sampleOfMetric(
  statistics: ArmStatistics,
  metric: Metric,
): { n: number; mean: number; variance: number } {
  const value = statistics[metric];
  const [mean, m2] = 'meanY' in value ? [value.meanY, value.m2Y] : [value.mean, value.m2];
  return { n: value.n, mean, variance: value.n > 1 ? m2 / (value.n - 1) : 0 };
}
