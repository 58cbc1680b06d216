import { type EventOf, GenerationMeasured, projection } from '@contentflow/contracts';
import { medianValue, noMedian, type RunningMedian, withValue } from '../domain/baseline.ts';
import { groupKey } from '../domain/watched-generations.ts';

/** What is usual for one content type by one model. */
export interface BaselineDocument {
  readonly id: string;
  readonly contentType: string;
  readonly model: string;
  readonly updatedAt: number;
  readonly generations: number;
  readonly medians: Readonly<Record<BaselineMetric, RunningMedian>>;
  readonly simulated: boolean;
}

export const baselineMetrics = ['timeMs', 'cost', 'tokens', 'quality'] as const;
export type BaselineMetric = (typeof baselineMetrics)[number];

export const baselineDocuments = projection<BaselineDocument>('monitor.baselines', ['contentType']).on(
  GenerationMeasured,
  (document, { data, time }) => {
    const before = document ?? emptyBaseline(data);
    const updated = { ...before, generations: before.generations + 1, updatedAt: Math.max(before.updatedAt, time) };
    // A failure says nothing of what is usual, nor does an answer from the cache.
    if (data.outcome !== 'ok' || data.cacheHit) return updated;
    return {
      ...updated,
      medians: learned(before.medians, data.metrics),
      simulated: before.simulated || data.simulated,
    };
  },
  ({ data }) => groupKey(data),
);

const emptyBaseline = (data: EventOf<typeof GenerationMeasured>['data']): BaselineDocument => ({
  id: groupKey(data),
  contentType: data.contentType,
  model: data.model,
  updatedAt: 0,
  generations: 0,
  medians: { timeMs: noMedian, cost: noMedian, tokens: noMedian, quality: noMedian },
  simulated: data.simulated,
});

/** What no baseline takes in: the specification's anomalies. */
const isTypical: Readonly<Record<BaselineMetric, (value: number, median: number) => boolean>> = {
  timeMs: (value, median) => value <= 2 * median,
  cost: (value, median) => value <= 1.5 * median,
  tokens: (value, median) => value <= 2 * median,
  quality: (value, median) => value >= 0.8 * median,
};
const MIN_TO_JUDGE = 15;

function learned(
  medians: BaselineDocument['medians'],
  metrics: Readonly<Record<BaselineMetric, number | null>>,
): BaselineDocument['medians'] {
  const next = { ...medians };
  for (const metric of baselineMetrics) {
    const value = metrics[metric];
    const median = next[metric];
    if (value === null) continue;
    if (median.n < MIN_TO_JUDGE || isTypical[metric](value, medianValue(median) ?? value))
      next[metric] = withValue(median, value);
  }
  return next;
}
