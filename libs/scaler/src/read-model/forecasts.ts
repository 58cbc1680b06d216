import { type EventData, ForecastGraded, LoadForecast, Topic } from '@contentflow/contracts';
import type { Projection, StoredEvent } from '@contentflow/kernel';

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

export const forecasts: Projection<ForecastDocument> = {
  name: 'scaler.forecasts',
  topics: [Topic.decisions],
  indexes: ['for', 'status'],
  idOf: ({ data }: StoredEvent<never>) => (data as { forecastId?: string }).forecastId,
  apply: {
    [LoadForecast.type]: (document, { id, data, time }: StoredEvent<EventData<typeof LoadForecast>>) =>
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
    [ForecastGraded.type]: (document, { data }: StoredEvent<EventData<typeof ForecastGraded>>) => {
      const { actual, error, lastValueError, covered, demoted } = data;
      return document && { ...document, status: 'graded', actual, error, lastValueError, covered, demoted };
    },
  },
};
