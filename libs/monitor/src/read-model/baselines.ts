import {
  type Answer,
  baselineMetrics,
  CompletionServed,
  GenerationMeasured,
  idInPartition,
  projection,
} from '@contentflow/contracts';
import { ownValue, type StoredEvent } from '@contentflow/kernel';
import { z } from 'zod';
import { medianValue, mergedMedian, noMedian, withValue } from '../domain/baseline.ts';
import type { MeasuredFigures } from '../domain/generation-metrics.ts';
import { answeredBy, figuresOf, UNNAMED } from '../domain/passed-on.ts';
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
  (document, event) => withFigures(document ?? emptyBaseline(event, event.data), event.data, event.time),
  (event) => idInPartition(groupKey(event.data), event),
);

function withFigures(before: BaselineDocument, figures: MeasuredFigures, time: number): BaselineDocument {
  const updated = { ...before, generations: before.generations + 1, updatedAt: Math.max(before.updatedAt, time) };
  // A failure says nothing of what is usual, nor does an answer from the cache.
  if (figures.outcome !== 'ok' || figures.cacheHit) return updated;
  return {
    ...updated,
    medians: learned(before.medians, figures.metrics),
    simulated: before.simulated || figures.simulated,
  };
}

const emptyBaseline = (
  event: Pick<StoredEvent, 'partition'>,
  { contentType, model, simulated }: Pick<BaselineDocument, 'contentType' | 'model' | 'simulated'>,
): BaselineDocument => ({
  id: idInPartition(groupKey({ contentType, model }), event),
  contentType,
  model,
  updatedAt: 0,
  generations: 0,
  medians: { timeMs: noMedian, cost: noMedian, tokens: noMedian, quality: noMedian },
  simulated,
});

/** So many models of calls that named no use have a baseline, the first: whoever calls may make up names, and some servers answer to any. */
const MOST_UNNAMED = 100;

const unnamedSchema = z.object({ id: z.string(), models: z.record(z.string(), baselineSchema) });
export type UnnamedBaselinesDocument = Answer<typeof unnamedSchema>;

/** What is usual for calls that named no use, by model. */
export const unnamedBaselineDocuments = projection<UnnamedBaselinesDocument>(
  'monitor.baselines-of-unnamed',
  unnamedSchema,
).on(
  CompletionServed,
  (document, event) => {
    const { data, time } = event;
    const before = document ?? { id: idInPartition(UNNAMED, event), models: {} };
    const { model } = answeredBy(data);
    const known = ownValue(before.models, model);
    const figures = figuresOf(data);
    // A name that has never answered may be anybody's.
    const isNew = !known && figures.outcome === 'ok' && Object.keys(before.models).length < MOST_UNNAMED;
    if ((!known && !isNew) || figures.outcome === 'cancelled') return before;
    const { simulated } = data;
    const baseline = known ?? emptyBaseline(event, { contentType: UNNAMED, model, simulated });
    return { ...before, models: { ...before.models, [model]: withFigures(baseline, figures, time) } };
  },
  (event) => idInPartition(UNNAMED, event),
);

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
