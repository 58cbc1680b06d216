import { defaultPolicy, ForecastGraded } from '@contentflow/contracts';
import { initialSystemState } from '@contentflow/decisions';
import { MINUTE_MS } from '@contentflow/kernel';
import { gradeForecast, grading } from './grading.ts';
import type { Grade, ScalerState, PastForecast } from './scaler-state.ts';
import type { LoadMinute } from './load.ts';

const forecast = {
  forecastId: 'f',
  forecaster: 'blend',
  for: 0,
  expected: 20,
  lower: 15,
  upper: 30,
  lastValue: 10,
};

describe('a grade', () => {
  it('says how far the forecast was off, and whether its interval held', () => {
    const before = { n: 0, error: 0, lastValueError: 0 };
    expect(gradeForecast({ forecast, actual: 24, before })).toEqual({
      error: 4,
      lastValueError: 14,
      covered: true,
      demoted: false,
    });
    expect(gradeForecast({ forecast, actual: 31, before }).covered).toBe(false);
  });

  it('demotes a forecaster that has lost to the last value for an hour', () => {
    const losing = { n: 11, error: 60, lastValueError: 40 };
    expect(gradeForecast({ forecast, actual: 10, before: losing }).demoted).toBe(true);
    expect(gradeForecast({ forecast, actual: 10, before: { ...losing, n: 10 } }).demoted).toBe(false);
    expect(gradeForecast({ forecast, actual: 10, before: { ...losing, error: 20 } }).demoted).toBe(false);
  });

  it('never demotes the last value itself', () => {
    const before = { n: 50, error: 60, lastValueError: 40 };
    expect(gradeForecast({ forecast: { ...forecast, forecaster: 'last_value' }, actual: 10, before }).demoted).toBe(
      false,
    );
  });
});

describe('the grading of forecasts', () => {
  const at = 20 * MINUTE_MS;
  const made = (forecastId: string, until: number): PastForecast => ({ ...forecast, forecastId, for: until });
  /** Ten briefs a minute, of which one worker reported last at this time. */
  const knownAt = (reportedAt: number, given: Partial<ScalerState>): ScalerState => ({
    ...grading.fold.initial(),
    minutes: Array.from({ length: 20 }, (_, minute) => minuteOf(minute, 10)),
    workers: { worker: reportedAt },
    ...given,
  });
  const due = (known: ScalerState) => grading.due([known], initialSystemState, at);

  it('is due once every worker has reported on the time that was forecast', () => {
    const forecasts = [made('early', 10 * MINUTE_MS), made('late', 19 * MINUTE_MS)];
    expect(due(knownAt(at, { forecasts })).map(({ question }) => question)).toEqual(['grade:early', 'grade:late']);
    expect(due(knownAt(18 * MINUTE_MS, { forecasts })).map(({ question }) => question)).toEqual(['grade:early']);
    expect(due(knownAt(18 * MINUTE_MS, { forecasts, minutes: [] }))).toEqual([]);
  });

  it('stands on what came, and on the grades of the same forecaster alone', () => {
    const grade = (forecaster: string, error: number): Grade => ({
      forecaster,
      at: 0,
      error,
      lastValueError: 2,
      demoted: false,
    });
    const grades = [grade('blend', 3), grade('last_value', 50), grade('blend', 4)];
    const [{ evidence }] = due(knownAt(at, { forecasts: [made('f', 10 * MINUTE_MS)], grades })) as [
      ReturnType<typeof due>[number],
    ];
    expect(evidence).toMatchObject({
      forecast: { forecastId: 'f' },
      actual: expect.closeTo(10),
      before: { n: 2, error: 7, lastValueError: 4 },
    });
  });

  it('decides one grade, which says how the forecast did', () => {
    const evidence = { forecast, actual: 24, before: { n: 0, error: 0, lastValueError: 0 } };
    expect(grading.decide(evidence, defaultPolicy, at)).toEqual([
      {
        definition: ForecastGraded,
        subject: 'scaler',
        data: {
          forecastId: 'f',
          expected: 20,
          actual: 24,
          error: 4,
          lastValueError: 14,
          covered: true,
          demoted: false,
        },
      },
    ]);
  });
});

const minuteOf = (minute: number, accepted: number): LoadMinute => ({
  minute,
  accepted,
  completed: accepted,
  workerMs: MINUTE_MS,
  inFlightMs: 0,
  capacityMs: 0,
  cpuMs: 0,
  memoryMs: 0,
  queueMs: 0,
  responseMs: 0,
});
