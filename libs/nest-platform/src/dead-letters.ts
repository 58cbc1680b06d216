import { topics } from '@contentflow/contracts';
import {
  deadLetter,
  type DeadLetter,
  type OpenDeadLetter,
  openDeadLetters,
  type OpenDeadLetters,
  settledKey,
} from '@contentflow/event-log';
import { messageOf, partitionKey, type StoredEvent } from '@contentflow/kernel';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { metrics as telemetry } from '@opentelemetry/api';
import { HostedFold, type DeadLetterSink } from './hosted-fold.ts';
import { PLATFORM, type Platform } from './platform.ts';

/**
 * What could not be taken in, by whomever: groups dead-letter what they give up themselves, folds and projections do so here.
 * Which letters are open is folded from the log, so that every process knows those of all.
 */
@Injectable()
export class DeadLetters implements DeadLetterSink, OnModuleInit, OnApplicationShutdown {
  private readonly fold: HostedFold<OpenDeadLetters>;
  private readonly written = new Set<string>();
  private readonly listeners: ((letter: OpenDeadLetter) => void)[] = [];
  private started: Promise<void> | undefined;

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    const { clock, log, logger, storedLog } = platform;
    this.fold = new HostedFold('dead-letters', openDeadLetters(topics), {
      platform: { clock, log, logger, storedLog },
    });
    this.fold.onBatchFolded(() => this.tell());
    telemetry
      .getMeter('contentflow')
      .createObservableGauge('contentflow_dead_letters', { description: 'Events set aside and not taken in since' })
      .addCallback((result) => {
        for (const [consumer, count] of this.counts()) result.observe(count, { consumer });
      });
  }

  async onModuleInit(): Promise<void> {
    await this.known();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.fold.stop();
  }

  /** The open letters that are listed, and how many more there are. */
  open(): { readonly letters: OpenDeadLetter[]; readonly beyond: number } {
    const parts = this.fold.parts();
    return {
      letters: parts.flatMap(({ letters }) => [...letters.values()]),
      beyond: parts.reduce((sum, { beyond }) => sum + beyond, 0),
    };
  }

  /** Told of each letter, of now and to come, whose replay somebody requests. */
  onReplayRequested(listener: (letter: OpenDeadLetter) => void): void {
    this.listeners.push(listener);
    this.tell();
  }

  /** The open letter with its event, as of that request of its replay. */
  async letterOf(id: string, { topic, partition, offset }: StoredEvent) {
    await this.fold.caughtUpTo({ [partitionKey(topic, partition)]: offset });
    const open = this.open().letters.find((letter) => letter.id === id);
    if (!open) return undefined;
    const range = { topic, partition, from: open.letterOffset, to: open.letterOffset + 1 };
    for await (const [stored] of this.platform.storedLog.read(range))
      if (stored) return { open, stored: stored as StoredEvent<DeadLetter> };
    return undefined;
  }

  async setAside(consumer: string, event: StoredEvent, error: unknown): Promise<void> {
    const { clock, log, logger } = this.platform;
    await this.known();
    const failure = { group: consumer, attempts: 1, error, settledBefore: this.settledBefore(consumer, event) };
    const letter = deadLetter(await this.stored(event), failure, clock.now());
    if (this.written.has(letter.id) || this.fold.parts().some(({ letters }) => letters.has(letter.id))) return;
    await log.append([letter]);
    this.written.add(letter.id);
    const { id, topic, partition, offset } = event;
    const place = `${topic}/${partition}/${offset}`;
    logger.error({ consumer, event: id, place, reason: messageOf(error) }, 'an event was set aside');
  }

  /** What others have set aside before counts too. */
  private known(): Promise<void> {
    this.started ??= this.start();
    return this.started;
  }

  private async start(): Promise<void> {
    const ends = await this.platform.log.ends(openDeadLetters(topics).topics);
    await this.fold.start();
    await this.fold.caughtUpTo(ends);
  }

  /** The event as it stands in the log, not what stands for it before its readers. */
  private async stored(event: StoredEvent): Promise<StoredEvent> {
    const { topic, partition, offset } = event;
    for await (const [found] of this.platform.storedLog.read({ topic, partition, from: offset, to: offset + 1 }))
      if (found) return found;
    return event;
  }

  private settledBefore(consumer: string, { id }: StoredEvent): number {
    return this.fold.parts().reduce((sum, { settled }) => sum + (settled.get(settledKey(consumer, id)) ?? 0), 0);
  }

  private counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { consumer } of this.open().letters) counts.set(consumer, (counts.get(consumer) ?? 0) + 1);
    return counts;
  }

  private tell(): void {
    for (const letter of this.open().letters)
      if (letter.isReplayRequested) for (const listener of this.listeners) listener(letter);
  }
}
