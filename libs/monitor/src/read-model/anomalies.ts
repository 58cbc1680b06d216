import {
  AnomalyDetected,
  AnomalyHandled,
  AnomalyResolved,
  type EventData,
  projection,
  type Decision,
} from '@contentflow/contracts';

/** One anomaly from its opening to its end. Times in epoch milliseconds. */
export interface AnomalyDocument extends Omit<EventData<typeof AnomalyDetected>, 'basis'> {
  readonly id: string;
  readonly status: 'open' | 'resolved';
  readonly detectedAt: number;
  readonly action: string | null;
  readonly target: string | null;
  readonly resolvedAt: number | null;
  readonly lastedMs: number | null;
  /** The decisions about it. */
  readonly events: readonly string[];
}

const anomalyOf = ({ data }: Decision<{ readonly anomalyId: string }>): string => data.anomalyId;

export const anomalyDocuments = projection<AnomalyDocument>('monitor.anomalies', [
  'detectedAt',
  'status+detectedAt',
  'contentType+detectedAt',
])
  .onDecision(
    AnomalyDetected,
    (document, { id, data: { basis: _basis, ...data }, time }) =>
      document ?? {
        ...data,
        id: data.anomalyId,
        status: 'open',
        detectedAt: time,
        action: null,
        target: null,
        resolvedAt: null,
        lastedMs: null,
        events: [id],
      },
    anomalyOf,
  )
  .onDecision(
    AnomalyHandled,
    (document, { id, data: { action, target } }) =>
      document && { ...document, action, target, events: [...document.events, id] },
    anomalyOf,
  )
  .onDecision(
    AnomalyResolved,
    (document, { id, data: { lastedMs }, time }) =>
      document && { ...document, status: 'resolved', resolvedAt: time, lastedMs, events: [...document.events, id] },
    anomalyOf,
  );
