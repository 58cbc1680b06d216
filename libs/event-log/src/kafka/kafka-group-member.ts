import { partitionKey, type Clock, type NewEvent } from '@contentflow/kernel';
import type { Admin, Consumer, EachBatchPayload, Message } from 'kafkajs';
import type { GroupSubscription, SubscribeOptions } from '../event-log.ts';
import { fromMessage } from './cloud-events.ts';
import { kafkaClient, type ConnectionOptions } from './connection.ts';
import { KafkaLane } from './kafka-lane.ts';
import { isPassing } from './partition-fetcher.ts';
import type { MarkRepeats } from './repeated-ids.ts';
import { whatIsGone } from './whole-history.ts';

const FETCH_WAIT_MS = 200;
const PAUSE_AFTER_ERROR_MS = 1_000;
const TRANSACTION_TIMEOUT_MS = 30_000;
const DEFAULT_SESSION_MS = 10_000;

export interface MemberContext {
  readonly connection: ConnectionOptions;
  readonly clock: Clock;
  readonly admin: Admin;
  readonly sessionTimeoutMs?: number;
  encode(events: readonly NewEvent[]): { topics: readonly string[]; messages: readonly Message[] };
  readonly markRepeats: MarkRepeats;
  onError(error: unknown): void;
}

interface BatchProcessed {
  readonly topic: string;
  readonly partition: number;
  readonly batchSize: number;
  /** Null where nothing was fetched. */
  readonly firstOffset: string | null;
  readonly lastOffset: string;
}

/** A partition of this member: closed until its first events arrive, because opening it costs a producer. */
interface Holding {
  readonly topic: string;
  readonly partition: number;
  state: 'closed' | 'opening' | 'open';
  lane?: KafkaLane;
  /** Resolves when whatever this process did with the partition before has ended. */
  readonly before: Promise<unknown>;
}

/**
 * A member of a Kafka consumer group. kafkajs brings membership and messages; each partition has a lane, which handles
 * apart from the others, so that a slow or failing partition holds up none of them.
 */
export class KafkaGroupMember implements GroupSubscription {
  partitions: ReadonlySet<string> = new Set();
  private readonly context: MemberContext;
  private readonly options: SubscribeOptions;
  private holdings = new Map<string, Holding>();
  private readonly endings = new Map<string, Promise<unknown>>();
  private readonly stopping = new AbortController();
  private consumer: Consumer;
  /** Between a crash and the next generation kafkajs throws on whatever it is asked of partitions. */
  private isJoined = false;
  private joined: () => void = () => undefined;

  constructor(context: MemberContext, options: SubscribeOptions) {
    this.context = context;
    this.options = options;
    this.consumer = this.newConsumer();
  }

  async join(): Promise<void> {
    const joining = new Promise<void>((resolve) => (this.joined = resolve));
    await this.consume();
    await joining;
  }

  async stop(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    for (const key of this.holdings.keys()) this.release(key);
    await Promise.all(this.endings.values());
    await this.consumer.disconnect();
    this.partitions = new Set();
  }

  private newConsumer(): Consumer {
    const sessionTimeout = this.context.sessionTimeoutMs ?? DEFAULT_SESSION_MS;
    const consumer = kafkaClient(this.context.connection).consumer({
      groupId: this.options.group,
      sessionTimeout,
      rebalanceTimeout: sessionTimeout,
      heartbeatInterval: Math.min(1_000, sessionTimeout / 5),
      maxWaitTimeInMs: FETCH_WAIT_MS,
      allowAutoTopicCreation: false,
      readUncommitted: false,
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.assign(payload.memberAssignment));
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => this.pass(payload));
    consumer.on(consumer.events.CRASH, ({ payload }) => this.survive(payload.error, payload.restart));
    return consumer;
  }

