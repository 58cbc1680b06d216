import { BriefAccepted, type EventData, Topic } from '@contentflow/contracts';
import type { Projection, StoredEvent } from '@contentflow/kernel';

/** That there is a batch; how far it is, its content tells. */
export interface BatchDocument {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
  readonly simulated: boolean;
}

type Accepted = StoredEvent<EventData<typeof BriefAccepted>>;

export const batches: Projection<BatchDocument> = {
  name: 'generator.batches',
  topics: [Topic.content],
  indexes: ['acceptedAt'],
  idOf: ({ type, data }: Accepted) => (type === BriefAccepted.type ? data.batch?.id : undefined),
  apply: {
    [BriefAccepted.type]: (document, { data, time }: Accepted) =>
      document ?? { id: data.batch?.id as string, acceptedAt: time, simulated: data.simulated },
  },
};
