import { LoadForecast } from '@contentflow/contracts';
import { decided, type DecisionProcedure } from '@contentflow/decisions';
import { MINUTE_MS } from '@contentflow/kernel';
import { forecastAtShare, plannedShare } from '@contentflow/statistics';
import { mergedScalerState, type Grade, type ScalerState, scalerState } from './scaler-state.ts';
import { observedUntil } from './load.ts';
import { areDefault, forecastUpTo, stepsOf } from './step-forecast.ts';

/** What a forecast stands on. Loads in generations per minute. */
export interface ForecastEvidence {
  readonly for: number;
  readonly lastValue: number;
  /** Of forecasters weighed by how they did of late; the last value where that did better on the load so far. */
  readonly blend: {
    readonly expected: number;
    readonly lower: number;
    readonly upper: number;
    readonly isDemoted: boolean;
    /** What is provided for; left out while too little is known. */
    readonly planned?: number;
  };
  /** Whether the blend lost to the last value in the grades of the last hours. */
  readonly hasLost: boolean;
}

export const LAST_VALUE = 'last_value';
const BLEND = 'blend';

/** The blend, until it is demoted; then the last value with as much room around it. */
export function decideForecast({ blend, hasLost, lastValue }: ForecastEvidence) {
  const { isDemoted, ...made } = blend;
  if (!hasLost || isDemoted) return { ...made, forecaster: isDemoted ? LAST_VALUE : BLEND };
  const { expected, lower, upper, planned } = made;
  const [below, above] = expected > 0 ? [lower / expected, upper / expected] : [0.5, 1.5];
  return {
    expected: lastValue,
    lower: lastValue * below,
    upper: lastValue * above,
    ...(planned !== undefined && expected > 0 && { planned: lastValue * (planned / expected) }),
    forecaster: LAST_VALUE,
  };
}

/** A forecast each step, as soon as every living worker has reported on all of it. */
export const forecasting: DecisionProcedure<ScalerState, ForecastEvidence> = {
  name: 'scaler.forecasts',
  // Due when its step has been observed, which is asked each minute.
  every: () => MINUTE_MS,
  fold: scalerState,
  due: (parts, { policy }, at) => {
    const { minutes, workers, forecasts, grades, defaultForecast } = mergedScalerState(parts);
    const observed = observedUntil(workers, at);
    if (observed === undefined) return [];
    const steps = stepsOf(policy);
    const made = areDefault(steps) ? defaultForecast : forecastUpTo(null, minutes, observed, steps);
    if (!made) return [];
    const target = made.until + steps.horizon * steps.minutes * MINUTE_MS;
    if (target <= at || (forecasts.at(-1)?.for ?? 0) >= target) return [];
    const planned = forecastAtShare(made.state, plannedShare(policy.scaling.unservedCost));
    const blend = { ...made.forecast, ...(planned !== undefined && { planned }) };
    const evidence = { for: target, lastValue: made.lastValue, blend, hasLost: hasLost(grades) };
    return [{ question: `forecast:${target}`, evidence }];
  },
  decide: (evidence) => {
    const forecastId = `forecast-${new Date(evidence.for).toISOString()}`;
    return [decided(LoadForecast, 'scaler', { forecastId, for: evidence.for, ...decideForecast(evidence) })];
  },
};

/** A demotion holds for as long as its grade is kept. */
const hasLost = (grades: readonly Grade[]): boolean => grades.some(({ demoted }) => demoted);
