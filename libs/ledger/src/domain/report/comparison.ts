import { ownValue } from '@contentflow/kernel';
import type { Estimate } from '@contentflow/contracts';
import { type Sample, Z95 } from '@contentflow/statistics';
import type { Link, Links } from './chain.ts';
import { type ReportedMetric, reportedMetrics, sampleIn } from './reported-metrics.ts';
import { type Arm, type Cell, cellKey, cellParts, type Cells } from './traffic.ts';

export type Performance = Readonly<Record<ReportedMetric, Estimate | null>>;

/** Each arm over the same mix of content types, and the relative change between them. */
export interface ArmComparison {
  readonly initial: Performance;
  readonly current: Performance;
  /** (current − initial) ÷ initial. */
  readonly change: Performance;
  /** Weight of each content type: its share of the briefs of both arms. */
  readonly mix: Readonly<Record<string, number>>;
  /** Content types that one arm has no success of: in no figure. */
  readonly leftOut: readonly string[];
}

/** Holdback against all other traffic, weighted to the same mix of content types; a holdback that moved is led back to generation 0. */
export function compareArms(cells: Cells, links: Links = {}): ArmComparison {
  const types = [...new Set(Object.keys(cells).map((key) => cellParts(key).contentType))].sort();
  const isCounted = (type: string): boolean =>
    (['holdback', 'current'] as const).every((arm) => (ownValue(cells, cellKey(type, arm))?.time.n ?? 0) > 0);
  const counted = types.filter(isCounted);
  const mix = mixOf(cells, counted);
  const initial = sampled(cells, mix, 'holdback', links);
  const current = sampled(cells, mix, 'current');
  return {
    initial: performance((metric) => asEstimate(initial[metric])),
    current: performance((metric) => asEstimate(current[metric])),
    change: performance((metric) => relativeChange(initial[metric], current[metric])),
    mix,
    leftOut: types.filter((type) => !counted.includes(type)),
  };
}

function mixOf(cells: Cells, types: readonly string[]): Record<string, number> {
  const accepted = types.map(
    (type) =>
      (ownValue(cells, cellKey(type, 'holdback'))?.accepted ?? 0) +
      (ownValue(cells, cellKey(type, 'current'))?.accepted ?? 0),
  );
  const total = accepted.reduce((sum, each) => sum + each, 0);
  return Object.fromEntries(types.map((type, i) => [type, (accepted[i] as number) / total]));
}

/** A mean over the mix, and the variance of that mean. */
interface Weighted {
  readonly mean: number;
  readonly variance: number;
}
type WeightedMetrics = Readonly<Record<ReportedMetric, Weighted | null>>;

function sampled(cells: Cells, mix: Readonly<Record<string, number>>, arm: Arm, links: Links = {}): WeightedMetrics {
  return performance((metric) =>
    weighted(
      Object.entries(mix).map(([type, weight]) => [
        weight,
        linked(sampleIn(ownValue(cells, cellKey(type, arm)) as Cell, metric), ownValue(links, type)?.[metric]),
      ]),
    ),
  );
}

/** Variance of a quotient by the delta method, as relativeChange. */
function linked(sample: Sample, link: Link | undefined): Sample {
  if (!link) return sample;
  const { ratio, relativeVariance } = link;
  const variance = sample.variance / ratio ** 2 + (sample.n * relativeVariance * sample.mean ** 2) / ratio ** 2;
  return { ...sample, mean: sample.mean / ratio, variance };
}

function weighted(samples: readonly (readonly [weight: number, sample: Sample])[]): Weighted | null {
  if (samples.length === 0) return null;
  let mean = 0;
  let variance = 0;
  for (const [weight, sample] of samples) {
    mean += weight * sample.mean;
    variance += sample.n === 0 ? 0 : (weight * weight * sample.variance) / sample.n;
  }
  return { mean, variance };
}

/** 95 % interval, normal: these are means over hundreds. */
export const estimate = (value: number, variance: number): Estimate => {
  const half = Z95 * Math.sqrt(variance);
  return { value, lower: value - half, upper: value + half };
};

const asEstimate = (of: Weighted | null): Estimate | null => of && estimate(of.mean, of.variance);

/** Variance of a ratio of independent means by the delta method; Deng, Knoblich, Lu (2018), arXiv:1803.06336, eq. 3. */
function relativeChange(initial: Weighted | null, current: Weighted | null): Estimate | null {
  if (!initial || !current || initial.mean === 0) return null;
  const ratio = current.mean / initial.mean;
  const variance = current.variance / initial.mean ** 2 + (ratio ** 2 * initial.variance) / initial.mean ** 2;
  return estimate(ratio - 1, variance);
}

const performance = <Value>(of: (metric: ReportedMetric) => Value): Record<ReportedMetric, Value> =>
  Object.fromEntries(reportedMetrics.map((metric) => [metric, of(metric)])) as Record<ReportedMetric, Value>;
