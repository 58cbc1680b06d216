import { sampleMeasured, sampleMetrics } from '@contentflow/contracts/testing';
import { noMetrics, withGeneration } from './generation-metrics.ts';
import { summaryOf } from './metrics-summary.ts';

const summaryOfTimes = (...times: number[]) =>
  summaryOf(
    times.reduce(
      (metrics, timeMs) => withGeneration(metrics, { ...sampleMeasured, metrics: { ...sampleMetrics, timeMs } }),
      noMetrics,
    ),
  ).performance.timeMs;

describe('what is said of a metric', () => {
  it('is nothing of none, and only the value itself of one', () => {
    expect(summaryOfTimes()).toMatchObject({ n: 0, mean: null, sd: null, lower: null, upper: null, p50: null });
    expect(summaryOfTimes(7)).toMatchObject({ n: 1, mean: 7, sd: null, lower: null, upper: null });
  });

  it('is an interval as wide as few values ask for', () => {
    // By the t distribution of three degrees 11 ± 4.108; its quantile by Wallace's approximation is some per cent wider.
    const { mean, lower, upper } = summaryOfTimes(8, 10, 12, 14);
    expect(mean).toBe(11);
    expect((upper as number) - 11).toBeGreaterThan(4.1);
    expect((upper as number) - 11).toBeLessThan(4.35);
    expect(11 - (lower as number)).toBeCloseTo((upper as number) - 11);
  });

  it('has no time below zero, and two values are not one', () => {
    const { lower, p50, p95 } = summaryOfTimes(1, 100);
    expect(lower).toBe(0);
    expect(p50).toBeCloseTo(50.5, 0);
    expect(p95).toBeGreaterThan(90);
  });
});
