import { z } from 'zod';

/** `qualitySpread`: how far the quality of two contents is apart, in points; quality is consistent where it is small. */
export const metricSchema = z.enum([
  'time',
  'cost',
  'tokens',
  'quality',
  'qualitySpread',
  'success',
  'cacheHits',
  'satisfaction',
]);
export type Metric = z.output<typeof metricSchema>;

const lowerIsBetter: ReadonlySet<Metric> = new Set(['time', 'cost', 'tokens', 'qualitySpread']);

/** A relative change of a metric as an improvement: above 0 where it is for the better. */
export const improvementIn = (metric: Metric, relativeChange: number): number =>
  lowerIsBetter.has(metric) ? -relativeChange : relativeChange;
