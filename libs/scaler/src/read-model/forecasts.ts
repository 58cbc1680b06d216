import { ForecastGraded, LoadForecast, projection, forecastSchema } from '@contentflow/contracts';

export const forecasts = projection('scaler.forecasts', forecastSchema, ['for'])
  .on(
    LoadForecast,
    (document, { id, data, time }) =>
      document ?? {
        id: data.forecastId,
        madeAt: time,
        for: data.for,
        expected: data.expected,
        lower: data.lower,
        upper: data.upper,
        forecaster: data.forecaster,
        status: 'open',
        eventId: id,
      },
    ({ data }) => data.forecastId,
  )
  .on(
    ForecastGraded,
    (document, { data }) => {
      const { actual, error, lastValueError, covered, demoted } = data;
      return document && { ...document, status: 'graded', actual, error, lastValueError, covered, demoted };
    },
    ({ data }) => data.forecastId,
  );
