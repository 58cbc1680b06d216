import { type EventOf, GenerationMeasured, idInPartition, projection } from '@contentflow/contracts';
import { HOUR_MS, MINUTE_MS, type Projection } from '@contentflow/kernel';
import { type GenerationMetrics, noMetrics, withGeneration } from '../domain/generation-metrics.ts';

/** What generations of one content type by one model came to, in one stretch of time, as one partition has seen it. */
export interface MetricsDocument extends GenerationMetrics {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly contentType: string;
  readonly model: string;
}

export const FINE_MS = 10 * MINUTE_MS;
export const COARSE_MS = HOUR_MS;

/** One document for each content type, model, stretch of this length, and partition. */
const metricsEvery = (name: string, lengthMs: number): Projection<MetricsDocument> => {
  const fromOf = (time: number): number => Math.floor(time / lengthMs) * lengthMs;
  const idOf = (event: EventOf<typeof GenerationMeasured>): string =>
    idInPartition(`${fromOf(event.time)}|${event.data.contentType}|${event.data.model}`, event);
  return projection<MetricsDocument>(name, ['from']).on(
    GenerationMeasured,
    (document, event) => {
      const { contentType, model } = event.data;
      const empty = { ...noMetrics, id: idOf(event), from: fromOf(event.time), contentType, model };
      return withGeneration<MetricsDocument>(document ?? empty, event.data);
    },
    idOf,
  );
};

export const fineMetrics = metricsEvery('monitor.metrics-of-partitions', FINE_MS);
export const hourlyMetrics = metricsEvery('monitor.hourly-metrics-of-partitions', COARSE_MS);
