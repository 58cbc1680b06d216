import {
  ContentFlowError,
  partitionKey,
  partitionOfKey,
  type Clock,
  type Positions,
  type StoredEvent,
} from '@contentflow/kernel';
import type { Admin, Kafka, Producer } from 'kafkajs';
import { DEAD_LETTERED, type DeadLetter, withDeadLetterTopics } from '../dead-letter.ts';
import type { TopicDefinition } from '../event-log.ts';
import { nameIn, topicsIn } from '../namespaced-log.ts';
import { toMessage } from './cloud-events.ts';
import { type ConnectionOptions, kafkaClient, kafkaCluster } from './connection.ts';
import { type Cursor, PartitionFetcher } from './partition-fetcher.ts';
import { declareTopics } from './topics.ts';

export interface KafkaCopyOptions extends ConnectionOptions {
  readonly topics: readonly TopicDefinition[];
  readonly namespace?: string;
  readonly clock: Clock;
}

/** How far each group has come, by its name within the installation. */
export type GroupPositions = Readonly<Record<string, Positions>>;

/** Exists while a restore is at work: after one that was killed, what is in the topics is known to be half. */
const RESTORING = 'contentflow.restoring';
const LOOK_AGAIN_MS = 5;
const GIVE_UP_AFTER = 6_000;
const LOOK_FOR_LEADER_MS = 200;
const LEADER_ATTEMPTS = 150;
/** Brokers take about a megabyte at once. */
const MAX_BYTES = 400_000;

/** What groups have committed. Taken before the log's ends, no group is further than the copy. */
export async function kafkaGroupPositions(options: KafkaCopyOptions): Promise<GroupPositions> {
  const { inside, topics } = namesOf(options);
  const admin = kafkaClient(options).admin();
  await admin.connect();
  try {
    const { groups } = await admin.listGroups();
    const found = new Map<string, Positions>();
    for (const { groupId } of groups.filter((group) => inside(group.groupId) !== undefined)) {
      const offsets = await admin.fetchOffsets({ groupId, topics: topics.map(({ name }) => name) });
      const positions = offsets.flatMap(({ topic, partitions }) =>
        partitions
          .filter(({ offset }) => Number(offset) >= 0)
          .map(({ partition, offset }) => [partitionKey(inside(topic) as string, partition), Number(offset)] as const),
      );
      if (positions.length > 0) found.set(inside(groupId) as string, Object.fromEntries(positions));
    }
    return Object.fromEntries(found);
  } finally {
    await admin.disconnect();
  }
}

/** Puts events back on a cluster at the offsets that they had, since decisions name these. */
export interface KafkaRestore {
  /** Whether a restore before this one was killed: then `begin` deletes what it left. */
  readonly wasInterrupted: boolean;
  /** @throws ContentFlowError `usage` where the topics hold anything */
  begin(): Promise<void>;
  /** All events of one partition, in order. Gaps, where markers of transactions lay, become gaps again. */
  append(place: { topic: string; partition: number }, events: AsyncIterable<StoredEvent>): Promise<void>;
  finish(groups: GroupPositions): Promise<void>;
  close(): Promise<void>;
}

export async function openKafkaRestore(options: KafkaCopyOptions): Promise<KafkaRestore> {
  const kafka = kafkaClient(options);
  const admin = kafka.admin();
  await admin.connect();
  const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  await producer.connect();
  const { outside, topics } = namesOf(options);
  const wasInterrupted = (await admin.listTopics()).includes(outside(RESTORING));
  return new Restore(options, kafka, admin, producer, topics, outside, wasInterrupted);
}

function namesOf({ namespace, topics }: KafkaCopyOptions) {
  const outside = (name: string): string => (namespace ? nameIn(namespace, name) : name);
  const inside = (name: string): string | undefined =>
    namespace ? (name.startsWith(nameIn(namespace, '')) ? name.slice(namespace.length + 1) : undefined) : name;
  return { outside, inside, topics: withDeadLetterTopics(namespace ? topicsIn(namespace, topics) : topics) };
}

