import type { Message, Producer, RecordMetadata } from 'kafkajs';
import { grouped } from './grouped.ts';

interface Waiting {
  readonly topics: readonly string[];
  readonly messages: readonly Message[];
  resolve(offsets: number[]): void;
  reject(error: unknown): void;
}

/**
 * Sends one batch at a time through an idempotent producer; what arrives meanwhile makes up the next. So order is kept,
 * and many small appends cost as little as a large one.
 */
export class BatchingProducer {
  private readonly producer: Producer;
  private readonly maxBatch: number;
  private readonly maxWaiting: number;
  private readonly forRoom: (() => void)[] = [];
  private waiting: Waiting[] = [];
  private load = 0;
  private sending: Promise<void> | undefined;

  constructor(producer: Producer, limits: { maxBatch: number; maxWaiting: number }) {
    this.producer = producer;
    this.maxBatch = limits.maxBatch;
    this.maxWaiting = limits.maxWaiting;
  }

  /** The offset of each message, once all replicas in sync have it. */
  send(topics: readonly string[], messages: readonly Message[]): Promise<number[]> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        this.load += messages.length;
        this.waiting.push({ topics, messages, resolve, reject });
        this.sending ??= Promise.resolve().then(() => this.sendAll());
      };
      if (this.load < this.maxWaiting && this.forRoom.length === 0) enter();
      else this.forRoom.push(enter);
    });
  }

  async close(): Promise<void> {
    while (this.sending) await this.sending;
    await this.producer.disconnect();
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.nextBatch();
      await this.sendBatch(batch);
      while (this.load < this.maxWaiting && this.forRoom.length > 0) this.forRoom.shift()!();
    }
    this.sending = undefined;
  }

  private nextBatch(): Waiting[] {
    let size = 0;
    let count = 0;
    while (count < this.waiting.length && (count === 0 || size < this.maxBatch))
      size += this.waiting[count++]!.messages.length;
    this.load -= size;
    return this.waiting.splice(0, count);
  }

  private async sendBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const topicMessages = byTopic(batch);
      const metadata = topicMessages.length > 0 ? await this.producer.sendBatch({ topicMessages }) : [];
      const next = nextOffsets(metadata);
      for (const { topics, messages, resolve } of batch)
        resolve(messages.map(({ partition }, i) => next(topics[i]!, partition!)));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

function byTopic(batch: readonly Waiting[]): { topic: string; messages: Message[] }[] {
  const all = batch.flatMap(({ topics, messages }) => messages.map((message, i) => ({ topic: topics[i]!, message })));
  return [...grouped(all, ({ topic }) => topic)].map(([topic, own]) => ({
    topic,
    messages: own.map(({ message }) => message),
  }));
}

/** The broker tells the first offset of each partition; the batch's messages follow one another from there. */
function nextOffsets(metadata: readonly RecordMetadata[]): (topic: string, partition: number) => number {
  const next = new Map(metadata.map((m) => [`${m.topicName}/${m.partition}`, Number(m.baseOffset)]));
  return (topic, partition) => {
    const key = `${topic}/${partition}`;
    const offset = next.get(key) ?? -1;
    next.set(key, offset + 1);
    return offset;
  };
}
