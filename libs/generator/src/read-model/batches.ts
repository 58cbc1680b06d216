import { BriefAccepted, projection, batchSchema } from '@contentflow/contracts';

/** Briefs of a batch lie in several partitions: whichever comes first, it was accepted with the earliest of them. */
export const batches = projection('generator.batches', batchSchema, ['acceptedAt']).on(
  BriefAccepted,
  (document, { data: { batch, keyId, simulated }, time }) =>
    batch && {
      id: batch.id,
      acceptedAt: Math.min(document?.acceptedAt ?? time, time),
      ...(keyId !== undefined && { keyId }),
      simulated: (document?.simulated ?? false) || simulated,
    },
  ({ data }) => data.batch?.id,
);
