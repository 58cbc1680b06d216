import type { Subscription } from '@contentflow/event-log';
import {
  type Fold,
  folded,
  type FoldedState,
  hasSeen,
  partsInOrder,
  PositionWaits,
  type Positions,
  type StoredEvent,
  ownValue,
} from '@contentflow/kernel';
import type { Platform } from './platform.ts';
import { latestPositionOf } from './latest-position.ts';
import { Progress, type StalledFollower } from './progress.ts';
import { refusalOf } from './refusals.ts';
import { emptySnapshot, recordLast, restored, type Snapshot } from './snapshots.ts';

/** How many events are folded between two snapshots; what is left is folded again after a crash, in about a second. */
const SNAPSHOT_EVERY_EVENTS = 20_000;

/** Where events go that cannot be taken in. */
export interface DeadLetterSink {
  /** Resolves once the event stands in the dead letters. @throws where the log takes nothing */
  setAside(consumer: string, event: StoredEvent, error: unknown): Promise<void>;
}

export interface Hosting {
  readonly platform: Pick<Platform, 'clock' | 'log' | 'logger' | 'snapshots' | 'storedLog'>;
  /** Where events go that cannot be folded; what is read without it passes them by. */
  readonly deadLetters?: DeadLetterSink;
}

/** Told of each batch once it has been folded; not of what a snapshot held. */
export type OnBatchFolded = (events: readonly StoredEvent[]) => void;

/** A fold kept up with the log in memory: one subscription, guarded by position, begun from its last snapshot. */
export class HostedFold<State> {
  private snapshot: Snapshot<State> = emptySnapshot();
  private subscription: Subscription | undefined;
  private unsaved = 0;
  private readonly waits = new PositionWaits(() => this.positions());
  private readonly listeners: OnBatchFolded[] = [];
  /** Passed by, and not yet set aside. */
  private poison: { readonly event: StoredEvent; readonly error: unknown }[] = [];
  private readonly progress: Progress;

  constructor(
    readonly name: string,
    private readonly fold: Fold<State>,
    private readonly hosting: Hosting,
  ) {
    this.progress = new Progress(name, hosting.platform.clock);
  }

  async start(): Promise<void> {
    const { log, snapshots, storedLog } = this.hosting.platform;
    this.snapshot = await restored(snapshots, this.name, storedLog);
    this.subscription = await log.follow({
      topics: this.fold.topics,
      from: this.positions(),
      handle: this.progress.watched((events) => this.take(events)),
    });
  }

  /** Resolves when what was in hand is folded and kept; nothing is folded after. */
  async stop(): Promise<void> {
    await this.subscription?.stop();
    if (this.unsaved > 0 && this.poison.length === 0) await this.save();
  }

  /** Whether this is what that fold gives. */
  isOf<Other>(fold: Fold<Other>): this is HostedFold<Other> {
    return Object.is(this.fold, fold);
  }

  /** What was folded, apart for each partition. */
  folded(): FoldedState<State> {
    return this.snapshot.folded;
  }

  parts(): State[] {
    return partsInOrder(this.snapshot.folded);
  }

  /** How far the log has been folded. */
  positions(): Positions {
    return this.snapshot.folded.positions;
  }

  /** True once everything before these positions has been folded, at once where it has been; false where that takes longer. */
  caughtUpTo(goal: Positions, withinMs?: number): Promise<boolean> {
    return this.waits.until(goal, withinMs);
  }

  /**
   * True once the newest event that is about this, and that the log holds now, has been folded: at once where there is none to come.
   * False where that takes longer.
   */
  async caughtUpWith(isAbout: (event: StoredEvent) => boolean, withinMs?: number): Promise<boolean> {
    const { log } = this.hosting.platform;
    const newest = await latestPositionOf(log, this.fold.topics, this.positions(), isAbout);
    return newest === undefined || this.caughtUpTo(newest, withinMs);
  }

  onBatchFolded(listener: OnBatchFolded): void {
    this.listeners.push(listener);
  }

  /** Events of its topics that have not been folded yet. */
  async lag(): Promise<number> {
    const ends = await this.hosting.platform.log.ends(this.fold.topics);
    return Object.entries(ends).reduce(
      (sum, [key, end]) => sum + Math.max(0, end - (ownValue(this.positions(), key) ?? 0)),
      0,
    );
  }

  /** Since when it has been on the same events, where that is long. */
  stalled(): StalledFollower | undefined {
    return this.progress.stalled();
  }

  private async take(events: readonly StoredEvent[]): Promise<void> {
    for (const event of events) {
      const refusal = hasSeen(this.positions(), event) ? undefined : refusalOf(this.fold.handlers, event);
      if (refusal) this.poison.push({ event, error: refusal });
      folded(this.fold, this.snapshot.folded, event, (poison, error) => this.poison.push({ event: poison, error }));
      recordLast(this.snapshot, event);
    }
    this.unsaved += events.length;
    if (this.poison.length > 0) await this.setPoisonAside();
    for (const listener of this.listeners) listener(events);
    this.waits.wake();
    if (this.unsaved >= SNAPSHOT_EVERY_EVENTS) await this.save();
  }

  /** Before anybody builds on what follows, and before a snapshot hides it. Where the log takes nothing, the batch comes again. */
  private async setPoisonAside(): Promise<void> {
    const { deadLetters } = this.hosting;
    for (const { event, error } of this.poison) await deadLetters?.setAside(this.name, event, error);
    this.poison = [];
  }

  private async save(): Promise<void> {
    const { logger, snapshots } = this.hosting.platform;
    this.unsaved = 0;
    await snapshots
      ?.write(this.name, this.snapshot)
      .catch((error: unknown) => logger.warn({ err: error, fold: this.name }, 'a snapshot could not be kept'));
  }
}
