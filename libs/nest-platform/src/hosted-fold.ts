import type { Subscription } from '@contentflow/event-log';
import {
  covers,
  type Fold,
  folded,
  type FoldedState,
  messageOf,
  partsInOrder,
  type Positions,
  type StoredEvent,
  ownValue,
} from '@contentflow/kernel';
import type { Platform } from './platform.ts';
import { emptySnapshot, recordLast, restored, type Snapshot } from './snapshots.ts';

/** An event that a fold's handler threw on. It is passed by, by every reader alike. */
export interface PassedBy {
  readonly fold: string;
  readonly event: string;
  /** `topic/partition/offset` */
  readonly place: string;
  readonly reason: string;
}

/** How many events are folded between two snapshots; what is left is folded again after a crash, in about a second. */
const SNAPSHOT_EVERY_EVENTS = 20_000;
const PASSED_BY_KEPT = 20;

/** A fold kept up with the log in memory: one subscription, guarded by position, begun from its last snapshot. */
export class HostedFold<State> {
  private snapshot: Snapshot<State> = emptySnapshot();
  private subscription: Subscription | undefined;
  private unsaved = 0;
  private readonly waiting = new Set<{ readonly goal: Positions; readonly resolve: () => void }>();
  /** The first that were passed by. */
  readonly passedBy: PassedBy[] = [];

  constructor(
    readonly name: string,
    private readonly fold: Fold<State>,
    private readonly platform: Pick<Platform, 'log' | 'logger' | 'snapshots'>,
  ) {}

  async start(): Promise<void> {
    const { log, snapshots } = this.platform;
    this.snapshot = await restored(snapshots, this.name, log);
    this.subscription = await log.follow({
      topics: this.fold.topics,
      from: this.positions(),
      handle: (events) => this.take(events),
    });
  }

  /** Resolves when what was in hand is folded and kept; nothing is folded after. */
  async stop(): Promise<void> {
    await this.subscription?.stop();
    if (this.unsaved > 0) await this.save();
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

  /** Resolves once everything before these positions has been folded: at once where it has been. */
  caughtUpTo(goal: Positions): Promise<void> {
    if (covers(this.positions(), goal)) return Promise.resolve();
    return new Promise((resolve) => this.waiting.add({ goal, resolve }));
  }

  /** Events of its topics that have not been folded yet. */
  async lag(): Promise<number> {
    const ends = await this.platform.log.ends(this.fold.topics);
    return Object.entries(ends).reduce(
      (sum, [key, end]) => sum + Math.max(0, end - (ownValue(this.positions(), key) ?? 0)),
      0,
    );
  }

  private async take(events: readonly StoredEvent[]): Promise<void> {
    for (const event of events) {
      folded(this.fold, this.snapshot.folded, event, (poison, error) => this.pass(poison, error));
      recordLast(this.snapshot, event);
    }
    this.unsaved += events.length;
    for (const each of this.waiting)
      if (covers(this.positions(), each.goal)) {
        this.waiting.delete(each);
        each.resolve();
      }
    if (this.unsaved >= SNAPSHOT_EVERY_EVENTS) await this.save();
  }

  private pass({ id, topic, partition, offset }: StoredEvent, error: unknown): void {
    const passed = { fold: this.name, event: id, place: `${topic}/${partition}/${offset}`, reason: messageOf(error) };
    if (this.passedBy.length < PASSED_BY_KEPT) this.passedBy.push(passed);
    this.platform.logger.error({ err: error, ...passed }, 'a fold passed an event by');
  }

  private async save(): Promise<void> {
    const { logger, snapshots } = this.platform;
    this.unsaved = 0;
    await snapshots
      ?.write(this.name, this.snapshot)
      .catch((error: unknown) => logger.warn({ err: error, fold: this.name }, 'a snapshot could not be kept'));
  }
}
