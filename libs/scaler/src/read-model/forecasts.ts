import { ForecastGraded, LoadForecast, projection } from '@contentflow/contracts';

/** A forecast, and how it did once its time has come. Generations per minute; times in epoch milliseconds. */
export interface ForecastDocument {
  readonly id: string;
  readonly madeAt: number;
  readonly for: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly forecaster: string;
  readonly status: 'open' | 'graded';
  readonly actual?: number;
  readonly error?: number;
  readonly lastValueError?: number;
  readonly covered?: boolean;
  readonly demoted?: boolean;
  readonly eventId: string;
}

export const forecasts = projection<ForecastDocument>('scaler.forecasts', ['for', 'status'])
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
