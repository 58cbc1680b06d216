import { newEvent, NotificationFailed, NotificationSent, Topic } from '@contentflow/contracts';
import type { GroupSubscription } from '@contentflow/event-log';
import { backOffMs, ContentFlowError, HOUR_MS, hash128, messageOf as textOf, MINUTE_MS } from '@contentflow/kernel';
import {
  type ChannelSettings,
  FoldHost,
  type HostedFold,
  type NotificationSettings,
  PLATFORM,
  type Platform,
  type PostOutcome,
  postWebhook,
  SystemStateReader,
} from '@contentflow/nest-platform';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { sendMail } from './adapters/send-mail.ts';
import {
  DUE_NOTIFICATIONS,
  type DueMessage,
  idOf,
  messagesDue,
  type Outcome,
  type Told,
  toldIncidents,
} from './domain/due-notifications.ts';
import { knownNames } from './domain/incident-words.ts';
import {
  mailOf,
  type Message,
  messageOf,
  slackBody,
  testMessage,
  webhookBody,
} from './domain/notification-messages.ts';
import { isQuietBy } from './domain/quiet-hours.ts';
import { MONITOR_OPTIONS, type MonitorOptions } from './monitor-options.ts';

/** Quiet hours end without anything happening. */
const LOOK_EVERY_MS = MINUTE_MS / 4;
/** Until what could not be recorded is recorded again. */
const AFTER_FAILURE_MS = 5000;
/** A receiver that asks for more is asked again all the same. */
const LONGEST_WAIT_MS = HOUR_MS;
/** Each further wait is so many times the one before. */
const BACK_OFF_GROWTH = 4;

/** A channel as people see it: without secrets. */
export interface ShownChannel {
  readonly name: string;
  readonly kind: ChannelSettings['kind'];
  readonly to: string;
  readonly least: ChannelSettings['least'];
  readonly whenOver: boolean;
  /** The last try; null where there was none in a week. */
  readonly last: Pick<Outcome, 'at' | 'isSent' | 'reason'> | null;
}

export interface TestOutcome {
  readonly channel: string;
  readonly isSent: boolean;
  readonly reason: string | null;
}

/**
 * Tells people of incidents. What is due, and what came of each try, is folded from the log, so that a restart forgets neither what was told nor
 * when the next try is due. One process does it, whoever owns the one partition of its group; no channel waits for another.
 */
