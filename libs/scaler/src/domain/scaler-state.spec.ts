import { LoadForecast } from '@contentflow/contracts';
import { evolve, type StoredEvent } from '@contentflow/kernel';
import { scalerState } from './scaler-state.ts';

const forecast = (forecastId: string, evidence: unknown): StoredEvent => ({
  id: forecastId,
  partition: 0,
  offset: 0,
  topic: LoadForecast.topic,
  type: LoadForecast.type,
  source: 'scaler',
  subject: 'forecast',
  time: 0,
  correlationId: 'c',
  data: {
    forecastId,
    for: 1000,
    forecaster: 'blend',
    expected: 3,
    lower: 1,
    upper: 5,
    basis: { procedure: 'p', question: 'q', at: 0, evidence, policy: 'v', code: 'c', positions: {} },
  },
});

it.each([[{}], [null], ['much'], [{ lastValue: null }], [{ lastValue: '7' }], [[7]]])(
  'a forecast made on %j is not kept: nobody could grade it',
  (evidence) => {
    const made = [forecast('forged', evidence), forecast('true', { lastValue: 7 })];
    const { forecasts } = made.reduce((state, event) => evolve(scalerState, state, event), scalerState.initial());
    expect(forecasts).toMatchObject([{ forecastId: 'true', lastValue: 7 }]);
  },
);
