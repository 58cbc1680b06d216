import {
  bucketsOf,
  emptySketch,
  mergeSketches,
  quantileOf,
  sketchWith,
  type QuantileSketch,
} from './quantile-sketch.ts';

/**
 * What is normal for a metric: its median and spread, untouched by the anomalies it is used to find. Mergeable, in
 * any order. The spread is the median absolute deviation × 1.4826, the standard deviation of a normal metric.
 * Source: Hampel (1974); Rousseeuw and Croux (1993)
 */
export interface RobustBaseline {
  readonly sketch: QuantileSketch;
  /** Values kept out as anomalies. */
  readonly excluded: number;
}

export const emptyBaseline = (): RobustBaseline => ({ sketch: emptySketch(), excluded: 0 });

/** Learns a value, unless it was found to be an anomaly. */
export const learn = (baseline: RobustBaseline, value: number, isAnomaly: boolean): RobustBaseline =>
  isAnomaly
    ? { ...baseline, excluded: baseline.excluded + 1 }
    : { ...baseline, sketch: sketchWith(baseline.sketch, [value]) };

export const mergeBaselines = (a: RobustBaseline, b: RobustBaseline): RobustBaseline => ({
  sketch: mergeSketches(a.sketch, b.sketch),
  excluded: a.excluded + b.excluded,
});

/** The median; undefined where nothing was learned. */
export const centreOf = ({ sketch }: RobustBaseline): number | undefined => quantileOf(sketch, 0.5);

/** Robust standard deviation, in the metric's unit; undefined where nothing was learned. */
export function spreadOf(baseline: RobustBaseline): number | undefined {
  const centre = centreOf(baseline);
  if (centre === undefined) return undefined;
  const deviations = bucketsOf(baseline.sketch)
    .map(({ value, count }) => ({ deviation: Math.abs(value - centre), count }))
    .sort((a, b) => a.deviation - b.deviation);
  let seen = 0;
  for (const { deviation, count } of deviations) {
    seen += count;
    if (seen >= baseline.sketch.count / 2) return 1.4826 * deviation;
  }
  return undefined;
}
