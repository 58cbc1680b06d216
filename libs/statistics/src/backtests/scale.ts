import { forecastsOf } from './forecast.ts';
import { firstTested, rowsBefore, stepOf, type SeriesRow } from './series.ts';

export interface ScaledRow {
  /** Milliseconds. */
  readonly timestamp: number;
  readonly load: number;
  readonly instances: number;
}

/** How a way of scaling did on the tested part. */
export interface ScalingResult {
  /** Instance-steps ÷ those of perfect foresight. */
  readonly instanceSteps: number;
  /** Share of the load that no instance was there for. */
  readonly unserved: number;
}

export interface ScaleOptions {
  readonly horizonMs: number;
  readonly from?: number;
  /** Load that one instance serves. */
  readonly capacity: number;
  readonly startDelayMs: number;
}

export type ScalingPolicyName = 'forecast' | 'lastValue' | 'reactive' | 'kubernetes' | 'static';

export interface ScaleBacktest {
  readonly rows: readonly ScaledRow[];
  readonly summary: Readonly<Record<ScalingPolicyName, ScalingResult>> & { readonly perfectInstanceSteps: number };
}

/** The forecast's interval whose upper end is planned for: what one load in six exceeds. */
const PLANNED_COVERAGE = 0.7;
const LAST_VALUE_HEADROOM = 1.25;
/** Kubernetes' horizontal autoscaler as shipped: 10 % tolerance, five minutes before it scales down. */
const KUBERNETES = { target: 0.8, tolerance: 0.1, stabilisationMs: 300_000 };
const REACTIVE = { up: 0.8, down: 0.2 };

/**
 * `backtest scale`: the instances there are at each tested row, decided from rows that are older than an instance
 * takes to start, beside other ways of deciding under the same delay.
 * @throws RangeError for a capacity ≤ 0 or a negative delay
 */
export function backtestScale(rows: readonly SeriesRow[], options: ScaleOptions): ScaleBacktest {
  const { capacity, startDelayMs, from = 0.7 } = options;
  if (!(capacity > 0)) throw new RangeError(`capacity is above 0, got ${capacity}`);
  if (!(startDelayMs >= 0)) throw new RangeError(`a start delay is at least 0, got ${startDelayMs}`);
  const first = firstTested(rows, from);
  const leadMs = Math.max(startDelayMs, stepOf(rows.slice(0, Math.max(2, first))));
  const known = rowsBefore(rows, leadMs);
  const tested = rows.slice(first);
  /** Instances at each tested row, from a decision made at the last row that was known. */
  const delayed = (decisions: readonly number[]): number[] =>
    tested.map((_, i) => decisions[known[first + i] as number] ?? 1);
  const judged = (instances: readonly number[]): ScalingResult => resultOf(tested, instances, capacity, perfect);

  const perfect = tested.reduce((sum, { value }) => sum + needed(value, capacity), 0);
  const forecasts = forecastsOf(rows, leadMs, first, PLANNED_COVERAGE);
  const instances = delayed(forecasts.map(({ upper }) => needed(upper, capacity)));
  const peak = needed(Math.max(...rows.slice(0, Math.max(1, first)).map(({ value }) => value)), capacity);
  return {
    rows: tested.map(({ timestamp, value }, i) => ({ timestamp, load: value, instances: instances[i] as number })),
    summary: {
      perfectInstanceSteps: perfect,
      forecast: judged(instances),
      lastValue: judged(delayed(rows.map(({ value }) => needed(LAST_VALUE_HEADROOM * value, capacity)))),
      reactive: judged(delayed(reactive(rows, capacity))),
      kubernetes: judged(delayed(kubernetes(rows, capacity))),
      static: judged(tested.map(() => peak)),
    },
  };
}

const needed = (load: number, capacity: number): number => Math.max(1, Math.ceil(load / capacity));

function resultOf(
  tested: readonly SeriesRow[],
  instances: readonly number[],
  capacity: number,
  perfect: number,
): ScalingResult {
  let load = 0;
  let unserved = 0;
  tested.forEach(({ value }, i) => {
    load += value;
    unserved += Math.max(0, value - (instances[i] as number) * capacity);
  });
  return { instanceSteps: instances.reduce((a, b) => a + b, 0) / perfect, unserved: load > 0 ? unserved / load : 0 };
}

/** One instance up or down where use leaves its band. */
function reactive(rows: readonly SeriesRow[], capacity: number): number[] {
  let instances = needed(rows[0]?.value ?? 0, capacity);
  return rows.map(({ value }) => {
    const use = value / (instances * capacity);
    if (use > REACTIVE.up) instances++;
    else if (use < REACTIVE.down) instances = Math.max(1, instances - 1);
    return instances;
  });
}

/** Source: the algorithm in Kubernetes' documentation of the HorizontalPodAutoscaler */
function kubernetes(rows: readonly SeriesRow[], capacity: number): number[] {
  let instances = needed(rows[0]?.value ?? 0, capacity);
  const wanted: { timestamp: number; count: number }[] = [];
  return rows.map(({ timestamp, value }) => {
    const use = value / (instances * capacity) / KUBERNETES.target;
    const want = Math.abs(use - 1) <= KUBERNETES.tolerance ? instances : Math.max(1, Math.ceil(instances * use));
    wanted.push({ timestamp, count: want });
    while ((wanted[0]?.timestamp ?? timestamp) < timestamp - KUBERNETES.stabilisationMs) wanted.shift();
    instances = Math.max(...wanted.map(({ count }) => count));
    return instances;
  });
}
