import { type EventData, ScalingDecided, ScalingExecuted, ScalingFailed, Topic } from '@contentflow/contracts';
import type { Projection, StoredEvent } from '@contentflow/kernel';

/** One change of the number of instances, from decision to done. Times in epoch milliseconds. */
export interface ScalingDocument {
  readonly id: string;
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly experiments: readonly string[];
  readonly status: 'decided' | 'executed' | 'failed';
  readonly executor?: string;
  readonly endedAt?: number;
  readonly error?: string;
  readonly eventId: string;
}

export const scalings: Projection<ScalingDocument> = {
  name: 'scaler.scalings',
  topics: [Topic.decisions],
  indexes: ['at', 'status'],
  idOf: ({ data }: StoredEvent<never>) => (data as { scalingId?: string }).scalingId,
  apply: {
    [ScalingDecided.type]: (document, { id, data, time }: StoredEvent<EventData<typeof ScalingDecided>>) =>
      document ?? {
        id: data.scalingId,
        at: time,
        from: data.from,
        to: data.to,
        reason: data.reason,
        experiments: data.experiments,
        status: 'decided',
        eventId: id,
      },
    [ScalingExecuted.type]: (document, { data, time }: StoredEvent<EventData<typeof ScalingExecuted>>) =>
      document && { ...document, status: 'executed', executor: data.executor, endedAt: time },
    [ScalingFailed.type]: (document, { data, time }: StoredEvent<EventData<typeof ScalingFailed>>) =>
      document && { ...document, status: 'failed', executor: data.executor, error: data.reason, endedAt: time },
  },
};
