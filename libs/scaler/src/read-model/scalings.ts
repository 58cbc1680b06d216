import { ScalingDecided, ScalingExecuted, ScalingFailed, projection } from '@contentflow/contracts';

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

export const scalings = projection<ScalingDocument>('scaler.scalings', ['at', 'status'])
  .on(
    ScalingDecided,
    (document, { id, data, time }) =>
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
    ({ data }) => data.scalingId,
  )
  .on(
    ScalingExecuted,
    (document, { data, time }) =>
      document && { ...document, status: 'executed', executor: data.executor, endedAt: time },
    ({ data }) => data.scalingId,
  )
  .on(
    ScalingFailed,
    (document, { data, time }) =>
      document && { ...document, status: 'failed', executor: data.executor, error: data.reason, endedAt: time },
    ({ data }) => data.scalingId,
  );
