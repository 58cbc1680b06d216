/** A forecast with its 80 % interval, in the unit of the series, and how far its like went wrong lately. */
export interface Candidate {
  readonly forecaster: string;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** Discounted mean absolute error of the forecasts it would have made on the series so far; null while none has met its target. */
  readonly error: number | null;
}

/** What it would have said at each step for `horizon` steps later, from that step and those before it alone. */
type Forecaster = (series: readonly number[], horizon: number, stepsPerDay: number) => readonly (number | undefined)[];

export const LAST_VALUE = 'last_value';

const lastValue: Forecaster = (series) => series;

/** Exponential smoothing. */
const level: Forecaster = (series) => {
  let mean = series[0] ?? 0;
  return series.map((value) => (mean += 0.4 * (value - mean)));
};

/** Level and damped trend. Source: Gardner and McKenzie (1985), Management Science 31(10) */
const trend: Forecaster = (series, horizon) => {
  const [alpha, beta, damping] = [0.4, 0.1, 0.9];
  const ahead = (damping * (1 - damping ** horizon)) / (1 - damping);
  let mean = series[0] ?? 0;
  let slope = 0;
  return series.map((value) => {
    const before = mean;
    mean = alpha * value + (1 - alpha) * (mean + damping * slope);
    slope = beta * (mean - before) + (1 - beta) * damping * slope;
    return Math.max(0, mean + slope * ahead);
  });
};

/** The same time yesterday, times how today compares with yesterday so far. */
const daily: Forecaster = (series, horizon, stepsPerDay) =>
  series.map((_, step) => {
    const yesterday = series[step + horizon - stepsPerDay];
    if (yesterday === undefined || step < stepsPerDay) return undefined;
    const today = sumOfLast(series, step, 6);
    const then = sumOfLast(series, step - stepsPerDay, 6);
    return then > 0 ? yesterday * Math.min(3, Math.max(1 / 3, today / then)) : undefined;
  });

const sumOfLast = (series: readonly number[], step: number, count: number): number =>
  series.slice(Math.max(0, step - count + 1), step + 1).reduce((sum, value) => sum + value, 0);

const single: Readonly<Record<string, Forecaster>> = { [LAST_VALUE]: lastValue, level, trend, daily };

/** Old errors count less: half as much every two hours of five-minute steps. */
const DISCOUNT = 0.5 ** (1 / 24);
/** Errors needed before the spread of a forecaster's own errors gives its interval. */
const FEWEST_ERRORS = 20;
const LARGEST_SAMPLE = 288;

/**
 * What each forecaster says now for `horizon` steps ahead, and the combination of all, each weighted by the inverse of
 * its squared error so far.
 * Source of the weights: Bates and Granger (1969), Operational Research Quarterly 20(4)
 * @param series     load per minute, one value a step, oldest first
 * @param stepMinutes length of a step
 */
export function candidates(series: readonly number[], horizon: number, stepMinutes: number): Candidate[] {
  if (series.length === 0) return [];
  const stepsPerDay = Math.round((24 * 60) / stepMinutes);
  const said = Object.entries(single).map(
    ([name, forecaster]) => [name, forecaster(series, horizon, stepsPerDay)] as const,
  );
  const combined = combination(
    series,
    said.map(([, predictions]) => predictions),
    horizon,
  );
  return [...said, ['combination', combined] as const].flatMap(([name, predictions]) => {
    const expected = predictions.at(-1);
    return expected === undefined ? [] : [candidate(name, expected, series, predictions, horizon, stepMinutes)];
  });
}

function candidate(
  forecaster: string,
  expected: number,
  series: readonly number[],
  predictions: readonly (number | undefined)[],
  horizon: number,
  stepMinutes: number,
): Candidate {
  const misses: number[] = [];
  let total = 0;
  let weight = 0;
  for (let step = horizon; step < series.length; step++) {
    const predicted = predictions[step - horizon];
    if (predicted === undefined) continue;
    const actual = series[step] as number;
    // On the scale of the root the spread of counts does not depend on their size.
    misses.push(Math.sqrt(actual) - Math.sqrt(predicted));
    total = total * DISCOUNT + Math.abs(actual - predicted);
    weight = weight * DISCOUNT + 1;
  }
  const [lower, upper] = interval(expected, misses.slice(-LARGEST_SAMPLE), stepMinutes);
  return { forecaster, expected, lower, upper, error: weight === 0 ? null : total / weight };
}

function interval(expected: number, misses: readonly number[], stepMinutes: number): [number, number] {
  if (misses.length < FEWEST_ERRORS) {
    // Little is known yet: counting noise, and a quarter of the load itself.
    const half = 1.2816 * Math.sqrt(expected / stepMinutes + (expected / 4) ** 2);
    return [Math.max(0, expected - half), expected + half];
  }
  const sorted = misses.toSorted((a, b) => a - b);
  const root = Math.sqrt(expected);
  const bound = (share: number): number => Math.max(0, root + quantile(sorted, share)) ** 2;
  return [Math.min(expected, bound(0.1)), Math.max(expected, bound(0.9))];
}

export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

function combination(
  series: readonly number[],
  said: readonly (readonly (number | undefined)[])[],
  horizon: number,
): (number | undefined)[] {
  const errors = said.map(() => ({ total: 0, weight: 0 }));
  return series.map((actual, step) => {
    said.forEach((predictions, index) => {
      const predicted = predictions[step - horizon];
      const error = errors[index] as { total: number; weight: number };
      if (predicted === undefined) return;
      error.total = error.total * DISCOUNT + Math.abs(actual - predicted);
      error.weight = error.weight * DISCOUNT + 1;
    });
    let sum = 0;
    let weights = 0;
    said.forEach((predictions, index) => {
      const predicted = predictions[step];
      const error = errors[index] as { total: number; weight: number };
      if (predicted === undefined || error.weight === 0) return;
      const weight = 1 / (error.total / error.weight + 0.01) ** 2;
      sum += weight * predicted;
      weights += weight;
    });
    return weights === 0 ? actual : sum / weights;
  });
}
