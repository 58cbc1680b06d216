import type { NewEvent, Positions, Reaction, StoredEvent } from '@contentflow/kernel';

export interface TopicDefinition {
  readonly name: string;
  readonly partitions: number;
}

/** The append-only log: topics, partitions, keys, consumer groups, offsets. One port, two engines. */
export interface EventLog {
  /**
   * Appends in the given order and resolves once durable. Events of one subject share a partition and keep their order.
   * An event whose id came before in its partition is void: the embedded engine keeps the first alone and gives its place;
   * Kafka keeps both, and its readers get the later one marked `isRepeat`.
   */
  append(events: readonly NewEvent[]): Promise<readonly StoredEvent[]>;

  /**
   * A member of a consumer group. Each event goes to one member, in order within its partition. What `handle` returns is
   * appended and the offset committed in one transaction, so a crash at any point repeats the handler but never its effect.
   */
  subscribe(options: SubscribeOptions): Promise<GroupSubscription>;

  /** Every event from these positions on, and those to come, in batches: for folds and projections. Commits nothing. */
  follow(options: FollowOptions): Promise<Subscription>;

  /** The events of one partition with `from` ≤ offset < `to`, in batches. */
  read(range: { topic: string; partition: number; from: number; to: number }): AsyncIterable<readonly StoredEvent[]>;

  /** The offset after the last event of each partition of these topics. */
  ends(topics: readonly string[]): Promise<Positions>;

  /** Stops every subscription and lets go of the engine. */
  close(): Promise<void>;
}

export interface SubscribeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly handle: (event: StoredEvent) => Promise<Reaction>;
  /** How often a failing event is tried before it goes to `<topic>.dead-letter` with the reason. Default 5. */
  readonly attempts?: number;
  /** Errors for which no further try can help, as a payload its schema refuses: dead letter at once. */
  readonly isHopeless?: (error: unknown) => boolean;
  /** Told whenever the partitions of this member change. */
  readonly onAssigned?: (partitions: ReadonlySet<string>) => void;
}

export interface FollowOptions {
  readonly topics: readonly string[];
  readonly from: Positions;
  readonly handle: (events: readonly StoredEvent[]) => Promise<void>;
  /** What it is called where Kafka's own tools look for groups and their lag: told how far it is, and never asked. */
  readonly shownAs?: string;
  /** Largest batch handed over at once. Default 500. */
  readonly maxBatch?: number;
}

export interface Subscription {
  /** Resolves when what was in hand has been handled; nothing is handled after. */
  stop(): Promise<void>;
}

export interface GroupSubscription extends Subscription {
  /** The partitions this member owns now, as `topic/partition`. */
  readonly partitions: ReadonlySet<string>;
}