class Restore implements KafkaRestore {
  readonly wasInterrupted: boolean;
  private readonly options: KafkaCopyOptions;
  private readonly kafka: Kafka;
  private readonly admin: Admin;
  private readonly producer: Producer;
  private readonly topics: readonly TopicDefinition[];
  private readonly outside: (name: string) => string;

  constructor(
    options: KafkaCopyOptions,
    kafka: Kafka,
    admin: Admin,
    producer: Producer,
    topics: readonly TopicDefinition[],
    outside: (name: string) => string,
    wasInterrupted: boolean,
  ) {
    this.options = options;
    this.kafka = kafka;
    this.admin = admin;
    this.producer = producer;
    this.topics = topics;
    this.outside = outside;
    this.wasInterrupted = wasInterrupted;
  }

  async begin(): Promise<void> {
    if (this.wasInterrupted) await this.clear();
    await this.mustBeEmpty();
    // The client's own wait for leaders gives up where a broker does not know of the topic yet.
    await this.admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: this.outside(RESTORING), numPartitions: 1 }],
    });
    await declareTopics(this.admin, this.topics, this.options.clock);
    for (const { name } of this.topics) await this.awaitLeader(name);
  }

  /** A partition that was just made has no leader for a while, and nothing can be written to it. */
  private async awaitLeader(topic: string): Promise<void> {
    for (let look = 1; ; look++)
      try {
        await this.admin.fetchTopicOffsets(topic);
        return;
      } catch (error) {
        if (look === LEADER_ATTEMPTS) throw error;
        await this.options.clock.sleep(LOOK_FOR_LEADER_MS);
      }
  }

  async append(place: { topic: string; partition: number }, events: AsyncIterable<StoredEvent>): Promise<void> {
    const topic = this.outside(place.topic);
    const partition = new PartitionRestore(
      this.kafka,
      this.admin,
      this.producer,
      this.options.clock,
      topic,
      place.partition,
    );
    try {
      for await (const event of events) await partition.add(event, this.sent(event));
      await partition.flush(0);
    } finally {
      await partition.close();
    }
  }

  async finish(groups: GroupPositions): Promise<void> {
    const positions = Object.values(groups).flatMap((each) => Object.keys(each));
    const topics = [...new Set(positions.map((place) => this.outside(partitionOfKey(place).topic)))];
    const fetcher = new PartitionFetcher(kafkaCluster(this.options));
    try {
      await fetcher.connect(topics);
      const ends = await this.endsOf(topics);
      // As members they would wait for five seconds each until a group has come together.
      for (const [group, reached] of Object.entries(groups))
        await fetcher.commitFor(this.outside(group), this.cursorsOf(reached, ends));
    } finally {
      await fetcher.disconnect();
    }
    await this.deleted([this.outside(RESTORING)]);
  }

  private async endsOf(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const ends = new Map<string, number>();
    for (const topic of topics)
      for (const { partition, high } of await this.admin.fetchTopicOffsets(topic))
        ends.set(partitionKey(topic, partition), Number(high));
    return ends;
  }

  /** What ended a transaction behind the last event is not brought back; a group beyond the end would begin at the first event again. */
  private cursorsOf(reached: Positions, ends: ReadonlyMap<string, number>): Cursor[] {
    return Object.entries(reached).map(([place, next]) => {
      const { topic: inside, partition } = partitionOfKey(place);
      const topic = this.outside(inside);
      return { topic, partition, next: Math.min(next, ends.get(partitionKey(topic, partition)) ?? next) };
    });
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
    await this.admin.disconnect();
  }

  /** A dead letter names its topic and group as they are outside. */
  private sent(event: StoredEvent): StoredEvent {
    if (event.type !== DEAD_LETTERED) return event;
    const letter = event.data as DeadLetter;
    const group = this.outside(letter.group);
    const inner = { ...letter.event, topic: this.outside(letter.event.topic) };
    return { ...event, source: group, data: { ...letter, group, event: inner } };
  }

  private async mustBeEmpty(): Promise<void> {
    const existing = new Set(await this.admin.listTopics());
    for (const { name } of this.topics.filter((topic) => existing.has(topic.name)))
      if ((await this.admin.fetchTopicOffsets(name)).some(({ high }) => Number(high) > 0))
        throw new ContentFlowError('usage', `topic ${name} is not empty`, {
          fix: 'restore into another cluster, or another CONTENTFLOW_NAMESPACE',
        });
  }

  private async clear(): Promise<void> {
    const existing = new Set(await this.admin.listTopics());
    const names = [...this.topics.map(({ name }) => name), this.outside(RESTORING)];
    await this.deleted(names.filter((name) => existing.has(name)));
  }

  private async deleted(names: readonly string[]): Promise<void> {
    await this.admin.deleteTopics({ topics: [...names] });
    for (let look = 0; look < GIVE_UP_AFTER; look++) {
      const existing = new Set(await this.admin.listTopics());
      if (!names.some((name) => existing.has(name))) return;
      await this.options.clock.sleep(LOOK_AGAIN_MS);
    }
  }
}

