import { nextOffset, type StoredEvent } from '@contentflow/kernel';
import type { FollowOptions, Subscription } from '../event-log.ts';
import { retryWaitMs } from '../retry.ts';
import type { Engine } from './engine.ts';
import type { PartitionFeed, Watcher } from './partition-feed.ts';

const DEFAULT_BATCH = 500;
/** What is read at once by all whom one append wakes; who is further behind waits for a turn of its own. */
const SMALL_BATCH = 50;

/** Reads every partition of its topics from given positions on; keeps its place in memory alone. */
export class Follower implements Subscription, Watcher {
  private readonly engine: Engine;
  private readonly handle: FollowOptions['handle'];
  private readonly maxBatch: number;
  private readonly cursors: { readonly feed: PartitionFeed; next: number }[];
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private turn = 0;

  constructor(engine: Engine, options: FollowOptions) {
    this.engine = engine;
    this.handle = options.handle;
    this.maxBatch = options.maxBatch ?? DEFAULT_BATCH;
    this.cursors = engine
      .feeds(options.topics)
      .map((feed) => ({ feed, next: nextOffset(options.from, feed.topic, feed.number) }));
    for (const { feed } of this.cursors) feed.watchers.add(this);
    this.wake();
  }

  wake(): void {
    if (this.running || this.stopping.signal.aborted) return;
    this.engine.activity.inHand++;
    this.running = Promise.resolve().then(() => this.readOn());
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const { feed } of this.cursors) feed.watchers.delete(this);
    await this.running;
  }

  private async readOn(): Promise<void> {
    if (this.engine.batchesPerTurn === 1 && this.behind() > SMALL_BATCH) await this.engine.nextTurn();
    for (let batches = 1; !this.stopping.signal.aborted; batches++) {
      const batch = this.nextBatch();
      if (batch.length === 0) break;
      await this.deliver(batch);
      if (batches % this.engine.batchesPerTurn === 0) await this.engine.nextTurn();
    }
    this.running = undefined;
    this.engine.activity.inHand--;
  }

  private behind(): number {
    return this.cursors.reduce((sum, { feed, next }) => sum + Math.max(0, feed.end - next), 0);
  }

  /** Takes from the partitions in their order, each time beginning with another, so that none starves the rest. */
  private nextBatch(): StoredEvent[] {
    let batch: StoredEvent[] = [];
    for (let i = 0; i < this.cursors.length && batch.length < this.maxBatch; i++) {
      const cursor = this.cursors[(this.turn + i) % this.cursors.length]!;
      if (cursor.next >= cursor.feed.end) continue;
      const events = cursor.feed.eventsFrom(cursor.next, this.maxBatch - batch.length);
      cursor.next += events.length;
      batch = batch.length === 0 ? events : batch.concat(events);
    }
    if (batch.length === this.maxBatch) this.turn++;
    return batch;
  }

  /** A fold must not skip an event, so a failing batch is tried until it passes. */
  private async deliver(batch: readonly StoredEvent[]): Promise<void> {
    const { activity, clock } = this.engine;
    for (let failures = 1; !this.stopping.signal.aborted; failures++) {
      try {
        return await this.handle(batch);
      } catch (error) {
        this.engine.onError(error);
        await activity.parked(() => clock.sleep(retryWaitMs(failures), this.stopping.signal));
      }
    }
  }
}
