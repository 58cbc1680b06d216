import { messageOf, type Clock, type NewEvent, type StoredEvent } from '@contentflow/kernel';
import type { Message, Producer, Transaction } from 'kafkajs';
import type { SubscribeOptions } from '../event-log.ts';
import { reactionTo } from '../reaction.ts';
import { grouped } from './grouped.ts';

/** A reaction waits so long for others to share its transaction; progress alone, which can be repeated, longer. */
const REACTION_LINGER_MS = 10;
const PROGRESS_LINGER_MS = 500;
const FULL = 1_000;
const RESUME_BELOW = 200;
const MAX_UNCOMMITTED = 1_000;

export interface LaneOptions {
  readonly topic: string;
  readonly partition: number;
  readonly subscription: SubscribeOptions;
  readonly clock: Clock;
  /** With the transactional id of this group, topic and partition. */
  readonly producer: Producer;
  committedOffset(): Promise<number>;
  encode(events: readonly NewEvent[]): { topics: readonly string[]; messages: readonly Message[] };
  onError(error: unknown): void;
  /** Told once when the lane cannot go on: another member has the partition, or a transaction failed. */
  onFailure(error: unknown): void;
  onFull(): void;
  onRoom(): void;
}

interface Reacted {
  readonly topic: string;
  readonly message: Message;
}

/** One partition in the hands of one member: handles its events in order and commits what they cause in transactions. */
export class KafkaLane {
  private readonly options: LaneOptions;
  private readonly stopping = new AbortController();
  private queue: StoredEvent[] = [];
  private isFull = false;
  private working: Promise<void> | undefined;
  private committing: Promise<void> | undefined;
  private reactions: Reacted[] = [];
  private linger: { cancel(): void; dueIn: number } | undefined;
  private next = 0;
  private committed = 0;
  /** Up to here the partition has been fetched without a gap. */
  private fetchedTo = 0;
  private hasFailed = false;
  private transaction: Transaction | undefined;

  constructor(options: LaneOptions) {
    this.options = options;
  }

  /** Fences whoever had the partition before, and only then asks how far they came. */
  async open(): Promise<number> {
    await this.options.producer.connect();
    this.transaction = await this.options.producer.transaction();
    this.next = this.committed = this.fetchedTo = await this.options.committedOffset();
    return this.next;
  }

  push(events: readonly StoredEvent[]): void {
    if (this.stopping.signal.aborted) return;
    for (const event of events) if (event.offset >= this.next) this.queue.push(event);
    if (this.queue.length >= FULL && !this.isFull) {
      this.isFull = true;
      this.options.onFull();
    }
    if (this.queue.length > 0) this.working ??= this.workOn();
  }

  /** Told once all events between two offsets have been pushed: whatever else has offsets there is no event. */
  covered(from: number, to: number): void {
    if (from > this.fetchedTo || to <= this.fetchedTo) return;
    this.fetchedTo = to;
    this.passMarkers();
  }

  /** Resolves when what was in hand is handled and, if the partition is still this member's, committed. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.working;
    await this.commitNow();
    await this.options.producer.disconnect();
  }

  private async workOn(): Promise<void> {
    const { signal } = this.stopping;
    for (let at = 0; ; at++) {
      if (at === this.queue.length || at >= RESUME_BELOW) at = this.takeFromQueue(at);
      const event = this.queue[at];
      if (!event || signal.aborted) break;
      const reaction = await reactionTo(event, { ...this.options, signal });
      if (!reaction) break;
      reaction.messages.forEach((message, i) => this.reactions.push({ topic: reaction.topics[i]!, message }));
      this.next = event.offset + 1;
      await this.commitSoon();
    }
    this.working = undefined;
    this.passMarkers();
  }

  /** What ends a transaction has an offset behind its last event: unless it counts as read, Kafka's tools show a lag where there is none. */
  private passMarkers(): void {
    const isIdle = this.working === undefined && this.queue.length === 0 && !this.stopping.signal.aborted;
    if (!isIdle || this.next >= this.fetchedTo) return;
    this.next = this.fetchedTo;
    void this.commitSoon();
  }

  private takeFromQueue(count: number): 0 {
    this.queue = this.queue.slice(count);
    if (this.isFull && this.queue.length < RESUME_BELOW) {
      this.isFull = false;
      this.options.onRoom();
    }
    return 0;
  }

  /** The handler goes on meanwhile, up to a bound. */
  private async commitSoon(): Promise<void> {
    const lingerMs = this.reactions.length > 0 ? REACTION_LINGER_MS : PROGRESS_LINGER_MS;
    if (!this.linger || lingerMs < this.linger.dueIn) {
      this.linger?.cancel();
      const timer = setTimeout(() => {
        this.linger = undefined;
        void this.commitNow();
      }, lingerMs);
      this.linger = { cancel: () => clearTimeout(timer), dueIn: lingerMs };
    }
    if (this.reactions.length >= MAX_UNCOMMITTED) await this.commitNow();
  }

  private async commitNow(): Promise<void> {
    this.linger?.cancel();
    this.linger = undefined;
    while (this.committing) await this.committing;
    if (this.hasFailed || this.next === this.committed) return;
    this.committing = this.commit().finally(() => (this.committing = undefined));
    await this.committing;
  }

  /** Reactions and offset, all or nothing. */
  private async commit(): Promise<void> {
    const { producer, subscription, topic, partition } = this.options;
    const next = this.next;
    const reactions = this.reactions;
    this.reactions = [];
    try {
      const transaction = (this.transaction ??= await producer.transaction());
      this.transaction = undefined;
      if (reactions.length > 0) await transaction.sendBatch({ topicMessages: byTopic(reactions) });
      await transaction.sendOffsets({
        consumerGroupId: subscription.group,
        topics: [{ topic, partitions: [{ partition, offset: String(next) }] }],
      });
      await transaction.commit();
      this.committed = next;
    } catch (error) {
      this.break(error);
    }
  }

  private break(error: unknown): void {
    this.hasFailed = true;
    this.stopping.abort();
    this.options.onFailure(isFenced(error) ? undefined : error);
  }
}

function byTopic(reactions: readonly Reacted[]): { topic: string; messages: Message[] }[] {
  const groups = grouped(reactions, ({ topic }) => topic);
  return [...groups].map(([topic, own]) => ({ topic, messages: own.map(({ message }) => message) }));
}

/** Another member has taken the partition and with it the transactional id. */
const isFenced = (error: unknown): boolean =>
  /PRODUCER_FENCED|INVALID_PRODUCER_EPOCH|newer epoch|fenced/i.test(
    `${(error as { type?: unknown } | null)?.type} ${messageOf(error)}`,
  );
