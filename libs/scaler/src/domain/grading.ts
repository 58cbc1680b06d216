import { ForecastGraded } from '@contentflow/contracts';
import { decided, type DecisionProcedure } from '@contentflow/decisions';
import { MINUTE_MS } from '@contentflow/kernel';
import { LAST_VALUE } from './forecasting.ts';
import { mergedScalerState, type ScalerState, scalerState, type PastForecast } from './scaler-state.ts';
import { loadBefore, observedUntil } from './load.ts';
import { stepsOf } from './step-forecast.ts';

/** A forecast and what came. Errors are absolute, in generations per minute. */
export interface GradeEvidence {
  readonly forecast: PastForecast;
  readonly actual: number;
  /** Its forecaster's grades of the last hours. */
  readonly before: { readonly n: number; readonly error: number; readonly lastValueError: number };
}

/** Grades before a forecaster can be demoted: an hour of them. */
const MIN_GRADES = 12;

/** How a forecast did, and whether its forecaster has now lost to the last value. */
export function gradeForecast({ forecast, actual, before }: GradeEvidence) {
  const error = Math.abs(forecast.expected - actual);
  const lastValueError = Math.abs(forecast.lastValue - actual);
  const hasLost = before.n + 1 >= MIN_GRADES && before.error + error > before.lastValueError + lastValueError;
  return {
    error,
    lastValueError,
    covered: forecast.lower <= actual && actual <= forecast.upper,
    demoted: hasLost && forecast.forecaster !== LAST_VALUE,
  };
}

export const grading: DecisionProcedure<ScalerState, GradeEvidence> = {
  name: 'scaler.grades',
  // Due when its step has been observed, which is asked each minute.
  every: () => MINUTE_MS,
  fold: scalerState,
  due: (parts, { policy }, at) => {
    const { forecasts, grades, minutes, workers } = mergedScalerState(parts);
    const observed = observedUntil(workers, at) ?? 0;
    return forecasts
      .filter((forecast) => forecast.for <= observed)
      .flatMap((forecast) => {
        const actual = loadBefore(minutes, forecast.for, stepsOf(policy).minutes);
        if (actual === undefined) return [];
        const of = grades.filter(({ forecaster }) => forecaster === forecast.forecaster);
        const before = {
          n: of.length,
          error: of.reduce((sum, { error }) => sum + error, 0),
          lastValueError: of.reduce((sum, { lastValueError }) => sum + lastValueError, 0),
        };
        return [{ question: `grade:${forecast.forecastId}`, evidence: { forecast, actual, before } }];
      });
  },
  decide: (evidence) => {
    const { forecastId, expected } = evidence.forecast;
    const grade = gradeForecast(evidence);
    return [decided(ForecastGraded, 'scaler', { forecastId, expected, actual: evidence.actual, ...grade })];
  },
};
