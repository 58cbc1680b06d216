import { BriefAccepted, projection } from '@contentflow/contracts';

/** That there is a batch; how far it is, its content tells. */
export interface BatchDocument {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
  readonly simulated: boolean;
}

export const batches = projection<BatchDocument>('generator.batches', ['acceptedAt']).on(
  BriefAccepted,
  (document, { data: { batch, simulated }, time }) =>
    document ?? (batch && { id: batch.id, acceptedAt: time, simulated }),
  ({ data }) => data.batch?.id,
);
