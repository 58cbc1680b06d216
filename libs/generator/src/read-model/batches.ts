import { BriefAccepted, projection, type BatchDocument } from '@contentflow/contracts';

export const batches = projection<BatchDocument>('generator.batches', ['acceptedAt']).on(
  BriefAccepted,
  (document, { data: { batch, simulated }, time }) =>
    document ?? (batch && { id: batch.id, acceptedAt: time, simulated }),
  ({ data }) => data.batch?.id,
);
