import { newEvent, Topic, WebhookAbandoned, WebhookDelivered } from '@contentflow/contracts';
import { backOffMs, HOUR_MS, messageOf, ownValue } from '@contentflow/kernel';
import {
  type Configuration,
  FoldHost,
  type HostedFold,
  PersonalData,
  PLATFORM,
  type Platform,
  type PostOutcome,
  postWebhook,
} from '@contentflow/nest-platform';
import type { GroupSubscription } from '@contentflow/event-log';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { type DueWebhook, recordSettled, WEBHOOKS, webhooks, type Webhooks } from './domain/due-webhooks.ts';
import type { PersonalWords } from './domain/sealed-brief.ts';
import { messageIdOf, webhookMessage } from './domain/webhook-message.ts';
import { type Receiver, WebhookTurns } from './domain/webhook-receivers.ts';
import { GENERATOR_OPTIONS, type GeneratorOptions } from './generator-options.ts';

/** Until what could not be recorded is recorded again. */
const AFTER_FAILURE_MS = 5_000;
/** A receiver that asks for more is asked again all the same. */
const LONGEST_WAIT_MS = HOUR_MS;
/** Each further wait is so many times the one before. */
const BACK_OFF_GROWTH = 4;

/**
 * Tells those who asked for it that content is ready. What is due is folded from the log, and so is what has been told: after a
 * crash whatever has no outcome yet is told once more, by whoever owns its partition now. Nothing waits for it, and no receiver for another:
 * see `WebhookTurns`.
 */
@Injectable()
export class WebhookDeliveries implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private hosted: HostedFold<Webhooks> | undefined;
  private owned: ReadonlySet<string> = new Set();
  private isCaughtUp = false;
  private readonly turns = new WebhookTurns();
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private membership: GroupSubscription | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(GENERATOR_OPTIONS) private readonly options: GeneratorOptions,
    private readonly folds: FoldHost,
    private readonly personal: PersonalData,
  ) {}

  /** In a simulated day nobody is told of anything. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.platform.simulated) return;
    const { log, storedLog } = this.platform;
    const ends = await log.ends(webhooks.topics);
    this.hosted = await this.folds.start(WEBHOOKS, webhooks, () => this.startDue());
    void this.hosted.caughtUpTo(ends).then(() => {
      this.isCaughtUp = true;
      this.startDue();
    });
    this.membership = await storedLog.subscribe({
      group: 'generator-webhooks',
      topics: [Topic.content],
      handle: async () => [],
      onAssigned: (partitions) => {
        this.owned = partitions;
        this.startDue();
      },
    });
  }

  /** As this process sees them. */
  receivers(): readonly Receiver[] {
    return this.turns.all();
  }

  /** What is under way is given up, and taken up again by the next process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.underWay);
    await this.membership?.stop();
  }

  /** Not before all outcomes of earlier runs are known. */
  private startDue(): void {
    if (!this.hosted || !this.isCaughtUp || this.stopping.signal.aborted) return;
    const { parts } = this.hosted.folded();
    const all = Object.values(parts);
    recordSettled(all);
    this.turns.prune((contentId) => all.some(({ due }) => due.has(contentId)));
    for (const key of this.owned)
      for (const [contentId, webhook] of ownValue(parts, key)?.due ?? []) this.start(contentId, webhook);
  }

  private start(contentId: string, webhook: DueWebhook): void {
    const receiver = receiverOf(webhook.url);
    const attempt = this.turns.begin(contentId, receiver);
    if (attempt === undefined) return;
    const work = this.deliver(webhook, receiver, attempt).finally(() => {
      this.underWay.delete(work);
      this.startDue();
    });
    this.underWay.add(work);
  }

  /** One try, and what follows from it. Whoever waits for the next one holds nobody up. */
  private async deliver(webhook: DueWebhook, receiver: string, attempt: number): Promise<void> {
    const { attempts, firstRetryMs } = this.policy();
    const outcome = await this.post(webhook);
    this.turns.end(receiver, outcome.ok ? undefined : outcome.reason);
    if (!outcome.ok && this.stopping.signal.aborted) return;
    if (outcome.ok || outcome.isFinal || attempt >= attempts) return this.record(webhook, attempt, outcome);
    if (attempt === 1) this.platform.logger.warn({ receiver, reason: outcome.reason }, 'a web-hook was not taken');
    const jitter = 1 + this.platform.random.next() / 4;
    const ownWaitMs = backOffMs(attempt, { firstMs: firstRetryMs, growth: BACK_OFF_GROWTH });
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(ownWaitMs, outcome.retryAfterMs ?? 0)) * jitter;
    this.turns.waits(receiver);
    void this.platform.clock.sleep(waitMs, this.stopping.signal).then(() => {
      this.turns.mayTryAgain(webhook.result.data.contentId, receiver);
      this.startDue();
    });
  }

  /** A log may hold what no request would be taken with, such as an address that is none: no further try can help there. */
  private async post(webhook: DueWebhook): Promise<PostOutcome> {
    const { secret, allowPrivateAddresses } = this.policy();
    const at = this.platform.clock.now();
    try {
      const message = webhookMessage(webhook, await this.wordsOf(webhook));
      const { signal } = this.stopping;
      return await postWebhook({ url: webhook.url, ...message, at, secret, allowPrivateAddresses, signal });
    } catch (error) {
      return { ok: false, reason: messageOf(error), isFinal: true };
    }
  }

  private async wordsOf({ result: { data } }: DueWebhook): Promise<PersonalWords | undefined> {
    return data.personal && this.personal.opened<PersonalWords>(data.personal, data.contentId);
  }

  /** What came of it, until the log takes it: the receiver is not told again for that. */
  private async record({ url, result }: DueWebhook, attempts: number, outcome: PostOutcome): Promise<void> {
    const { clock, log, logger } = this.platform;
    const { contentId } = result.data;
    const about = { subject: contentId, time: clock.now(), cause: result };
    const data = { contentId, url: withoutSecrets(url), messageId: messageIdOf(contentId), attempts };
    const event = outcome.ok
      ? newEvent(WebhookDelivered, { ...about, data: { ...data, status: outcome.status } })
      : newEvent(WebhookAbandoned, { ...about, data: { ...data, reason: outcome.reason } });
    while (!this.stopping.signal.aborted)
      try {
        await log.append([event]);
        return;
      } catch (error) {
        logger.error({ err: error, content: contentId }, 'a web-hook could not be recorded');
        await clock.sleep(AFTER_FAILURE_MS, this.stopping.signal);
      }
  }

  private policy(): Configuration['webhooks'] {
    return this.options.webhooks ?? defaultPolicy;
  }
}

const defaultPolicy: Configuration['webhooks'] = { attempts: 7, firstRetryMs: 1000, allowPrivateAddresses: false };

/** An address may carry a token in its query or a password; the log need not. */
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.origin}${parsed.pathname}` : 'no address';
}

/** By its origin: what is behind one that fails mostly fails together. */
const receiverOf = (url: string): string => URL.parse(url)?.origin ?? 'no address';
