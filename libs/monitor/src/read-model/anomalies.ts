import {
  AnomalyDetected,
  AnomalyHandled,
  AnomalyResolved,
  projection,
  type Decision,
  anomalySchema,
} from '@contentflow/contracts';

const anomalyOf = ({ data }: Decision<{ readonly anomalyId: string }>): string => data.anomalyId;

export const anomalyDocuments = projection('monitor.anomalies', anomalySchema, [
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
