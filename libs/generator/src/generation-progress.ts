import { ContentWatched, type EventData, GenerationProgressed, newEvent, Topic } from '@contentflow/contracts';
import type { Subscription } from '@contentflow/event-log';
import type { NewEvent, StoredEvent } from '@contentflow/kernel';
import { PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

type Progress = Pick<EventData<typeof GenerationProgressed>, 'step' | 'state' | 'text' | 'draft' | 'section'>;
/** Which text of a step: of several drafts, of several sections. */
export type TextLocation = Pick<Progress, 'step' | 'draft' | 'section'>;

/** Pieces of text are gathered for so long, so that a fast model does not fill the log with words. */
const GATHERED_MS = 100;
/** Those asked for before their making begins. */
const MAX_AWAITED = 10_000;

/**
 * Tells how the making of a content item goes to those who watch it, wherever they are: the word that somebody watches comes over
 * the log, and so does the answer. What nobody watches leaves no trace.
 */
@Injectable()
export class GenerationProgress implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly making = new Map<string, ProgressReporter>();
  private readonly awaited = new Set<string>();
  private subscription: Subscription | undefined;

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  async onApplicationBootstrap(): Promise<void> {
    const { log } = this.platform;
    this.subscription = await log.follow({
      topics: [Topic.operations],
      from: await log.ends([Topic.operations]),
      handle: async (events) => {
        for (const { type, subject } of events) if (type === ContentWatched.type) this.watched(subject);
      },
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.stop();
  }

  /** For the time that this process makes a content item; end it before the result is said. */
  begin(accepted: StoredEvent): ProgressReporter {
    const contentId = accepted.subject;
    const reporter = new ProgressReporter(this.platform, accepted, () => this.making.delete(contentId));
    this.making.set(contentId, reporter);
    if (this.awaited.delete(contentId)) reporter.watched();
    return reporter;
  }

  private watched(contentId: string): void {
    const reporter = this.making.get(contentId);
    if (reporter) return reporter.watched();
    this.awaited.add(contentId);
    if (this.awaited.size > MAX_AWAITED) this.awaited.delete(this.awaited.values().next().value as string);
  }
}

/** What is told of one content item. */
export class ProgressReporter {
  private isWatched = false;
  private count = 0;
  private readonly running = new Set<string>();
  /** The text so far, for those who come later. */
  private readonly texts = new Map<string, TextLocation & { text: string }>();
  private gathered: Progress[] = [];
  private said: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly platform: Pick<Platform, 'clock' | 'log' | 'logger' | 'instance'>,
    private readonly accepted: StoredEvent,
    private readonly onEnd: () => void,
  ) {}

  readonly onStep = (step: string, state: 'started' | 'finished' | 'skipped'): void => {
    if (state === 'started') this.running.add(step);
    else this.running.delete(step);
    this.tell({ step, state });
  };

  text(place: TextLocation, piece: string): void {
    const so = this.texts.get(key(place));
    if (so) so.text += piece;
    else this.texts.set(key(place), { ...place, text: piece });
    this.tell({ ...place, state: 'text', text: piece });
  }

  restarted(place: TextLocation): void {
    this.texts.delete(key(place));
    this.tell({ ...place, state: 'restarted' });
  }

  /** Whoever begins to watch is told where things stand; those who watch already hear the text so far again. */
  watched(): void {
    this.isWatched = true;
    for (const step of this.running) this.tell({ step, state: 'started' });
    for (const { text, ...place } of this.texts.values()) {
      this.tell({ ...place, state: 'restarted' });
      this.tell({ ...place, state: 'text', text });
    }
  }

  /** Once this resolves all has been said. */
  async end(): Promise<void> {
    this.onEnd();
    if (!this.isWatched) return;
    this.say();
    await this.said;
  }

  private tell(progress: Progress): void {
    if (!this.isWatched) return;
    const last = this.gathered.at(-1);
    if (last && last.state === 'text' && progress.state === 'text' && key(last) === key(progress))
      this.gathered[this.gathered.length - 1] = { ...last, text: `${last.text}${progress.text}` };
    else this.gathered.push(progress);
    if (this.gathered.length === 1 && last === undefined)
      void this.platform.clock.sleep(GATHERED_MS).then(() => this.say());
  }

  private say(): void {
    const events = this.gathered.map((progress) => this.eventOf(progress));
    this.gathered = [];
    if (events.length === 0) return;
    const { log, logger } = this.platform;
    this.said = this.said
      .then(() => log.append(events))
      .catch((error: unknown) => logger.warn({ err: error }, 'progress could not be told'));
  }

  private eventOf(progress: Progress): NewEvent {
    const { clock, instance } = this.platform;
    const time = clock.now();
    return newEvent(GenerationProgressed, {
      subject: this.accepted.subject,
      data: { contentId: this.accepted.subject, worker: instance, ...progress },
      time,
      cause: this.accepted,
      index: `progress-${instance}-${time}-${this.count++}`,
    });
  }
}

const key = ({ step, draft = 0, section = 0 }: TextLocation): string => `${step}/${draft}/${section}`;
