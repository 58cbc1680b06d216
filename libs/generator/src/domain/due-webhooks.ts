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

/** Of one partition: of the content topic what is asked for and due, of operations what has been settled. */
export interface Webhooks {
  /** Whom to tell of what is still being made, by content id. */
  readonly asked: Map<string, string>;
  readonly due: Map<string, DueWebhook>;
  /** Of which content the receiver has been told, or will not be. */
  readonly settled: Set<string>;
}

/** What it goes by among the folds of a process. */
export const WEBHOOKS = 'generator.webhooks';

type Ended = DueWebhook['result'];
const ended = (webhooks: Webhooks, result: Ended): Webhooks => {
  const { contentId } = result.data;
  const url = webhooks.asked.get(contentId);
  if (url === undefined) return webhooks;
  webhooks.asked.delete(contentId);
  webhooks.due.set(contentId, { url, result });
  return webhooks;
};
const settle = (webhooks: Webhooks, contentId: string): Webhooks => {
  webhooks.settled.add(contentId);
  return webhooks;
};

/** Who is to be told of what, and of what they have been. The first result of a brief is the one; changed in place, as queues are long. */
export const webhooks = fold<Webhooks>(() => ({ asked: new Map(), due: new Map(), settled: new Set() }))
  .on(BriefAccepted, (known, { data }) => {
    if (data.webhook !== undefined) known.asked.set(data.contentId, data.webhook);
    return known;
  })
  .on(ContentGenerated, ended)
  .on(GenerationFailed, ended)
  .on(WebhookDelivered, (known, { data }) => settle(known, data.contentId))
  .on(WebhookAbandoned, (known, { data }) => settle(known, data.contentId));

/** Strikes out what has been settled, on both sides at once: a snapshot has all of it or nothing. */
export function recordSettled(parts: Iterable<Webhooks>): void {
  const all = [...parts];
  for (const { settled } of all)
    for (const contentId of settled) if (all.some(({ due }) => due.delete(contentId))) settled.delete(contentId);
}