/** One partition, written from its beginning. A gap of one is the marker of a commit; a longer one a transaction that is given up. */
class PartitionRestore {
  private readonly kafka: Kafka;
  private readonly admin: Admin;
  private readonly plain: Producer;
  private readonly clock: Clock;
  private readonly topic: string;
  private readonly partition: number;
  private transactional: Promise<Producer> | undefined;
  private waiting: StoredEvent[] = [];
  private bytes = 0;
  private next = 0;

  constructor(kafka: Kafka, admin: Admin, plain: Producer, clock: Clock, topic: string, partition: number) {
    this.kafka = kafka;
    this.admin = admin;
    this.plain = plain;
    this.clock = clock;
    this.topic = topic;
    this.partition = partition;
  }

  async add({ offset }: StoredEvent, event: StoredEvent): Promise<void> {
    const gap = offset - this.next - this.waiting.length;
    if (gap > 0 || this.bytes > MAX_BYTES) await this.flush(gap);
    this.waiting.push(event);
    this.bytes += JSON.stringify(event.data ?? null).length;
  }

  /** Writes what waits, and after it as many offsets that hold no event. */
  async flush(gap: number): Promise<void> {
    const messages = this.waiting.map((event) => toMessage(event, this.partition));
    this.waiting = [];
    this.bytes = 0;
    if (gap === 1 && messages.length > 0) return this.transaction(messages, 'commit');
    if (messages.length > 0) {
      const [sent] = await this.plain.send({ topic: this.topic, messages });
      this.reached(sent?.baseOffset, messages.length);
    }
    const filler = { key: 'gap', value: '', partition: this.partition };
    if (gap === 1) throw this.differs('an offset before its first event that no transaction can leave');
    if (gap > 1)
      await this.transaction(
        Array.from({ length: gap - 1 }, () => filler),
        'abort',
      );
  }

  async close(): Promise<void> {
    await (await this.transactional)?.disconnect();
  }

  private async transaction(messages: ReturnType<typeof toMessage>[], end: 'commit' | 'abort'): Promise<void> {
    this.transactional ??= this.connected();
    const transaction = await (await this.transactional).transaction();
    const [sent] = await transaction.send({ topic: this.topic, messages });
    await transaction[end]();
    this.reached(sent?.baseOffset, messages.length);
    this.next++;
    // The coordinator writes its marker in its own time; what comes next must come after it.
    for (let look = 0; look < GIVE_UP_AFTER; look++) {
      const ends = await this.admin.fetchTopicOffsets(this.topic);
      if (Number(ends.find(({ partition }) => partition === this.partition)?.high) >= this.next) return;
      await this.clock.sleep(LOOK_AGAIN_MS);
    }
    throw this.differs('no marker of a transaction');
  }

  private reached(baseOffset: string | undefined, count: number): void {
    if (Number(baseOffset) !== this.next) throw this.differs(`an event at ${baseOffset} instead of ${this.next}`);
    this.next += count;
  }

  private differs(what: string): ContentFlowError {
    return new ContentFlowError('restore-failed', `${this.topic}/${this.partition} has ${what}`, {
      fix: 'see that nothing else writes to the cluster, and run it again',
    });
  }

  private async connected(): Promise<Producer> {
    const producer = this.kafka.producer({
      transactionalId: `contentflow-restore/${this.topic}/${this.partition}`,
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    });
    await producer.connect();
    return producer;
  }
}