  private async consume(): Promise<void> {
    const { consumer } = this;
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async (payload) => this.take(payload),
    });
  }

  /** kafkajs starts again by itself after errors it takes for passing; for the others we do. */
  private survive(error: unknown, isRestarted: boolean): void {
    this.isJoined = false;
    if (this.stopping.signal.aborted) return;
    if (!isRestarted || !isPassing(error)) this.context.onError(error);
    if (!isRestarted) void this.restart();
  }

  private async restart(): Promise<void> {
    await this.context.clock.sleep(PAUSE_AFTER_ERROR_MS, this.stopping.signal);
    if (this.stopping.signal.aborted) return;
    await this.consumer.disconnect().catch(() => undefined);
    this.consumer = this.newConsumer();
    await this.consume().catch((error: unknown) => this.survive(error, false));
  }

  /** Every generation begins with closed partitions: between two of them another member may have had any of ours. */
  private assign(assignment: Record<string, number[]>): void {
    for (const key of this.holdings.keys()) this.release(key);
    this.holdings = new Map();
    if (this.stopping.signal.aborted) return;
    this.isJoined = true;
    for (const [topic, partitions] of Object.entries(assignment))
      for (const partition of partitions) this.hold(topic, partition);
    this.publishMembership();
    this.joined();
  }

  private hold(topic: string, partition: number): void {
    const key = partitionKey(topic, partition);
    const before = this.endings.get(key) ?? Promise.resolve();
    this.holdings.set(key, { topic, partition, state: 'closed', before });
    this.consumer.resume([{ topic, partitions: [partition] }]);
  }

  private release(key: string): void {
    const { lane, before } = this.holdings.get(key)!;
    const ending = Promise.all([before, lane?.stop()])
      .catch((error: unknown) => this.context.onError(error))
      .finally(() => this.endings.get(key) === ending && this.endings.delete(key));
    this.endings.set(key, ending);
    this.holdings.delete(key);
  }

  private async take({ batch, isStale }: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = batch;
    const holding = this.holdings.get(partitionKey(topic, partition));
    if (!holding || isStale()) return;
    if (holding.state === 'closed') void this.open(holding);
    else if (holding.state === 'open') {
      const events = messages.map((message) => fromMessage(topic, partition, message));
      const marked = await this.context.markRepeats(events);
      if (isStale()) return;
      holding.lane!.push(marked);
      holding.lane!.covered(Number(batch.firstOffset()), Number(batch.lastOffset()) + 1);
    }
  }

  /** Of what holds no event kafkajs tells nobody but who listens. */
  private pass({ topic, partition, batchSize, firstOffset, lastOffset }: BatchProcessed): void {
    const holding = this.holdings.get(partitionKey(topic, partition));
    if (batchSize > 0 || firstOffset === null || holding?.state !== 'open') return;
    holding.lane!.covered(Number(firstOffset), Number(lastOffset) + 1);
  }

  /** What has been fetched is dropped; once the lane knows where to begin, it is fetched again from there. */
  private async open(holding: Holding): Promise<void> {
    const { topic, partition, before } = holding;
    const place = [{ topic, partitions: [partition] }];
    const { consumer } = this;
    holding.state = 'opening';
    consumer.pause(place);
    try {
      await before;
      if (!this.isHeld(holding)) return;
      holding.lane = this.newLane(holding);
      const offset = await holding.lane.open();
      if (!this.isHeld(holding)) return;
      holding.state = 'open';
      consumer.seek({ topic, partition, offset: String(offset) });
      consumer.resume(place);
    } catch (error) {
      await this.reopen(holding, error);
    }
  }

  private isHeld(holding: Holding): boolean {
    return this.holdings.get(partitionKey(holding.topic, holding.partition)) === holding;
  }

  private newLane({ topic, partition }: Holding): KafkaLane {
    const { connection, clock, onError, encode } = this.context;
    const key = partitionKey(topic, partition);
    const place = [{ topic, partitions: [partition] }];
    const holding = this.holdings.get(key)!;
    return new KafkaLane({
      topic,
      partition,
      subscription: this.options,
      clock,
      producer: kafkaClient(connection).producer({
        transactionalId: `${this.options.group}/${key}`,
        transactionTimeout: TRANSACTION_TIMEOUT_MS,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
      }),
      committedOffset: () => this.committedOffset(topic, partition),
      encode,
      onError,
      onFailure: (error) => void this.reopen(holding, error),
      onFull: () => this.isJoined && this.isHeld(holding) && this.consumer.pause(place),
      onRoom: () => this.isJoined && this.isHeld(holding) && this.consumer.resume(place),
    });
  }

  private async committedOffset(topic: string, partition: number): Promise<number> {
    const groupId = this.options.group;
    const [offsets] = await this.context.admin.fetchOffsets({ groupId, topics: [topic] });
    const committed = offsets?.partitions.find((own) => own.partition === partition)?.offset ?? '-1';
    const offset = Math.max(0, Number(committed));
    const there = (await this.context.admin.fetchTopicOffsets(topic)).find((own) => own.partition === partition);
    // kafkajs would go on behind what is gone, as if there had been nothing.
    const gone = whatIsGone([{ topic, partition, begins: Number(there?.low ?? 0) }], offset);
    if (gone) throw gone;
    return offset;
  }

  /** A broken lane lost its place. If the partition is still ours, the broker says where to go on. */
  private async reopen(holding: Holding, error: unknown): Promise<void> {
    if (!this.isHeld(holding)) return;
    if (error !== undefined) this.context.onError(error);
    this.release(partitionKey(holding.topic, holding.partition));
    const pauseMs = error === undefined ? FETCH_WAIT_MS : PAUSE_AFTER_ERROR_MS;
    await this.context.clock.sleep(pauseMs, this.stopping.signal);
    const key = partitionKey(holding.topic, holding.partition);
    // Once it has joined again, every partition of its new generation is opened.
    if (!this.isJoined || this.stopping.signal.aborted || this.holdings.has(key) || !this.partitions.has(key)) return;
    this.hold(holding.topic, holding.partition);
    void this.open(this.holdings.get(key)!);
  }

  private publishMembership(): void {
    const partitions = new Set(this.holdings.keys());
    const isSame = partitions.size === this.partitions.size && [...partitions].every((key) => this.partitions.has(key));
    this.partitions = partitions;
    if (!isSame) this.options.onAssigned?.(partitions);
  }
}
