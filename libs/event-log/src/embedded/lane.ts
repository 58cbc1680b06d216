import type { StoredEvent } from '@contentflow/kernel';
import type { SubscribeOptions } from '../event-log.ts';
import { reactionTo, type Handling } from '../reaction.ts';
import type { Encoded, Engine } from './engine.ts';
import type { PartitionFeed, Watcher } from './partition-feed.ts';

const READ_AHEAD = 100;

export interface LaneOptions {
  readonly member: string;
  readonly subscription: SubscribeOptions;
  readonly feed: PartitionFeed;
  readonly epoch: number;
  readonly next: number;
  /** Told once when the lane cannot go on: it lost its partition, or a write failed with this error. */
  readonly onFailure: (error?: unknown) => void;
}

/** One partition in the hands of one member: its events one after the other, each committed with its reaction. */
export class Lane implements Watcher {
  readonly feed: PartitionFeed;
  private readonly engine: Engine;
  private readonly options: LaneOptions;
  private readonly stopping = new AbortController();
  private readonly handling: Handling<Encoded>;
  private readonly commits = new Set<Promise<void>>();
  private running: Promise<void> | undefined;
  private next: number;
  private ahead: readonly StoredEvent[] = [];
  private aheadAt = 0;

  constructor(engine: Engine, options: LaneOptions) {
    this.engine = engine;
    this.options = options;
    this.feed = options.feed;
    this.next = options.next;
    this.handling = {
      subscription: options.subscription,
      clock: engine.clock,
      signal: this.stopping.signal,
      encode: (reaction) => engine.encode(reaction),
      onError: (error) => engine.onError(error),
      parked: (wait) => engine.activity.parked(wait),
    };
    this.feed.watchers.add(this);
    this.wake();
  }

  wake(): void {
    if (this.running || this.stopping.signal.aborted) return;
    this.engine.activity.inHand++;
    this.running = Promise.resolve().then(() => this.workOn());
  }

  /** Resolves when what was in hand is handled and committed. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.feed.watchers.delete(this);
    await this.running;
    await Promise.all(this.commits);
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async workOn(): Promise<void> {
    try {
      for (let handled = 1; !this.isStopped; handled++) {
        const event = this.nextEvent();
        if (!event) break;
        const reaction = await reactionTo(event, this.handling);
        if (reaction) await this.commit(event, reaction);
        if (handled % (READ_AHEAD * this.engine.batchesPerTurn) === 0) await this.engine.nextTurn();
      }
    } catch (error) {
      // Not even set aside: another lane tries once more, rather than none for ever.
      this.break(error);
    } finally {
      this.running = undefined;
      this.engine.activity.inHand--;
    }
  }

  private nextEvent(): StoredEvent | undefined {
    if (this.aheadAt >= this.ahead.length) {
      this.ahead = this.feed.eventsFrom(this.next, READ_AHEAD);
      this.aheadAt = 0;
    }
    return this.ahead[this.aheadAt++];
  }

  /** Goes on to the next event while earlier commits are still being written: the fence keeps them in order. */
  private async commit(event: StoredEvent, reaction: Encoded): Promise<void> {
    this.next = event.offset + 1;
    const written = this.engine.activity.during(() => this.write(event, reaction));
    this.commits.add(written);
    void written.then(() => this.commits.delete(written));
    if (this.commits.size >= this.engine.commitsInFlight) await this.commits.values().next().value;
  }

  private async write(event: StoredEvent, reaction: Encoded): Promise<void> {
    const { member, subscription, feed, epoch } = this.options;
    const place = { group: subscription.group, member, partition: feed.id, epoch };
    try {
      const range = { from: event.offset, to: event.offset + 1 };
      const places = await this.engine.writer.write('commit', { ...reaction, ...place, ...range });
      if (places) this.engine.publish(reaction, places);
      else this.break();
    } catch (error) {
      this.engine.onError(error);
      this.break(error);
    }
  }

  private break(error?: unknown): void {
    if (this.isStopped) return;
    this.stopping.abort();
    this.feed.watchers.delete(this);
    this.options.onFailure(error);
  }
}
