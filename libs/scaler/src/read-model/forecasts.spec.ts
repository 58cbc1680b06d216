import { ForecastGraded, LoadForecast, ScalingExecuted } from '@contentflow/contracts';
import { storedEvent, inOrder, sampleBasis } from '@contentflow/contracts/testing';
import { projected } from '@contentflow/read-model/testing';
import { forecasts } from './forecasts.ts';

const made = (forecastId: string, id: string) =>
  storedEvent(
    LoadForecast,
    { forecastId, for: 600_000, expected: 12, lower: 9, upper: 15, forecaster: 'seasonal', basis: sampleBasis },
    { id, time: 300_000 },
  );
const graded = (forecastId: string) =>
  storedEvent(ForecastGraded, {
    forecastId,
    expected: 12,
    actual: 16,
    error: 4,
    lastValueError: 6,
    covered: false,
    demoted: false,
    basis: sampleBasis,
  });

describe('the forecasts that are shown', () => {
  it('are open until their time has come', async () => {
    const documents = await projected(forecasts, inOrder(made('f', 'first')));
    expect(documents.get('f')).toEqual({
      id: 'f',
      madeAt: 300_000,
      for: 600_000,
      expected: 12,
      lower: 9,
      upper: 15,
      forecaster: 'seasonal',
      status: 'open',
      eventId: 'first',
    });
  });

  it('say how they did once they are graded, and stay as they were made', async () => {
    const documents = await projected(forecasts, inOrder(made('f', 'first'), graded('f'), made('f', 'again')));
    expect(documents.get('f')).toMatchObject({
      status: 'graded',
      actual: 16,
      error: 4,
      lastValueError: 6,
      covered: false,
      demoted: false,
      eventId: 'first',
    });
  });

  it('are none for a grade without a forecast, and none for what is no forecast', async () => {
    const other = storedEvent(ScalingExecuted, { scalingId: 's', from: 1, to: 2, executor: 'docker' });
    expect(await projected(forecasts, inOrder(graded('unknown'), other))).toEqual(new Map());
  });
});
