import { nextOffset, type Clock, type StoredEvent } from '@contentflow/kernel';
import type { FollowOptions, Subscription } from '../event-log.ts';
import { retryWaitMs } from '../retry.ts';
import type { MarkRepeats } from './repeated-ids.ts';
import { isPassing, type Cursor, type Fetched, type PartitionFetcher } from './partition-fetcher.ts';
import { ShownPositions } from './shown-positions.ts';

const DEFAULT_BATCH = 500;
/** Also how long `stop` may take. */
const FETCH_WAIT_MS = 200;

export interface FollowerContext {
  readonly fetcher: PartitionFetcher;
  readonly clock: Clock;
  readonly partitions: readonly { topic: string; partition: number }[];
  readonly markRepeats: MarkRepeats;
  onError(error: unknown): void;
}

/** Reads all partitions of its topics on a connection of its own: one loop for each broker that leads some of them. */
export class KafkaFollower implements Subscription {
  private readonly context: FollowerContext;
  private readonly options: FollowOptions;
  private readonly cursors: Cursor[];
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private readonly shown: ShownPositions | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(context: FollowerContext, options: FollowOptions) {
    this.context = context;
    this.options = options;
    this.cursors = context.partitions.map(({ topic, partition }) => ({
      topic,
      partition,
      next: nextOffset(options.from, topic, partition),
    }));
    const { shownAs } = options;
    if (shownAs !== undefined)
      this.shown = new ShownPositions((cursors) => context.fetcher.commitFor(shownAs, cursors));
    this.shown?.reached(this.cursors);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Begins again, with the leaders looked up again, whenever a loop has failed. */
  private async run(): Promise<void> {
    for (let failures = 1; !this.isStopped; failures++) {
      const begun = this.progress();
      await this.readFromAll().catch((error: unknown) => this.recover(error, failures));
      if (this.progress() > begun) failures = 0;
    }
    this.shown?.end();
    await this.context.fetcher.disconnect();
  }

  private progress(): number {
    return this.cursors.reduce((sum, { next }) => sum + next, 0);
  }

  private async readFromAll(): Promise<void> {
    const round = new AbortController();
    const leaders = this.context.fetcher.byLeader(this.cursors);
    const ends = await Promise.allSettled(leaders.map(({ node, cursors }) => this.readOn(node, cursors, round)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** Fetches ahead while the events before are being handled. */
  private async readOn(node: string, cursors: readonly Cursor[], round: AbortController): Promise<void> {
    try {
      let ahead = this.fetch(node, cursors);
      while (!this.isStopped && !round.signal.aborted) {
        const fetched = await ahead;
        for (const { cursor, next } of fetched) cursor.next = next;
        const reached = fetched.map(({ cursor }) => ({ ...cursor }));
        ahead = this.fetch(node, cursors);
        await this.handOver(fetched).catch(async (error: unknown) => {
          await ahead.catch(() => undefined);
          throw error;
        });
        if (!this.isStopped) this.shown?.reached(reached);
      }
      await ahead;
    } catch (error) {
      round.abort();
      throw error;
    }
  }

  private fetch(node: string, cursors: readonly Cursor[]): Promise<Fetched[]> {
    const fetching = this.context.fetcher.fetch(node, cursors, FETCH_WAIT_MS);
    fetching.catch(() => undefined);
    return fetching;
  }

  /** Loops of several brokers take turns: the handler sees one batch at a time. */
  private handOver(fetched: readonly Fetched[]): Promise<void> {
    if (fetched.every(({ events }) => events.length === 0)) return Promise.resolve();
    this.turn = this.turn.then(async () => {
      let events: StoredEvent[] = [];
      for (const part of fetched) events = events.concat(await this.marked(part.events));
      await this.deliver(events);
    });
    return this.turn;
  }

  private async marked(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    return (await this.persistently(() => this.context.markRepeats(events))) ?? [];
  }

  private async deliver(events: readonly StoredEvent[]): Promise<void> {
    const { maxBatch = DEFAULT_BATCH } = this.options;
    for (let from = 0; from < events.length && !this.isStopped; from += maxBatch)
      await this.deliverBatch(from === 0 && events.length <= maxBatch ? events : events.slice(from, from + maxBatch));
  }

  private async deliverBatch(batch: readonly StoredEvent[]): Promise<void> {
    await this.persistently(() => this.options.handle(batch));
  }

  /** A fold must not skip an event, so what fails is tried until it passes; undefined when stopped before that. */
  private async persistently<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    for (let failures = 1; !this.isStopped; failures++) {
      try {
        return await attempt();
      } catch (error) {
        this.context.onError(error);
        await this.context.clock.sleep(retryWaitMs(failures), this.stopping.signal);
      }
    }
    return undefined;
  }

  private async recover(error: unknown, failures: number): Promise<void> {
    if (this.isStopped) return;
    if (!isPassing(error) || failures > 1) this.context.onError(error);
    await this.context.clock.sleep(retryWaitMs(failures), this.stopping.signal);
    await this.context.fetcher.refreshLeaders().catch(() => undefined);
  }
}
