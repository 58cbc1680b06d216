import { isByContract } from '@contentflow/contracts';
import {
  ContentFlowError,
  type Clock,
  messageOf,
  type NewEvent,
  type Positions,
  type StoredEvent,
} from '@contentflow/kernel';
import { randomUUID } from 'node:crypto';
import { withDeadLetterTopics } from '../dead-letter.ts';
import type {
  EventLog,
  FollowOptions,
  GroupSubscription,
  SubscribeOptions,
  Subscription,
  TopicDefinition,
} from '../event-log.ts';
import { partitionOf } from '../partition-of.ts';
import { Activity, nextTurn, turnsOneByOne } from './activity.ts';
import type { Encoded, Engine } from './engine.ts';
import { Follower } from './follower.ts';
import { GroupMember } from './group-member.ts';
import { InlineWriter } from './inline-writer.ts';
import { IN_MEMORY, LogFile } from './log-file.ts';
import type { LogWriter, Placements } from './operations.ts';
import { PartitionFeed } from './partition-feed.ts';
import { EventMemory } from './recent-events.ts';
import { toJson } from './stored-json.ts';
import { ThreadWriter } from './thread-writer.ts';
import { FileWatch } from './file-watch.ts';

export interface EmbeddedLogOptions {
  /** The SQLite file, or `:memory:` (inline only). */
  readonly file: string;
  readonly topics: readonly TopicDefinition[];
  readonly clock: Clock;
  /**
   * `thread`: writes go through a worker thread, many appends to one synced transaction; several processes may share the file.
   * `inline`: the same code at once in this thread, without timers, unsynced; for simulated days. One process alone.
   */
  readonly writer: 'thread' | 'inline';
  /** A member of a group that gives no sign of life for so long loses its partitions. Default 5000. */
  readonly leaseMs?: number;
  /** How often the file is asked whether another process has written. Default 5. */
  readonly pollMs?: number;
  /** Events that may wait to be written before `append` makes its callers wait. Default 10,000. */
  readonly maxWaiting?: number;
  /** Inline: operations to one transaction. Default 500. */
  readonly commitEvery?: number;
  /** Told of every failure that is tried again or given up. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
}

/** The embedded log knows, unlike a broker, when nothing is left to do. */
export interface EmbeddedLog extends EventLog {
  /** Nothing is being written or delivered, and every reader is at the end. Waiting on the clock for a retry is quiet. */
  isQuiet(): boolean;
  /** How many deliveries and writes are under way: handlers parked in `Clock.sleep` among them. */
  inHand(): number;
}

/** Opens the log in one SQLite file, and makes it if it is not there. */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  if (options.file === IN_MEMORY && options.writer === 'thread')
    throw new ContentFlowError('configuration', 'a log in memory cannot be shared with a writer thread', {
      field: 'writer',
      fix: "use 'inline', or name a file",
    });
  const file = new LogFile(options.file, { isSynced: options.writer === 'thread' });
  try {
    const rows = file.declare(withDeadLetterTopics(options.topics));
    const memory = options.writer === 'inline' ? new EventMemory(INLINE_MEMORY) : new EventMemory();
    const feeds = rows.map((row) => new PartitionFeed(row, file, memory));
    return new SqliteLog(options, file, await openWriter(options, file), feeds);
  } catch (error) {
    file.close();
    throw error;
  }
}

async function openWriter(options: EmbeddedLogOptions, file: LogFile): Promise<LogWriter> {
  return options.writer === 'inline'
    ? new InlineWriter(file, options.commitEvery ?? DEFAULT_COMMIT_EVERY)
    : ThreadWriter.open(options);
}

/** Time stands still until every reader is at the end. */
const INLINE_MEMORY = { maxEvents: 2000, maxCharacters: 4_000_000 };
const DEFAULT_COMMIT_EVERY = 500;
const READ_BATCH = 500;
const DEFAULT_LEASE_MS = 5_000;
const DEFAULT_POLL_MS = 5;

class SqliteLog implements EmbeddedLog, Engine {
  readonly clock: Clock;
  readonly writer: LogWriter;
  readonly activity = new Activity();
  readonly leaseMs: number | null;
  readonly batchesPerTurn: number;
  readonly nextTurn: () => Promise<void>;
  readonly commitsInFlight: number;
  readonly onError: (error: unknown) => void;
  private readonly file: LogFile;
  private readonly byTopic = new Map<string, PartitionFeed[]>();
  private readonly byId = new Map<number, PartitionFeed>();
  private readonly members = new Set<GroupMember>();
  private readonly followers = new Set<Follower>();
  private readonly watch: FileWatch | undefined;
  private readonly memberPrefix: string;
  private membersMade = 0;
  private closing: Promise<void> | undefined;

