import {
  AnomalyDetected,
  AnomalyHandled,
  AnomalyResolved,
  DecisionSequenced,
  type EventData,
  type EventOf,
  Topic,
} from '@contentflow/contracts';
import type { Projection } from '@contentflow/kernel';

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

type Entry = EventOf<typeof DecisionSequenced>;
type Change = (document: AnomalyDocument | undefined, data: never, entry: Entry) => AnomalyDocument | undefined;

const changes: Readonly<Record<string, Change>> = {
  [AnomalyDetected.type]: (document, { basis: _basis, ...data }: EventData<typeof AnomalyDetected>, entry) =>
    document ?? {
      ...data,
      id: data.anomalyId,
      status: 'open',
      detectedAt: entry.data.decision.time,
      action: null,
      target: null,
      resolvedAt: null,
      lastedMs: null,
      events: [entry.data.decision.id],
    },
  [AnomalyHandled.type]: (document, { action, target }: EventData<typeof AnomalyHandled>, entry) =>
    document && { ...document, action, target, events: [...document.events, entry.data.decision.id] },
  [AnomalyResolved.type]: (document, { lastedMs }: EventData<typeof AnomalyResolved>, entry) =>
    document && {
      ...document,
      status: 'resolved',
      resolvedAt: entry.data.decision.time,
      lastedMs,
      events: [...document.events, entry.data.decision.id],
    },
};

export const anomalyDocuments: Projection<AnomalyDocument> = {
  name: 'monitor.anomalies',
  topics: [Topic.ledger],
  indexes: ['detectedAt', 'status+detectedAt', 'contentType+detectedAt'],
  idOf: ({ data }: Entry) =>
    data.decision.type in changes ? (data.decision.data as { anomalyId: string }).anomalyId : undefined,
  apply: {
    [DecisionSequenced.type]: (document, entry: Entry) =>
      changes[entry.data.decision.type]?.(document, entry.data.decision.data as never, entry),
  },
};
