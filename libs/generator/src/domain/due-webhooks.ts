import {
  BriefAccepted,
  ContentGenerated,
  type EventData,
  GenerationFailed,
  WebhookAbandoned,
  WebhookDelivered,
  fold,
} from '@contentflow/contracts';
import type { StoredEvent } from '@contentflow/kernel';

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
export const dueWebhooks = fold<Webhooks>(() => ({ asked: new Map(), due: new Map() }))
  .on(BriefAccepted, (webhooks, { data }) => {
    if (data.webhook !== undefined) webhooks.asked.set(data.contentId, data.webhook);
    return webhooks;
  })
  .on(ContentGenerated, ended)
  .on(GenerationFailed, ended);

/** Of which content the receiver has been told, or will not be. */
export const settledWebhooks = fold<Set<string>>(() => new Set())
  .on(WebhookDelivered, (settled, { data }) => settled.add(data.contentId))
  .on(WebhookAbandoned, (settled, { data }) => settled.add(data.contentId));