  constructor(options: EmbeddedLogOptions, file: LogFile, writer: LogWriter, feeds: readonly PartitionFeed[]) {
    const isInline = options.writer === 'inline';
    this.clock = options.clock;
    this.file = file;
    this.writer = writer;
    this.leaseMs = isInline ? null : (options.leaseMs ?? DEFAULT_LEASE_MS);
    this.batchesPerTurn = isInline ? 16 : 1;
    this.nextTurn = isInline ? nextTurn : turnsOneByOne();
    this.commitsInFlight = isInline ? 1 : 32;
    this.memberPrefix = isInline ? 'member' : randomUUID();
    this.onError = options.onError ?? ((error) => process.emitWarning(messageOf(error)));
    for (const feed of feeds) {
      this.byId.set(feed.id, feed);
      this.byTopic.set(feed.topic, [...(this.byTopic.get(feed.topic) ?? []), feed]);
    }
    if (!isInline) this.watch = new FileWatch(file, options.pollMs ?? DEFAULT_POLL_MS, this);
  }

  async append(events: readonly NewEvent[]): Promise<readonly StoredEvent[]> {
    const encoded = this.encode(events);
    const places = await this.activity.during(() => this.writer.write('append', encoded));
    this.publish(encoded, places);
    return events.map((event, i) => {
      const partition = this.byId.get(encoded.partitions[i]!)!.number;
      return { ...event, partition, offset: places.offsets[i]! };
    });
  }

  async subscribe(options: SubscribeOptions): Promise<GroupSubscription> {
    const member = new GroupMember(this, `${this.memberPrefix}-${++this.membersMade}`, options, (changed) => {
      for (const other of this.members) if (other !== changed && other.group === changed.group) other.coordinate();
    });
    this.members.add(member);
    await member.join();
    return member;
  }

  async follow(options: FollowOptions): Promise<Subscription> {
    const follower = new Follower(this, options);
    this.followers.add(follower);
    return follower;
  }

  async *read(range: {
    topic: string;
    partition: number;
    from: number;
    to: number;
  }): AsyncIterable<readonly StoredEvent[]> {
    const feed = this.feeds([range.topic])[range.partition];
    for (let from = range.from; feed && from < range.to;) {
      const events = feed.stored(from, range.to, READ_BATCH);
      if (events.length === 0) return;
      yield events;
      from = events.at(-1)!.offset + 1;
      await this.nextTurn();
    }
  }

  async ends(topics: readonly string[]): Promise<Positions> {
    const feeds = this.feeds(topics);
    if (this.watch) for (const feed of feeds) feed.refresh();
    return Object.fromEntries(feeds.map((feed) => [feed.key, feed.end]));
  }

  isQuiet(): boolean {
    return this.activity.inHand === 0;
  }

  inHand(): number {
    return this.activity.inHand;
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  feeds(topics: readonly string[]): PartitionFeed[] {
    return topics.flatMap((topic) => this.byTopic.get(topic) ?? unknownTopic(topic, this.byTopic.keys()));
  }

  encode(events: readonly NewEvent[]): Encoded {
    const partitions: number[] = [];
    const ids: string[] = [];
    const json: string[] = [];
    for (const event of events) {
      const feeds = this.byTopic.get(event.topic) ?? unknownTopic(event.topic, this.byTopic.keys());
      partitions.push(feeds[partitionOf(event.subject, feeds.length)]!.id);
      ids.push(event.id);
      json.push(toJson(event));
    }
    return { partitions, ids, events: json, byContract: events.map(isByContract) };
  }

  publish({ partitions, events, byContract }: Encoded, { offsets, repeats }: Placements): void {
    offsets.forEach((offset, i) => {
      const feed = this.byId.get(partitions[i]!)!;
      if (repeats?.has(i)) feed.refresh();
      else feed.publish({ json: events[i]!, isByContract: byContract[i]! }, offset);
    });
  }

  /** Another connection has written: what is new becomes visible, groups whose members changed share out again. */
  refresh(): void {
    for (const feed of this.byId.values()) if (feed.watchers.size > 0) feed.refresh();
    for (const member of this.members)
      if (this.file.generation(member.group) !== member.generation) member.coordinate();
  }

  private async shutDown(): Promise<void> {
    await Promise.all([...this.members, ...this.followers].map((reader) => reader.stop()));
    this.watch?.stop();
    try {
      await this.writer.close();
    } finally {
      this.file.close();
    }
  }
}

function unknownTopic(topic: string, known: Iterable<string>): never {
  throw new ContentFlowError('unknown-topic', `the log has no topic "${topic}"`, {
    field: 'topic',
    fix: `declare it when the log is opened; it has ${[...known].join(', ')}`,
  });
}
