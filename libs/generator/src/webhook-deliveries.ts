import { newEvent, WebhookAbandoned, WebhookDelivered } from '@contentflow/contracts';
import { backOffMs, evolve, partitionKey, type StoredEvent } from '@contentflow/kernel';
import { type Configuration, PLATFORM, type Platform } from '@contentflow/nest-platform';
import type { Subscription } from '@contentflow/event-log';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type PostOutcome, postWebhook } from './adapters/post-webhook.ts';
import { type DueWebhook, dueWebhooks, settledWebhooks, type Webhooks } from './domain/due-webhooks.ts';
import { webhookMessage } from './domain/webhook-message.ts';
import { GENERATOR_OPTIONS, type GeneratorOptions } from './generator-options.ts';

const MAX_AT_ONCE = 32;
/** Each further wait is so many times the one before. */
const BACK_OFF_GROWTH = 4;

/**
 * Tells those who asked for it that content is ready. What is due is folded from the log, and so is what has been told: after a
 * crash whatever has no outcome yet is told once more, by whoever owns its partition now. Nothing waits for it.
 */
@Injectable()
export class WebhookDeliveries implements OnApplicationBootstrap, OnApplicationShutdown {
  /** By partition of the content topic. */
  private readonly webhooks = new Map<string, Webhooks>();
  private settled = settledWebhooks.initial();
  private owned: ReadonlySet<string> = new Set();
  private isCaughtUp = false;
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly subscriptions: Subscription[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(GENERATOR_OPTIONS) private readonly options: GeneratorOptions,
  ) {}

  /** In a simulated day nobody is told of anything. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.platform.simulated) return;
    const { log } = this.platform;
    const topics = [...dueWebhooks.topics, ...settledWebhooks.topics];
    const behind = new Map(Object.entries(await log.ends(topics)).filter(([, end]) => end > 0));
    this.isCaughtUp = behind.size === 0;
    this.subscriptions.push(
      await log.follow({
        topics,
        from: {},
        handle: async (events) => {
          for (const event of events) this.onEvent(event);
          const last = events.at(-1);
          if (!this.isCaughtUp && last) this.isCaughtUp = caughtUp(behind, events);
          this.startWhatIsDue();
        },
      }),
      await log.subscribe({
        group: 'generator-webhooks',
        topics: dueWebhooks.topics,
        handle: async () => [],
        onAssigned: (partitions) => {
          this.owned = partitions;
          this.startWhatIsDue();
        },
      }),
    );
  }

  /** What is under way is given up, and taken up again by the next process. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.underWay.values());
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
  }

  private onEvent(event: StoredEvent): void {
    const key = partitionKey(event.topic, event.partition);
    if (dueWebhooks.topics.includes(event.topic))
      this.webhooks.set(key, evolve(dueWebhooks, this.webhooks.get(key) ?? dueWebhooks.initial(), event));
    else this.settled = evolve(settledWebhooks, this.settled, event);
  }

  /** Not before all outcomes of earlier runs are known. */
  private startWhatIsDue(): void {
    if (!this.isCaughtUp || this.stopping.signal.aborted) return;
    for (const [key, { due }] of this.webhooks) {
      for (const [contentId, webhook] of due) {
        if (this.settled.delete(contentId)) due.delete(contentId);
        else if (this.owned.has(key) && !this.underWay.has(contentId)) this.start(contentId, webhook);
        if (this.underWay.size >= MAX_AT_ONCE) return;
      }
    }
  }

  private start(contentId: string, webhook: DueWebhook): void {
    const { logger } = this.platform;
    const work = this.deliver(webhook)
      .catch((error: unknown) => logger.error({ err: error, content: contentId }, 'a web-hook could not be recorded'))
      .finally(() => {
        this.underWay.delete(contentId);
        this.startWhatIsDue();
      });
    this.underWay.set(contentId, work);
  }

  private async deliver(webhook: DueWebhook): Promise<void> {
    const { clock } = this.platform;
    const { attempts, firstRetryMs } = this.policy();
    for (let attempt = 1; !this.stopping.signal.aborted; attempt++) {
      const outcome = await this.post(webhook);
      if (outcome.ok || outcome.isFinal || attempt >= attempts) return this.record(webhook, attempt, outcome);
      const jitter = 1 + this.platform.random.next() / 4;
      await clock.sleep(
        backOffMs(attempt, { firstMs: firstRetryMs, growth: BACK_OFF_GROWTH }) * jitter,
        this.stopping.signal,
      );
    }
  }

  private post(webhook: DueWebhook): Promise<PostOutcome> {
    const { secret, allowPrivateAddresses } = this.policy();
    const at = this.platform.clock.now();
    return postWebhook({ url: webhook.url, ...webhookMessage(webhook), at, secret, allowPrivateAddresses });
  }

  private async record({ url, result }: DueWebhook, attempts: number, outcome: PostOutcome): Promise<void> {
    const { clock, log } = this.platform;
    const { contentId } = result.data;
    const about = { subject: contentId, time: clock.now(), cause: result };
    const data = { contentId, url: withoutSecrets(url), messageId: webhookMessage({ url, result }).id, attempts };
    await log.append([
      outcome.ok
        ? newEvent(WebhookDelivered, { ...about, data: { ...data, status: outcome.status } })
        : newEvent(WebhookAbandoned, { ...about, data: { ...data, reason: outcome.reason } }),
    ]);
  }

  private policy(): Configuration['webhooks'] {
    return this.options.webhooks ?? defaultPolicy;
  }
}

const defaultPolicy: Configuration['webhooks'] = { attempts: 7, firstRetryMs: 1000, allowPrivateAddresses: false };

/** Whether these events were the last that had been there at the start. */
function caughtUp(behind: Map<string, number>, events: readonly StoredEvent[]): boolean {
  for (const { topic, partition, offset } of events) {
    const key = partitionKey(topic, partition);
    if (offset + 1 >= (behind.get(key) ?? 0)) behind.delete(key);
  }
  return behind.size === 0;
}

/** An address may carry a token in its query or a password; the log need not. */
function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
