import { LoadForecast, type Policy } from '@contentflow/contracts';
import { decided, type Decided, type DecisionProcedure } from '@contentflow/decisions';
import { type Candidate, candidates, LAST_VALUE } from './forecasters.ts';
import { allKnown, type Grade, type Known, known } from './known.ts';
import { loadSteps, MINUTE_MS, observedUntil } from './load.ts';

/** What a forecast is chosen from. Loads in generations per minute. */
export interface ForecastEvidence {
  readonly for: number;
  readonly lastValue: number;
  readonly candidates: readonly Candidate[];
  /** Forecasters that lost to the last value when they were graded. */
  readonly demoted: readonly string[];
}

/** The forecaster that erred least lately, unless it has been demoted; the last value never is. */
export function decideForecast(evidence: ForecastEvidence): Candidate | undefined {
  const eligible = evidence.candidates.filter(({ forecaster }) => !evidence.demoted.includes(forecaster));
  const errorOf = ({ error }: Candidate): number => error ?? Infinity;
  return (
    eligible.reduce<Candidate | undefined>(
      (best, each) => (errorOf(each) < (best ? errorOf(best) : Infinity) ? each : best),
      undefined,
    ) ?? eligible.find(({ forecaster }) => forecaster === LAST_VALUE)
  );
}

/** Forecasts and grades speak of steps: the mean load per minute of so many minutes. */
export const stepMinutesOf = (policy: Policy): number =>
  Math.max(1, Math.round(policy.scaling.forecastEveryMs / MINUTE_MS));

/** A forecast each step, as soon as every living worker has reported on all of it. */
export const forecasting: DecisionProcedure<Known, ForecastEvidence> = {
  name: 'scaler.forecasts',
  fold: known,
  due: (parts, { policy }, at) => {
    const { minutes, workers, forecasts, grades } = allKnown(parts);
    const observed = observedUntil(workers, at);
    if (observed === undefined) return [];
    const stepMinutes = stepMinutesOf(policy);
    const stepMs = stepMinutes * MINUTE_MS;
    const until = Math.floor(observed / stepMs) * stepMs;
    const horizon = Math.max(1, Math.round(policy.scaling.horizonMs / stepMs));
    const target = until + horizon * stepMs;
    if ((forecasts.at(-1)?.for ?? 0) >= target) return [];

    const series = loadSteps(minutes, until, stepMinutes);
    const lastValue = series.at(-1);
    if (lastValue === undefined) return [];
    const evidence = {
      for: target,
      lastValue,
      candidates: candidates(series, horizon, stepMinutes),
      demoted: demotedBy(grades),
    };
    return [{ question: `forecast:${target}`, evidence }];
  },
  decide: (evidence): Decided[] => {
    const chosen = decideForecast(evidence);
    if (!chosen) return [];
    const { forecaster, expected, lower, upper } = chosen;
    const forecastId = `forecast-${new Date(evidence.for).toISOString()}`;
    return [decided(LoadForecast, 'scaler', { forecastId, for: evidence.for, expected, lower, upper, forecaster })];
  },
};

const demotedBy = (grades: readonly Grade[]): string[] => [
  ...new Set(grades.filter(({ demoted }) => demoted).map(({ forecaster }) => forecaster)),
];
