import {
  ContentGenerated,
  ContentWatched,
  eventName,
  GenerationFailed,
  newEvent,
  Topic,
  type ContentDocument,
} from '@contentflow/contracts';
import type { Subscription } from '@contentflow/event-log';
import { type Positions, positionsAfter, resolvedWithin, type StoredEvent } from '@contentflow/kernel';
import { PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Observable } from 'rxjs';
import { ContentService } from './content.service.ts';

const REMEMBERED = 10_000;
/** Those who begin to watch one content item within this time are asked for once. */
const GATHERED_MS = 100;

/** Tells those who wait what happens to a content item. */
@Injectable()
export class ContentUpdates implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly listeners = new Map<string, Set<(event: StoredEvent) => void>>();
  /** Whoever begins to listen between an end and its document would wait for ever. */
  private readonly justEnded = new Map<string, Positions>();
  /** Whose progress has just been asked for, and whether somebody has begun to watch since. */
  private readonly asked = new Map<string, boolean>();
  private subscription: Subscription | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly content: ContentService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { log } = this.platform;
    // Results come with the content, progress with operations.
    const topics = [Topic.content, Topic.operations];
    this.subscription = await log.follow({
      topics,
      from: await log.ends(topics),
      handle: async (events) => {
        for (const event of events) {
          if (isEnd(event)) this.recordEnd(event);
          // Each watcher would hear of each other.
          if (event.type === ContentWatched.type) continue;
          this.listeners.get(event.subject)?.forEach((listener) => listener(event));
        }
      },
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.stop();
  }

  /** The document of a content item once it has ended; undefined when it has not by then. People wait in real time, whatever clock runs. */
  async ended(contentId: string, withinMs: number): Promise<ContentDocument | undefined> {
    if (withinMs === 0) return undefined;
    const { promise: happened, resolve } = Promise.withResolvers<void>();
    const stop = this.listen(contentId, (event) => {
      if (isEnd(event)) resolve();
    });
    try {
      const early = await this.content.contents.get(contentId);
      if (early?.endedAt !== undefined) return early;
      const isOver = this.justEnded.has(contentId) || (await resolvedWithin(happened, withinMs));
      return isOver ? await this.endedDocument(contentId) : undefined;
    } finally {
      stop();
    }
  }

  /** The document, once it has followed the last event that came of it. */
  private async endedDocument(contentId: string): Promise<ContentDocument | undefined> {
    const { contents } = this.content;
    await contents.caughtUpTo(this.justEnded.get(contentId) ?? {});
    return contents.get(contentId);
  }

  private recordEnd(event: StoredEvent): void {
    this.justEnded.set(event.subject, positionsAfter([event]));
    if (this.justEnded.size > REMEMBERED) this.justEnded.delete(this.justEnded.keys().next().value as string);
  }

  /** The document as it is, then every event of its making as it comes, until its end. */
  of(contentId: string): Observable<{ type: string; data: object }> {
    return new Observable((subscriber) => {
      const stop = this.listen(contentId, (event) => {
        subscriber.next({ type: eventName(event.type), data: { time: event.time, ...(event.data as object) } });
        if (isEnd(event)) subscriber.complete();
      });
      const isOver = this.justEnded.has(contentId);
      const found = isOver ? this.endedDocument(contentId) : this.content.contents.get(contentId);
      const sendDocument = async (): Promise<void> => {
        const document = await found;
        if (!document) return;
        subscriber.next({ type: 'content', data: await this.content.shown(document) });
        if (document.endedAt !== undefined) subscriber.complete();
        else void this.watch(contentId);
      };
      sendDocument().catch((error: unknown) => subscriber.error(error));
      return stop;
    });
  }

  /** Asks whoever makes it to tell how it goes, and where things stand. */
  private async watch(contentId: string): Promise<void> {
    if (this.asked.has(contentId)) return void this.asked.set(contentId, true);
    this.asked.set(contentId, false);
    await this.ask(contentId);
    await this.platform.clock.sleep(GATHERED_MS);
    const isAskedAgain = this.asked.get(contentId) && this.listeners.has(contentId);
    this.asked.delete(contentId);
    if (isAskedAgain) await this.watch(contentId);
  }

  private async ask(contentId: string): Promise<void> {
    const { clock, instance, log, logger, random } = this.platform;
    const time = clock.now();
    const cause = { id: contentId };
    const index = `watched-${instance}-${time}-${random.next()}`;
    const event = newEvent(ContentWatched, { subject: contentId, data: { contentId }, time, cause, index });
    await log.append([event]).catch((error: unknown) => logger.warn({ err: error }, 'progress could not be asked for'));
  }

  private listen(contentId: string, listener: (event: StoredEvent) => void): () => void {
    const listeners = this.listeners.get(contentId) ?? new Set();
    this.listeners.set(contentId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(contentId);
    };
  }
}

const isEnd = ({ type }: StoredEvent): boolean => type === ContentGenerated.type || type === GenerationFailed.type;
