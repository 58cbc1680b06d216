import { defaultPolicy, type Policy } from '@contentflow/contracts';
import { MINUTE_MS } from '@contentflow/kernel';
import { forecastNext, type ForecastState, type LoadForecast, startForecast } from '@contentflow/statistics';
import { loadBefore, type LoadMinute, MINUTES_KEPT } from './load.ts';

/** Forecasts speak of steps: the mean load per minute of so many minutes, so many steps ahead. */
export interface Steps {
  readonly minutes: number;
  readonly horizon: number;
}

export const stepsOf = ({ scaling }: Policy): Steps => {
  const minutes = Math.max(1, Math.round(scaling.forecastEveryMs / MINUTE_MS));
  return { minutes, horizon: Math.max(1, Math.round(scaling.horizonMs / (minutes * MINUTE_MS))) };
};

/** What the fold forecasts by as it goes. A policy that asks for other steps has its forecasts made from the start. */
export const defaultSteps = stepsOf(defaultPolicy);

export const areDefault = ({ minutes, horizon }: Steps): boolean =>
  minutes === defaultSteps.minutes && horizon === defaultSteps.horizon;

/** The forecast made when the step that ended at `until` had been observed. */
export interface StepForecast {
  readonly until: number;
  readonly lastValue: number;
  readonly forecast: LoadForecast;
  readonly state: ForecastState;
}

/** The forecast after all steps that every worker has reported on; a step nobody reported on is like the one before it. */
export function forecastUpTo(
  before: StepForecast | null,
  minutes: readonly LoadMinute[],
  observed: number,
  steps: Steps,
): StepForecast | null {
  const stepMs = steps.minutes * MINUTE_MS;
  // After so long a silence it begins again.
  let current = before && observed - before.until <= MINUTES_KEPT * MINUTE_MS ? before : null;
  const first = minutes[0];
  if (!first) return current;
  // A minute told of long before or after all others adds no more steps than minutes are kept.
  const since = Math.max(first.minute * MINUTE_MS, observed - MINUTES_KEPT * MINUTE_MS);
  const firstStep = Math.ceil(since / stepMs) * stepMs;
  for (let until = (current?.until ?? firstStep) + stepMs; until <= observed; until += stepMs) {
    const lastValue = loadBefore(minutes, until, steps.minutes) ?? current?.lastValue ?? 0;
    const state =
      current?.state ?? startForecast({ horizon: steps.horizon, period: Math.round((24 * 60) / steps.minutes) });
    current = { until, lastValue, ...forecastNext(state, lastValue) };
  }
  return current;
}
