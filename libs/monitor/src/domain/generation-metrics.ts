import type { Answer, EventData, GenerationMeasured } from '@contentflow/contracts';
import { ownValue, setOwnValue } from '@contentflow/kernel';
import {
  addToMoments,
  addToSketch,
  emptySketch,
  mergeMoments,
  mergeSketches,
  type Moments,
  noMoments,
} from '@contentflow/statistics';
import { z } from 'zod';

/** The metrics of a generation, by the names that the API has for them. */
export const metricNames = [
  'timeMs',
  'waitMs',
  'tokens',
  'calls',
  'cost',
  'quality',
  'engagement',
  'retries',
  'words',
] as const;
export type MetricName = (typeof metricNames)[number];

/** What generations came to. All of it merges. */
export const generationMetricsSchema = z.object({
  accepted: z.number(),
  successes: z.number(),
  cacheHits: z.number(),
  failures: z.record(z.string(), z.number()).describe('by class; those that were cancelled are not among the accepted'),
  metrics: z
    .partialRecord(z.enum(metricNames), z.object({ n: z.number(), mean: z.number(), m2: z.number() }))
    .describe('cost over all of them, everything else over successes'),
  times: z.object({
    ...{ accuracy: z.number(), count: z.number(), zeros: z.number(), min: z.number(), max: z.number() },
    positive: z.record(z.string(), z.number()),
    negative: z.record(z.string(), z.number()),
  }),
  simulated: z.boolean(),
});
export type GenerationMetrics = Answer<typeof generationMetricsSchema>;

/** Relative error of the quantiles of times: finer than a person tells apart, and a few hundred numbers at most. */
const TIMES_ACCURACY = 0.05;

export const noMetrics: GenerationMetrics = {
  accepted: 0,
  successes: 0,
  cacheHits: 0,
  failures: {},
  metrics: {},
  times: emptySketch(TIMES_ACCURACY),
  simulated: false,
};

type Measured = EventData<typeof GenerationMeasured>;

/** What metrics and baselines take of a measurement. */
export interface MeasuredFigures extends Pick<Measured, 'outcome' | 'cacheHit' | 'retries' | 'simulated'> {
  readonly metrics: Pick<
    Measured['metrics'],
    'timeMs' | 'waitMs' | 'tokens' | 'calls' | 'cost' | 'quality' | 'engagement'
  >;
  readonly covariates: { readonly words: number | null };
}

export function withGeneration<Metrics extends GenerationMetrics>(before: Metrics, data: MeasuredFigures): Metrics {
  const isSuccess = data.outcome === 'ok';
  return {
    ...before,
    accepted: before.accepted + 1,
    successes: before.successes + Number(isSuccess),
    cacheHits: before.cacheHits + Number(data.cacheHit),
    failures: isSuccess ? before.failures : withOneMore(before.failures, data.outcome),
    metrics: withValues(before.metrics, isSuccess ? valuesOf(data) : { cost: data.metrics.cost }),
    times: isSuccess ? addToSketch(before.times, data.metrics.timeMs) : before.times,
    simulated: before.simulated || data.simulated,
  };
}

/** What a person cancelled says nothing of its making, but was paid for all the same. */
export const withCancelled = <Metrics extends GenerationMetrics>(
  before: Metrics,
  { usage, simulated }: { readonly usage: { readonly cost: number }; readonly simulated: boolean },
): Metrics => ({
  ...before,
  failures: withOneMore(before.failures, 'cancelled'),
  metrics: withValues(before.metrics, { cost: usage.cost }),
  simulated: before.simulated || simulated,
});

const withOneMore = (counts: Readonly<Record<string, number>>, key: string): Record<string, number> => ({
  ...counts,
  [key]: (ownValue(counts, key) ?? 0) + 1,
});

type Values = Partial<Record<MetricName, number | null>>;

function valuesOf({ metrics, retries, covariates }: MeasuredFigures): Values {
  const { timeMs, waitMs, tokens, calls, cost, quality, engagement } = metrics;
  return { timeMs, waitMs, tokens, calls, cost, quality, engagement, retries, words: covariates.words };
}

function withValues(metrics: GenerationMetrics['metrics'], values: Values): GenerationMetrics['metrics'] {
  const changed: Partial<Record<MetricName, Moments>> = { ...metrics };
  for (const name of metricNames) {
    const value = values[name];
    if (value !== null && value !== undefined) changed[name] = addToMoments(changed[name] ?? noMoments, value);
  }
  return changed;
}

export function mergeMetrics(a: GenerationMetrics, b: GenerationMetrics): GenerationMetrics {
  const failures = { ...a.failures };
  for (const [failure, n] of Object.entries(b.failures))
    setOwnValue(failures, failure, (ownValue(failures, failure) ?? 0) + n);
  const metrics: Partial<Record<MetricName, Moments>> = { ...a.metrics };
  for (const name of metricNames) {
    const more = b.metrics[name];
    if (more) metrics[name] = mergeMoments(metrics[name] ?? noMoments, more);
  }
  return {
    accepted: a.accepted + b.accepted,
    successes: a.successes + b.successes,
    cacheHits: a.cacheHits + b.cacheHits,
    failures,
    metrics,
    times: mergeSketches(a.times, b.times),
    simulated: a.simulated || b.simulated,
  };
}
