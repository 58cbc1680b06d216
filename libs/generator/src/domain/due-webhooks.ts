import {
  BriefAccepted,
  ContentGenerated,
  type EventData,
  GenerationFailed,
  Topic,
  WebhookAbandoned,
  WebhookDelivered,
} from '@contentflow/contracts';
import type { Fold, StoredEvent } from '@contentflow/kernel';

/** The end of a content item that somebody wants to hear of. */
export interface DueWebhook {
  readonly url: string;
  readonly result: StoredEvent<EventData<typeof ContentGenerated> | EventData<typeof GenerationFailed>>;
}

/** Of one partition. */
export interface Webhooks {
  /** Whom to tell of what is still being made, by content id. */
  readonly asked: Map<string, string>;
  readonly due: Map<string, DueWebhook>;
}

type Ended = DueWebhook['result'];
const ended = (webhooks: Webhooks, result: Ended): Webhooks => {
  const { contentId } = result.data;
  const url = webhooks.asked.get(contentId);
  if (url === undefined) return webhooks;
  webhooks.asked.delete(contentId);
  webhooks.due.set(contentId, { url, result });
  return webhooks;
};

/** Who is to be told of what, on the content topic. The first result of a brief is the one; changed in place, as queues are long. */
export const dueWebhooks: Fold<Webhooks> = {
  topics: [Topic.content],
  initial: () => ({ asked: new Map(), due: new Map() }),
  apply: {
    [BriefAccepted.type]: (webhooks, { data }: StoredEvent<EventData<typeof BriefAccepted>>) => {
      if (data.webhook !== undefined) webhooks.asked.set(data.contentId, data.webhook);
      return webhooks;
    },
    [ContentGenerated.type]: ended,
    [GenerationFailed.type]: ended,
  },
};

/** Of which content the receiver has been told, or will not be. */
export const settledWebhooks: Fold<Set<string>> = {
  topics: [Topic.operations],
  initial: () => new Set(),
  apply: {
    [WebhookDelivered.type]: (settled, { data }: StoredEvent<EventData<typeof WebhookDelivered>>) =>
      settled.add(data.contentId),
    [WebhookAbandoned.type]: (settled, { data }: StoredEvent<EventData<typeof WebhookAbandoned>>) =>
      settled.add(data.contentId),
  },
};
