import { ScalingDecided, ScalingExecuted, ScalingFailed, projection, scalingSchema } from '@contentflow/contracts';

export const scalings = projection('scaler.scalings', scalingSchema, ['at'])
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
