import { z } from 'zod';
import {
  type EventData,
  ForecastGraded,
  LoadForecast,
  LoadObserved,
  ResourcesReconfigured,
  ScalingDecided,
  fold,
} from '@contentflow/contracts';
import { MINUTE_MS, type StoredEvent } from '@contentflow/kernel';
import { type LoadMinute, type LoadReport, observedUntil, withReport, type Workers, withWorker } from './load.ts';
import { forecastUpTo, type StepForecast, defaultSteps } from './step-forecast.ts';

/** What the scaler knows of the log: what its workers report, and what it has itself said and done. Bounded. */
export interface ScalerState {
  readonly minutes: readonly LoadMinute[];
  readonly workers: Workers;
  /** That their machine has room for, by the latest report; null where they have one each. */
  readonly mostInstances: number | null;
  /** Besides those that run; null where each has a machine of its own. */
  readonly moreInstances: number | null;
  /** What the load so far leads one to expect, in the usual steps. */
  readonly defaultForecast: StepForecast | null;
  /** Made and not yet graded, oldest first. */
  readonly forecasts: readonly PastForecast[];
  /** Of the last hours, oldest first. */
  readonly grades: readonly Grade[];
  readonly scalings: readonly Scaling[];
  /** The machine type in use; null while it is the first configured one. */
  readonly machineType: string | null;
  readonly reconfiguredAt: number | null;
}

export interface PastForecast {
  readonly forecastId: string;
  readonly forecaster: string;
  readonly for: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** What is provided for; the upper end where it does not say. */
  readonly planned?: number;
  /** The load when it was made: the forecast that everyone can make. */
  readonly lastValue: number;
}

export interface Grade {
  readonly forecaster: string;
  readonly at: number;
  readonly error: number;
  readonly lastValueError: number;
  readonly demoted: boolean;
}

export interface Scaling {
  readonly scalingId: string;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

const FORECASTS_KEPT = 100;
const SCALINGS_KEPT = 300;
/** A demotion lasts as long as its grade is kept. */
const GRADES_KEPT_MS = 6 * 60 * MINUTE_MS;

const initialScalerState: ScalerState = {
  minutes: [],
  workers: {},
  mostInstances: null,
  moreInstances: null,
  defaultForecast: null,
  forecasts: [],
  grades: [],
  scalings: [],
  machineType: null,
  reconfiguredAt: null,
};

export const scalerState = fold<ScalerState>(() => initialScalerState)
  .on(LoadObserved, (state, { data, time }) => observed(state, data, time))
  .on(LoadForecast, (state, { data }) => {
    const forecast = pastForecast(data);
    return !forecast || state.forecasts.some(({ forecastId }) => forecastId === data.forecastId)
      ? state
      : { ...state, forecasts: [...state.forecasts, forecast].slice(-FORECASTS_KEPT) };
  })
  .on(ForecastGraded, (state, event) => graded(state, event))
  .on(ScalingDecided, (state, { data, time }) => ({
    ...state,
    scalings: state.scalings.some(({ scalingId }) => scalingId === data.scalingId)
      ? state.scalings
      : [...state.scalings, { scalingId: data.scalingId, at: time, from: data.from, to: data.to }].slice(
          -SCALINGS_KEPT,
        ),
  }))
  .on(ResourcesReconfigured, (state, { data, time }) => ({
    ...state,
    machineType: data.to,
    reconfiguredAt: time,
  }));

function observed(state: ScalerState, report: LoadReport, at: number): ScalerState {
  const minutes = withReport(state.minutes, report, at);
  const workers = withWorker(state.workers, report.worker, at);
  const defaultForecast = forecastUpTo(state.defaultForecast, minutes, observedUntil(workers, at) ?? at, defaultSteps);
  const { mostInstances = null, moreInstances = null } = report;
  return { ...state, minutes, workers, mostInstances, moreInstances, defaultForecast };
}

/** What a decision stands on is whatever its procedure saw: a fold takes of it what it can read, and no word of it on trust. */
const forecastEvidence = z.object({ lastValue: z.number() });

/** Undefined where its evidence does not say the load that it was made at: nobody could grade it. */
function pastForecast({ basis, ...data }: EventData<typeof LoadForecast>): PastForecast | undefined {
  const evidence = forecastEvidence.safeParse(basis.evidence);
  if (!evidence.success) return undefined;
  const { forecastId, forecaster, expected, lower, upper, planned } = data;
  return {
    forecastId,
    forecaster,
    for: data.for,
    expected,
    lower,
    upper,
    ...(planned !== undefined && { planned }),
    lastValue: evidence.data.lastValue,
  };
}

function graded(state: ScalerState, { data, time }: StoredEvent<EventData<typeof ForecastGraded>>): ScalerState {
  const forecast = state.forecasts.find(({ forecastId }) => forecastId === data.forecastId);
  if (!forecast) return state;
  const { error, lastValueError, demoted } = data;
  const grade = { forecaster: forecast.forecaster, at: time, error, lastValueError, demoted };
  return {
    ...state,
    forecasts: state.forecasts.filter((each) => each !== forecast),
    grades: [...state.grades.filter(({ at }) => time - at < GRADES_KEPT_MS), grade],
  };
}

/** What is known over all partitions. Reports and decisions lie on different topics, so their parts never overlap. */
export function mergedScalerState(parts: readonly ScalerState[]): ScalerState {
  const longest = <T>(lists: readonly (readonly T[])[]): readonly T[] =>
    lists.reduce((a, b) => (b.length > a.length ? b : a), []);
  return {
    minutes: longest(parts.map(({ minutes }) => minutes)),
    workers: Object.assign({}, ...parts.map(({ workers }) => workers)) as Workers,
    mostInstances: parts.find(({ mostInstances }) => mostInstances !== null)?.mostInstances ?? null,
    moreInstances: parts.find(({ moreInstances }) => moreInstances !== null)?.moreInstances ?? null,
    defaultForecast: parts.find(({ defaultForecast }) => defaultForecast !== null)?.defaultForecast ?? null,
    forecasts: longest(parts.map(({ forecasts }) => forecasts)),
    grades: longest(parts.map(({ grades }) => grades)),
    scalings: longest(parts.map(({ scalings }) => scalings)),
    machineType: parts.find(({ machineType }) => machineType !== null)?.machineType ?? null,
    reconfiguredAt: parts.find(({ reconfiguredAt }) => reconfiguredAt !== null)?.reconfiguredAt ?? null,
  };
}
