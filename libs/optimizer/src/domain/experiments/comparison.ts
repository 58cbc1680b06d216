import {
  type EventData,
  type Estimate,
  type ExperimentLooked,
  type Metric,
  metricSchema,
} from '@contentflow/contracts';
import {
  addToMoments,
  type ArmEvidence,
  type Moments,
  sequentialComparison,
  type SequentialPlan,
} from '@contentflow/statistics';
import type { Arms, ArmStatistics } from '../arm-statistics.ts';

/** How treatment stands against control in one metric, as an event tells it. */
export type MetricComparison = EventData<typeof ExperimentLooked>['metrics'][string];

/** One arm's statistics of a metric, epoch by epoch. */
export function evidenceOf(epochs: readonly Arms[], variant: keyof Arms, metric: Metric): ArmEvidence {
  if (metric !== 'success' && metric !== 'cacheHits') return epochs.map((epoch) => epoch[variant][metric]);
  const fullest = mostUnits(epochs);
  return epochs.map((epoch, index) => (index === fullest ? withDoubt(epoch[variant][metric]) : epoch[variant][metric]));
}

/**
 * A share with one more yes and one more no: an arm that never failed has no variance of its own, and would hide that the other one does.
 * Source: Agresti and Caffo (2000), The American Statistician 54(4)
 */
const withDoubt = (share: Moments): Moments => addToMoments(addToMoments(share, 1), 0);

/** The epoch with the most units. */
function mostUnits(epochs: readonly Arms[]): number {
  const units = epochs.map(({ control, treatment }) => control.cost.n + treatment.cost.n);
  return units.indexOf(Math.max(...units));
}

/** What a metric is held to at every look. */
export type Boundary = Pick<SequentialPlan, 'alpha' | 'horizonUnits' | 'tuning'>;

/** Compares the arms in one metric, valid at every look; undefined while nothing can be said of it. */
export function compare(epochs: readonly Arms[], metric: Metric, boundary: Boundary): MetricComparison | undefined {
  const control = evidenceOf(epochs, 'control', metric);
  const treatment = evidenceOf(epochs, 'treatment', metric);
  const { p, relative } = sequentialComparison({ control, treatment, ...boundary });
  if (!relative) return undefined;
  const [lower, upper] = relative.interval;
  if (![relative.difference, lower, upper].every(Number.isFinite)) return undefined;
  return {
    control: totalOf(epochs, 'control', metric),
    treatment: totalOf(epochs, 'treatment', metric),
    relative: { value: relative.difference, lower, upper },
    p,
  };
}

/** Every metric of which something can be said. */
export function compareAll(
  epochs: readonly Arms[],
  boundaryOf: (metric: Metric) => Boundary,
): Record<string, MetricComparison> {
  const compared = metricSchema.options.map((metric) => [metric, compare(epochs, metric, boundaryOf(metric))] as const);
  return Object.fromEntries(compared.filter((each): each is [Metric, MetricComparison] => each[1] !== undefined));
}

/** Units and mean of one arm over all epochs. */
export function totalOf(epochs: readonly Arms[], variant: keyof Arms, metric: Metric): { n: number; mean: number } {
  const parts = epochs.map((epoch) => meanOf(epoch[variant], metric));
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  return { n, mean: n === 0 ? 0 : parts.reduce((sum, part) => sum + part.n * part.mean, 0) / n };
}

function meanOf(statistics: ArmStatistics, metric: Metric): { n: number; mean: number } {
  const value = statistics[metric];
  return { n: value.n, mean: 'meanY' in value ? value.meanY : value.mean };
}

/** The effects an event reports, by metric. */
export const impactOf = (metrics: Readonly<Record<string, MetricComparison>>): Record<string, Estimate> =>
  Object.fromEntries(
    Object.entries(metrics)
      .filter(([, { control, treatment }]) => control.n > 1 && treatment.n > 1)
      .map(([metric, { relative }]) => [metric, relative]),
  );