@Injectable()
export class Notifications implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly settings: NotificationSettings;
  private readonly isQuiet: (at: number) => boolean;
  private hosted: HostedFold<Told> | undefined;
  private isOwner = false;
  private wakesAt: number | undefined;
  private isCaughtUp = false;
  /** By channel. */
  private readonly underWay = new Map<string, Promise<void>>();
  /** Tries whose outcome stands in the log and is not folded yet, by notice. */
  private readonly recorded = new Map<string, number>();
  private readonly stopping = new AbortController();
  private membership: GroupSubscription | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MONITOR_OPTIONS) options: MonitorOptions,
    private readonly folds: FoldHost,
    private readonly system: SystemStateReader,
  ) {
    this.settings = options.notifications;
    this.isQuiet = isQuietBy(this.settings.quietHours);
  }

  /** In a simulated day nobody is told of anything. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.platform.simulated || this.settings.channels.length === 0) return;
    const { log, storedLog } = this.platform;
    const ends = await log.ends(toldIncidents.topics);
    this.hosted = await this.folds.start(DUE_NOTIFICATIONS, toldIncidents, () => this.startDue());
    void this.hosted.caughtUpTo(ends).then(() => {
      this.isCaughtUp = true;
      this.startDue();
    });
    // Of a topic that has one partition and little in it.
    this.membership = await storedLog.subscribe({
      group: 'monitor-notifications',
      topics: [Topic.checkpoints],
      handle: async () => [],
      onAssigned: (partitions) => {
        this.isOwner = partitions.size > 0;
        this.startDue();
      },
    });
    this.looking = this.look();
  }

  /** What is under way is given up, and taken up again by the next process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.looking, ...this.underWay.values()]);
    await this.membership?.stop();
  }

  channels(): ShownChannel[] {
    const outcomes = (this.hosted?.parts() ?? []).flatMap((part) => [...part.outcomes.values()]);
    return this.settings.channels.map((channel) => {
      const { name, kind, least, whenOver } = channel;
      const last = outcomes.filter((outcome) => outcome.channel === name).toSorted((a, b) => b.at - a.at)[0];
      const shown = last ? { at: last.at, isSent: last.isSent, reason: last.reason } : null;
      return { name, kind, to: placeOf(channel), least, whenOver, last: shown };
    });
  }

  quiet(): { readonly quietHours: NotificationSettings['quietHours'] | null; readonly isQuiet: boolean } {
    return { quietHours: this.settings.quietHours ?? null, isQuiet: this.isQuiet(this.platform.clock.now()) };
  }

  /**
   * Sends a test at once, in quiet hours too, and says what came of it.
   * @throws ContentFlowError `conflict` in a simulated day, `not-found` where there is no such channel, or none at all
   */
  async test(name?: string): Promise<TestOutcome[]> {
    if (this.platform.simulated) throw new ContentFlowError('conflict', 'the simulated demo sends nothing');
    const { channels } = this.settings;
    const chosen = channels.filter((channel) => name === undefined || channel.name === name);
    if (chosen.length === 0)
      throw new ContentFlowError(
        'not-found',
        name === undefined
          ? 'notifications.channels: there are none'
          : `notifications.channels: none is called "${name}"`,
        {
          fix:
            channels.length === 0
              ? 'name one in the configuration file'
              : `there are ${channels.map((each) => each.name).join(', ')}`,
        },
      );
    const at = this.platform.clock.now();
    return Promise.all(
      chosen.map(async (channel) => {
        const id = `msg_${hash128(`test:${channel.name}:${at}:${this.platform.random.next()}`)}`;
        const outcome = await this.send(channel, testMessage(id, at));
        return { channel: channel.name, isSent: outcome.ok, reason: outcome.ok ? null : outcome.reason };
      }),
    );
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.startDue();
      await this.platform.clock.sleep(LOOK_EVERY_MS, signal);
    }
  }

  /** Not before the outcomes of earlier runs are known. Of each channel one message at a time. */
  private startDue(): void {
    if (!this.hosted || !this.isOwner || !this.isCaughtUp || this.stopping.signal.aborted) return;
    const parts = this.hosted.parts();
    const { channels } = this.settings;
    const { due, nextAt } = messagesDue(parts, channels, this.isQuiet, this.platform.clock.now());
    this.startAt(nextAt);
    this.forgetFolded(parts);
    for (const message of due) {
      const name = message.channel;
      if (this.underWay.has(name) || this.isRecorded(message)) continue;
      const work = this.deliver(message).finally(() => {
        this.underWay.delete(name);
        this.startDue();
      });
      this.underWay.set(name, work);
    }
  }

  /** Wakes for the next try, also for one that an earlier run has announced. */
  private startAt(time: number | undefined): void {
    if (time === undefined || time === this.wakesAt) return;
    this.wakesAt = time;
    const waitMs = Math.max(0, time - this.platform.clock.now());
    void this.platform.clock.sleep(waitMs, this.stopping.signal).then(() => this.startDue());
  }

  private isRecorded({ notices, channel, attempts }: DueMessage): boolean {
    return notices.some((notice) => (this.recorded.get(idOf(notice, channel)) ?? 0) > attempts);
  }

  private forgetFolded(parts: readonly Told[]): void {
    for (const [id, attempts] of this.recorded)
      if (parts.some(({ outcomes }) => (outcomes.get(id)?.attempts ?? 0) >= attempts)) this.recorded.delete(id);
  }

  private async deliver(due: DueMessage): Promise<void> {
    const { clock, logger, random } = this.platform;
    const { attempts, firstRetryMs, consoleUrl } = this.settings;
    const attempt = due.attempts + 1;
    const isKnown = knownNames(this.system.current());
    const { channel } = due;
    const settings = this.settings.channels.find(({ name }) => name === channel) as ChannelSettings;
    const outcome = await this.send(settings, messageOf(due, { at: clock.now(), isKnown, consoleUrl }));
    if (!outcome.ok && this.stopping.signal.aborted) return;
    if (outcome.ok) return this.record(due, attempt, null);
    if (attempt === 1) logger.warn({ channel, reason: outcome.reason }, 'a notification was not taken');
    const isLast = outcome.isFinal || attempt >= attempts;
    const ownWaitMs = backOffMs(attempt, { firstMs: firstRetryMs, growth: BACK_OFF_GROWTH });
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(ownWaitMs, outcome.retryAfterMs ?? 0)) * (1 + random.next() / 4);
    const retryAt = isLast ? null : Math.ceil(clock.now() + waitMs);
    await this.record(due, attempt, { reason: outcome.reason, retryAt });
  }

  private async send(channel: ChannelSettings, message: Message): Promise<PostOutcome> {
    const { allowPrivateAddresses } = this.settings;
    const { signal } = this.stopping;
    try {
      if (channel.kind === 'email')
        return await sendMail({ settings: channel, id: message.id, ...mailOf(message), allowPrivateAddresses, signal });
      const isSlack = channel.kind === 'slack';
      return await postWebhook({
        url: channel.url,
        id: message.id,
        body: isSlack ? slackBody(message) : webhookBody(message),
        at: this.platform.clock.now(),
        secret: isSlack ? undefined : channel.secret,
        allowPrivateAddresses,
        setting: 'notifications.allowPrivateAddresses',
        signal,
      });
    } catch (error) {
      return { ok: false, reason: textOf(error), isFinal: true };
    }
  }

  /** What came of it, until the log takes it: nobody is told again for that. */
  private async record(
    { id: messageId, channel, notices }: DueMessage,
    attempts: number,
    failure: { readonly reason: string; readonly retryAt: number | null } | null,
  ): Promise<void> {
    const { clock, log, logger } = this.platform;
    const events = notices.map(({ incident, about }) => {
      const data = { incidentId: incident.id, channel, about, messageId, attempts };
      const of = {
        subject: incident.id,
        time: clock.now(),
        cause: { id: `${messageId}:${incident.id}:${about}` },
        index: attempts,
      };
      return failure
        ? newEvent(NotificationFailed, { ...of, data: { ...data, ...failure } })
        : newEvent(NotificationSent, { ...of, data });
    });
    while (!this.stopping.signal.aborted || failure === null)
      try {
        await log.append(events);
        for (const notice of notices) this.recorded.set(idOf(notice, channel), attempts);
        return;
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        logger.error({ err: error, channel }, 'what became of a notification could not be recorded');
        await clock.sleep(AFTER_FAILURE_MS, this.stopping.signal);
      }
  }
}

/** Where it goes, without what an address may hold of secrets. */
const placeOf = (channel: ChannelSettings): string =>
  channel.kind === 'email'
    ? `${channel.to.join(', ')} by ${channel.host}`
    : (URL.parse(channel.url)?.origin ?? 'no address');
