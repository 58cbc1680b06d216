import {
  type Answer,
  type EventOf,
  GenerationFailed,
  GenerationMeasured,
  idInPartition,
  projection,
  UseServed,
} from '@contentflow/contracts';
import { HOUR_MS, MINUTE_MS, type Projection, type StoredEvent } from '@contentflow/kernel';
import { z } from 'zod';
import { generationMetricsSchema, noMetrics, withCancelled, withGeneration } from '../domain/generation-metrics.ts';
import { leadingCall } from '../domain/measure-generation.ts';

/** What generations of one content type by one model of one provider came to, in one stretch of time, as one partition has seen it. */
const metricsSchema = generationMetricsSchema.extend({
  id: z.string(),
  from: z.number().describe('epoch milliseconds'),
  contentType: z.string(),
  model: z.string(),
  provider: z.string(),
});
export type MetricsDocument = Answer<typeof metricsSchema>;

export const FINE_MS = 10 * MINUTE_MS;
export const COARSE_MS = HOUR_MS;

type Failed = EventOf<typeof GenerationFailed>;
type Served = EventOf<typeof UseServed>;
const isCancelled = ({ data }: Failed | Served): boolean => data.failure === 'cancelled';

/** One document for each content type, model, provider, stretch of this length, and partition. */
const metricsEvery = (name: string, lengthMs: number): Projection<MetricsDocument> => {
  const fromOf = (time: number): number => Math.floor(time / lengthMs) * lengthMs;
  const emptyFor = (
    event: StoredEvent,
    { contentType, model, provider }: Pick<MetricsDocument, 'contentType' | 'model' | 'provider'>,
  ): MetricsDocument => {
    const from = fromOf(event.time);
    const id = idInPartition(`${from}|${contentType}|${model}|${provider}`, event);
    return { ...noMetrics, id, from, contentType, model, provider };
  };
  const ofMeasured = (event: EventOf<typeof GenerationMeasured>) => emptyFor(event, event.data);
  const ofCancelled = (event: Failed | Served): MetricsDocument => {
    const contentType = 'brief' in event.data ? event.data.brief.contentType : event.data.use;
    const empty = emptyFor(event, { contentType, ...leadingCall(event.data.calls) });
    // Partitions of two topics have one number: no document hears from both.
    return { ...empty, id: `cancelled|${empty.id}` };
  };
  return projection<MetricsDocument>(name, metricsSchema, ['from'])
    .on(
      GenerationMeasured,
      (document, event) => withGeneration(document ?? ofMeasured(event), event.data),
      (event) => ofMeasured(event).id,
    )
    .on(
      GenerationFailed,
      (document, event) => withCancelled(document ?? ofCancelled(event), event.data),
      (event) => (isCancelled(event) ? ofCancelled(event).id : undefined),
    )
    .on(
      UseServed,
      (document, event) => withCancelled(document ?? ofCancelled(event), event.data),
      (event) => (isCancelled(event) ? ofCancelled(event).id : undefined),
    );
};

export const fineMetrics = metricsEvery('monitor.metrics-of-providers', FINE_MS);
export const hourlyMetrics = metricsEvery('monitor.hourly-metrics-of-providers', COARSE_MS);
