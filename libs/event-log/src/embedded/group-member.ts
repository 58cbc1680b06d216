import type { GroupSubscription, SubscribeOptions } from '../event-log.ts';
import type { Engine } from './engine.ts';
import { Lane } from './lane.ts';
import type { Coordination } from './operations.ts';
import type { PartitionFeed } from './partition-feed.ts';

const PAUSE_AFTER_ERROR_MS = 1_000;

/** A member of a consumer group: gives its signs of life and keeps one lane for each partition it owns. */
export class GroupMember implements GroupSubscription {
  readonly group: string;
  partitions: ReadonlySet<string> = new Set();
  generation = 0;
  private readonly engine: Engine;
  private readonly name: string;
  private readonly options: SubscribeOptions;
  private readonly onChanged: (member: GroupMember) => void;
  private readonly feeds: ReadonlyMap<number, PartitionFeed>;
  private readonly lanes = new Map<number, Lane>();
  private readonly stopping = new AbortController();
  private readonly leaving = new Set<number>();
  private readonly released = new Set<number>();
  private coordinating: Promise<void> | undefined;
  private isRequestedAgain = false;

  constructor(engine: Engine, name: string, options: SubscribeOptions, onChanged: (member: GroupMember) => void) {
    this.engine = engine;
    this.name = name;
    this.group = options.group;
    this.options = options;
    this.onChanged = onChanged;
    this.feeds = new Map(engine.feeds(options.topics).map((feed) => [feed.id, feed]));
  }

  async join(): Promise<void> {
    this.coordinating = this.engine.activity.during(() => this.share());
    await this.coordinating.finally(() => (this.coordinating = undefined));
    if (this.isRequestedAgain) this.coordinate();
    void this.keepAlive();
  }

  /** Shares the group's partitions out again; asked while that is under way, does it once more. */
  coordinate(): void {
    if (this.stopping.signal.aborted) return;
    this.isRequestedAgain = true;
    this.coordinating ??= this.engine.activity.during(() => this.coordinateUntilSettled());
  }

  async stop(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    await this.coordinating;
    await Promise.all([...this.lanes.values()].map((lane) => lane.stop()));
    this.lanes.clear();
    // Where that cannot be written, its lease runs out.
    await this.engine.writer
      .write('leave', { group: this.group, member: this.name })
      .catch((error: unknown) => this.engine.onError(error));
    this.partitions = new Set();
    this.onChanged(this);
  }

  private async coordinateUntilSettled(): Promise<void> {
    while (this.isRequestedAgain && !this.stopping.signal.aborted) {
      this.isRequestedAgain = false;
      await this.share().catch((error: unknown) => this.tryLater(error));
    }
    this.coordinating = undefined;
  }

  private async share(): Promise<void> {
    const { writer, clock, leaseMs } = this.engine;
    const now = clock.now();
    const released = [...this.released];
    const outcome = await writer.write('coordinate', {
      group: this.group,
      member: this.name,
      wants: [...this.feeds.keys()],
      released,
      now,
      expires: leaseMs === null ? null : Math.ceil(now + leaseMs),
    });
    for (const partition of released) this.released.delete(partition);
    this.adopt(outcome);
    const isNews = outcome.generation !== this.generation;
    this.generation = outcome.generation;
    if (isNews) this.onChanged(this);
  }

  private adopt({ owned, due }: Coordination): void {
    const kept = new Map(owned.map((ownership) => [ownership.partition, ownership]));
    for (const partition of due) kept.delete(partition);
    for (const partition of this.lanes.keys()) if (!kept.has(partition)) void this.giveUp(partition);
    for (const { partition, epoch, next } of kept.values())
      if (!this.lanes.has(partition)) this.open(partition, epoch, next);
    this.publishMembership();
  }

  private open(partition: number, epoch: number, next: number): void {
    const lane = new Lane(this.engine, {
      member: this.name,
      subscription: this.options,
      feed: this.feeds.get(partition)!,
      epoch,
      next,
      onFailure: (error) => void this.replace(partition, error),
    });
    this.lanes.set(partition, lane);
  }

  /** A broken lane has lost its place: the file says where to go on, if at all. */
  private async replace(partition: number, error: unknown): Promise<void> {
    if (error !== undefined) await this.engine.clock.sleep(PAUSE_AFTER_ERROR_MS, this.stopping.signal);
    await this.giveUp(partition);
  }

  /** Never waited for: the signs of life must go on while a slow handler finishes. */
  private async giveUp(partition: number): Promise<void> {
    if (this.leaving.has(partition)) return;
    this.leaving.add(partition);
    await this.lanes.get(partition)?.stop();
    this.lanes.delete(partition);
    this.leaving.delete(partition);
    this.released.add(partition);
    this.coordinate();
  }

  private publishMembership(): void {
    const held = [...this.lanes].filter(([partition]) => !this.leaving.has(partition));
    const partitions = new Set(held.map(([, { feed }]) => feed.key));
    const isSame = partitions.size === this.partitions.size && [...partitions].every((key) => this.partitions.has(key));
    this.partitions = partitions;
    if (!isSame) this.options.onAssigned?.(partitions);
  }

  private async keepAlive(): Promise<void> {
    const { clock, leaseMs } = this.engine;
    if (leaseMs === null) return;
    while (!this.stopping.signal.aborted) {
      await clock.sleep(leaseMs / 3, this.stopping.signal);
      this.coordinate();
    }
  }

  private async tryLater(error: unknown): Promise<void> {
    this.engine.onError(error);
    this.isRequestedAgain = true;
    await this.engine.activity.parked(() => this.engine.clock.sleep(PAUSE_AFTER_ERROR_MS, this.stopping.signal));
  }
}
