import { forecastAtShare } from '../forecast.ts';
import { keda, kubernetes, needed, reactive } from './other-scalers.ts';
import { firstTested, rowsBefore, stepOf, type SeriesRow, timelineOf } from './series.ts';
import { SteppedForecasts } from './step-grid.ts';

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
  /** What load that is not served costs, against an instance that idles for as much; > 1. */
  readonly unservedCost?: number;
}

export type ScalingPolicyName = 'forecast' | 'lastValue' | 'reactive' | 'kubernetes' | 'keda' | 'static';

export interface ScaleBacktest {
  readonly rows: readonly ScaledRow[];
  readonly summary: Readonly<Record<ScalingPolicyName, ScalingResult>> & { readonly perfectInstanceSteps: number };
}

const LAST_VALUE_HEADROOM = 1.25;
/** Where nothing is said: load that is not served costs as much as seven times the capacity for it. */
const UNSERVED_COST = 7;

/**
 * The share of what may come that is provided for: one more instance is worth its cost while what it would serve is
 * more likely to come than that cost is a share of the other.
 * @param unservedCost  of load that is not served, ÷ that of an instance that idles for as much
 * @throws RangeError for a cost of 1 or less, at which nothing would be provided for
 * Source: Arrow, Harris, Marschak (1951), Optimal Inventory Policy, Econometrica 19(3): the critical fractile
 */
export function plannedShare(unservedCost: number): number {
  if (!(unservedCost > 1 && Number.isFinite(unservedCost)))
    throw new RangeError(`load that is not served costs more than an idle instance: above 1, got ${unservedCost}`);
  return 1 - 1 / unservedCost;
}

/**
 * `backtest scale`: the instances there are at each tested row, decided from rows that are older than an instance
 * takes to start, beside other ways of deciding under the same delay.
 * @throws RangeError for a capacity ≤ 0 or a negative delay
 */
export function backtestScale(unordered: readonly SeriesRow[], options: ScaleOptions): ScaleBacktest {
  const { capacity, startDelayMs, from = 0.7, unservedCost = UNSERVED_COST } = options;
  const { rows } = timelineOf(unordered);
  if (!(capacity > 0)) throw new RangeError(`capacity is above 0, got ${capacity}`);
  if (!(startDelayMs >= 0)) throw new RangeError(`a start delay is at least 0, got ${startDelayMs}`);
  const first = firstTested(rows, from);
  const learned = rows.slice(0, Math.max(2, first));
  const leadMs = Math.max(startDelayMs, stepOf(learned));
  const planned = plannedShare(unservedCost);
  if (rows.length === 0) throw new RangeError('there is no row to scale for');
  const known = rowsBefore(rows, leadMs);
  const tested = rows.slice(first);
  /** Instances at each tested row, from a decision made at the last row that was known. */
  const delayed = (decisions: readonly number[]): number[] =>
    tested.map((_, i) => decisions[known[first + i] as number] ?? 1);
  const judged = (instances: readonly number[]): ScalingResult => resultOf(tested, instances, capacity, perfect);

  const perfect = tested.reduce((sum, { value }) => sum + needed(value, capacity), 0);
  const forecasts = new SteppedForecasts(rows, { leadMs, learned });
  const instances = tested.map(({ timestamp }) => {
    const made = forecasts.at(timestamp - leadMs);
    return made ? needed(forecastAtShare(made.state, planned) ?? made.forecast.upper, capacity) : 1;
  });
  const peak = needed(
    learned.reduce((most, { value }) => Math.max(most, value), 0),
    capacity,
  );
  return {
    rows: tested.map(({ timestamp, value }, i) => ({ timestamp, load: value, instances: instances[i] as number })),
    summary: {
      perfectInstanceSteps: perfect,
      forecast: judged(instances),
      lastValue: judged(delayed(rows.map(({ value }) => needed(LAST_VALUE_HEADROOM * value, capacity)))),
      reactive: judged(delayed(reactive(rows, capacity))),
      kubernetes: judged(delayed(kubernetes(rows, capacity))),
      keda: judged(delayed(keda(rows, capacity))),
      static: judged(tested.map(() => peak)),
    },
  };
}

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
