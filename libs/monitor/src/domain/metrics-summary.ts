import type { Answer, metricsSummarySchema, metricSummarySchema } from '@contentflow/contracts';
import { type Moments, quantileOf, studentised, varianceOf, wilsonInterval, Z95 } from '@contentflow/statistics';
import type { GenerationMetrics, MetricName } from './generation-metrics.ts';

export type MetricSummary = Answer<typeof metricSummarySchema>;
export type MetricsSummary = Answer<typeof metricsSummarySchema>;

export function summaryOf(merged: GenerationMetrics): MetricsSummary {
  const { accepted, successes, cacheHits, failures, times } = merged;
  const metric = (name: MetricName): MetricSummary => metricSummary(merged.metrics[name]);
  const cost = merged.metrics.cost;
  const total = cost ? cost.n * cost.mean : 0;
  return {
    content: {
      accepted,
      generated: successes,
      failed: accepted - successes,
      successRate: share(successes, accepted),
      successInterval: accepted === 0 ? null : wilsonInterval({ n: accepted, successes }),
      failures,
      words: metric('words'),
    },
    performance: {
      timeMs: { ...metric('timeMs'), p50: quantileOf(times, 0.5) ?? null, p95: quantileOf(times, 0.95) ?? null },
      waitMs: metric('waitMs'),
      tokens: metric('tokens'),
      calls: metric('calls'),
      retries: metric('retries'),
      cacheHitRate: share(cacheHits, accepted),
    },
    quality: { score: metric('quality'), engagement: metric('engagement') },
    cost: { total, perGeneration: metric('cost'), perSuccess: share(total, successes) },
  };
}

const share = (part: number, of: number): number | null => (of === 0 ? null : part / of);

/** None of these is ever below 0; of one value nothing is known about how far it is off. */
function metricSummary(moments: Moments | undefined): MetricSummary {
  if (!moments || moments.n === 0) return { n: 0, mean: null, sd: null, lower: null, upper: null };
  const { n, mean } = moments;
  if (n === 1) return { n, mean, sd: null, lower: null, upper: null };
  const sd = Math.sqrt(varianceOf(moments));
  const half = (studentised(Z95, n - 1) * sd) / Math.sqrt(n);
  return { n, mean, sd, lower: Math.max(0, mean - half), upper: mean + half };
}
