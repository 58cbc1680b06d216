import {
  type Answer,
  baselineMetrics,
  type EventOf,
  GenerationMeasured,
  idInPartition,
  projection,
} from '@contentflow/contracts';
import { z } from 'zod';
import { medianValue, mergedMedian, noMedian, withValue } from '../domain/baseline.ts';
import { groupKey } from '../domain/watched-generations.ts';

export type BaselineMetric = (typeof baselineMetrics)[number];

const median = z.object({ n: z.number(), log: z.number() });

/** What is usual for one content type by one model, as one partition has seen it. */
const baselineSchema = z.object({
  id: z.string(),
  contentType: z.string(),
  model: z.string(),
  updatedAt: z.number().describe('epoch milliseconds'),
  generations: z.number(),
  medians: z.object({ timeMs: median, cost: median, tokens: median, quality: median }),
  simulated: z.boolean(),
});
export type BaselineDocument = Answer<typeof baselineSchema>;

export const baselineDocuments = projection<BaselineDocument>('monitor.baselines-of-partitions', baselineSchema, [
  'contentType',
]).on(
  GenerationMeasured,
  (document, event) => {
    const { data, time } = event;
    const before = document ?? emptyBaseline(event);
    const updated = { ...before, generations: before.generations + 1, updatedAt: Math.max(before.updatedAt, time) };
    // A failure says nothing of what is usual, nor does an answer from the cache.
    if (data.outcome !== 'ok' || data.cacheHit) return updated;
    return {
      ...updated,
      medians: learned(before.medians, data.metrics),
      simulated: before.simulated || data.simulated,
    };
  },
  (event) => idInPartition(groupKey(event.data), event),
);

const emptyBaseline = (event: EventOf<typeof GenerationMeasured>): BaselineDocument => ({
  id: idInPartition(groupKey(event.data), event),
  contentType: event.data.contentType,
  model: event.data.model,
  updatedAt: 0,
  generations: 0,
  medians: { timeMs: noMedian, cost: noMedian, tokens: noMedian, quality: noMedian },
  simulated: event.data.simulated,
});

/** One for each group, of what its partitions have seen; in the order of their ids. */
export function mergedBaselines(documents: readonly BaselineDocument[]): BaselineDocument[] {
  const ofGroups = Map.groupBy(documents.toSorted(byId), groupKey);
  return [...ofGroups].map(([id, parts]) => mergedBaseline(id, parts)).sort(byId);
}

const byId = (a: BaselineDocument, b: BaselineDocument): number => (a.id < b.id ? -1 : 1);

function mergedBaseline(id: string, parts: readonly BaselineDocument[]): BaselineDocument {
  const { contentType, model } = parts[0] as BaselineDocument;
  const medians = baselineMetrics.map((metric) => [metric, mergedMedian(parts.map((part) => part.medians[metric]))]);
  return {
    id,
    contentType,
    model,
    updatedAt: Math.max(...parts.map(({ updatedAt }) => updatedAt)),
    generations: parts.reduce((sum, { generations }) => sum + generations, 0),
    medians: Object.fromEntries(medians) as BaselineDocument['medians'],
    simulated: parts.some(({ simulated }) => simulated),
  };
}

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
