import {
  ContentFlowError,
  isContentFlowError,
  messageOf,
  partitionKey,
  type Clock,
  type NewEvent,
  type Positions,
  type StoredEvent,
} from '@contentflow/kernel';
import { Partitioners, type Admin, type Message } from 'kafkajs';
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
import { BatchingProducer } from './batching-producer.ts';
import { toMessage } from './cloud-events.ts';
import { type ConnectionOptions, kafkaClient, kafkaCluster, unreachable } from './connection.ts';
import { KafkaFollower } from './kafka-follower.ts';
import { KafkaGroupMember } from './kafka-group-member.ts';
import { PartitionFetcher, type Cursor } from './partition-fetcher.ts';
import { eventEnds, scan } from './partition-scan.ts';
import { RepeatedIds } from './repeated-ids.ts';
import { namespaced, topicsIn } from '../namespaced-log.ts';
import { declareTopics } from './topics.ts';

export interface KafkaLogOptions extends ConnectionOptions {
  readonly topics: readonly TopicDefinition[];
  readonly clock: Clock;
  /** Stands before the names of topics and groups: installations with different ones share a cluster, and see nothing of each other. Default: none. */
  readonly namespace?: string;
  /** A member of a group that gives no sign of life for so long loses its partitions. Default 10,000; brokers refuse less than 6,000. */
  readonly sessionTimeoutMs?: number;
  /** Events that may wait to be sent before `append` makes its callers wait. Default 10,000. */
  readonly maxWaiting?: number;
  /** Told of every failure that is tried again or given up. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
}

const CONNECT_RETRIES = 3;
const MAX_BATCH = 1_000;
const DEFAULT_MAX_WAITING = 10_000;

/** Opens the log on a Kafka cluster, and makes the topics that it lacks. */
export async function openKafkaLog({ namespace, ...options }: KafkaLogOptions): Promise<EventLog> {
  if (!namespace) return open(options);
  return namespaced(await open({ ...options, topics: topicsIn(namespace, options.topics) }), namespace);
}

async function open(options: KafkaLogOptions): Promise<EventLog> {
  const topics = withDeadLetterTopics(options.topics);
  const admin = kafkaClient(options, CONNECT_RETRIES).admin();
  try {
    await admin.connect();
    await declareTopics(admin, topics, options.clock);
    const producer = kafkaClient(options).producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const fetcher = new PartitionFetcher(kafkaCluster(options));
    await fetcher.connect(topics.map(({ name }) => name));
    const limits = { maxBatch: MAX_BATCH, maxWaiting: options.maxWaiting ?? DEFAULT_MAX_WAITING };
    return new KafkaLog(options, topics, { admin, fetcher, producer: new BatchingProducer(producer, limits) });
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    throw isContentFlowError(error) ? error : unreachable(options, error);
  }
}

interface Connections {
  readonly admin: Admin;
  readonly fetcher: PartitionFetcher;
  readonly producer: BatchingProducer;
}

class KafkaLog implements EventLog {
  private readonly options: KafkaLogOptions;
  private readonly topics: ReadonlyMap<string, TopicDefinition>;
  private readonly connections: Connections;
  private readonly readers = new Set<Subscription>();
  private readonly repeated: RepeatedIds;
  private readonly knownEnds = new Map<string, { stable: number; end: number }>();
  private readonly onError: (error: unknown) => void;
  private closing: Promise<void> | undefined;

  constructor(options: KafkaLogOptions, topics: readonly TopicDefinition[], connections: Connections) {
    this.options = options;
    this.topics = new Map(topics.map((topic) => [topic.name, topic]));
    this.connections = connections;
    this.repeated = new RepeatedIds((topic, partition, from, to) =>
      scan(connections.fetcher, { topic, partition, next: from }, to),
    );
    this.onError = options.onError ?? ((error) => process.emitWarning(messageOf(error)));
  }

  async append(events: readonly NewEvent[]): Promise<readonly StoredEvent[]> {
    const { topics, messages } = this.encode(events);
    const offsets = await this.connections.producer.send(topics, messages);
    return events.map((event, i) => ({ ...event, partition: messages[i]!.partition!, offset: offsets[i]! }));
  }

  async subscribe(options: SubscribeOptions): Promise<GroupSubscription> {
    for (const topic of options.topics) this.definition(topic);
    const member = new KafkaGroupMember(
      {
        connection: this.options,
        clock: this.options.clock,
        admin: this.connections.admin,
        sessionTimeoutMs: this.options.sessionTimeoutMs,
        encode: (events) => this.encode(events),
        markRepeats: this.repeated.reader(),
        onError: this.onError,
      },
      options,
    );
    this.readers.add(member);
    await member.join();
    return member;
  }

  async follow(options: FollowOptions): Promise<Subscription> {
    const partitions = this.partitionsOf(options.topics);
    const fetcher = new PartitionFetcher(kafkaCluster(this.options));
    await fetcher.connect(options.topics);
    const { clock } = this.options;
    const context = { fetcher, clock, partitions, onError: this.onError };
    const follower = new KafkaFollower({ ...context, markRepeats: this.repeated.reader() }, options);
    this.readers.add(follower);
    return follower;
  }

  async *read(range: {
    topic: string;
    partition: number;
    from: number;
    to: number;
  }): AsyncIterable<readonly StoredEvent[]> {
    const { topic, partition } = range;
    const { fetcher } = this.connections;
    const [end] = (await fetcher.stableEnds([this.definition(topic)])).filter((own) => own.partition === partition);
    if (!end) return;
    const marked = this.repeated.reader();
    const cursor = { topic, partition, next: range.from };
    for await (const events of scan(fetcher, cursor, Math.min(range.to, end.next))) yield await marked(events);
  }

  async ends(topics: readonly string[]): Promise<Positions> {
    const stable = await this.connections.fetcher.stableEnds(topics.map((topic) => this.definition(topic)));
    const moved = stable.filter((end) => this.knownEnds.get(keyOf(end))?.stable !== end.next);
    for (const [cursor, end] of await eventEnds(this.connections.fetcher, moved))
      this.knownEnds.set(keyOf(cursor), { stable: cursor.next, end });
    return Object.fromEntries(stable.map((end) => [keyOf(end), this.knownEnds.get(keyOf(end))!.end]));
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    const { admin, fetcher, producer } = this.connections;
    await Promise.all([...this.readers].map((reader) => reader.stop()));
    await producer.close();
    await Promise.all([admin.disconnect(), fetcher.disconnect()]);
  }

  private encode(events: readonly NewEvent[]): { topics: string[]; messages: Message[] } {
    const messages = events.map((event) =>
      toMessage(event, partitionOf(event.subject, this.definition(event.topic).partitions)),
    );
    return { topics: events.map(({ topic }) => topic), messages };
  }

  private partitionsOf(topics: readonly string[]): { topic: string; partition: number }[] {
    return topics.flatMap((topic) =>
      Array.from({ length: this.definition(topic).partitions }, (_, partition) => ({ topic, partition })),
    );
  }

  private definition(topic: string): TopicDefinition {
    const definition = this.topics.get(topic);
    if (definition) return definition;
    throw new ContentFlowError('unknown-topic', `the log has no topic "${topic}"`, {
      field: 'topic',
      fix: `declare it when the log is opened; it has ${[...this.topics.keys()].join(', ')}`,
    });
  }
}

const keyOf = ({ topic, partition }: Cursor): string => partitionKey(topic, partition);
