import type { NewEvent } from '@contentflow/kernel';
import {
  Kafka,
  logLevel,
  Partitioners,
  type Admin,
  type Consumer,
  type KafkaMessage,
  type Message,
  type Producer,
} from 'kafkajs';
import { partitionOf } from '../partition-of.ts';
import { Meter } from './meter.ts';

export interface Stoppable {
  stop(): Promise<void>;
}

const PARTITIONS = 4;
const FETCH_WAIT_MS = 200;

/** kafkajs and nothing else, with the same durability: idempotent, all replicas, transactions of a batch each. */
export class BareKafka {
  private readonly kafka: Kafka;
  private readonly producer: Producer;
  private readonly admin: Admin;

  static async connect(brokers: readonly string[]): Promise<BareKafka> {
    const bare = new BareKafka(brokers);
    await Promise.all([bare.producer.connect(), bare.admin.connect()]);
    return bare;
  }

  private constructor(brokers: readonly string[]) {
    const retry = { initialRetryTime: 20, retries: 20 };
    this.kafka = new Kafka({ brokers: [...brokers], clientId: 'bare', logLevel: logLevel.NOTHING, retry });
    this.producer = this.kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
    this.admin = this.kafka.admin();
  }

  async produce(events: readonly NewEvent[]): Promise<void> {
    await this.producer.send({ topic: events[0]!.topic, messages: events.map(bareMessage) });
  }

  /** Events per second, their data parsed. */
  async consume({ topic, groupId, count }: { topic: string; groupId: string; count: number }): Promise<number> {
    const meter = new Meter(count);
    const consumer = await this.consumer(topic, groupId);
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { value } of batch.messages) JSON.parse(String(value));
        meter.saw(batch.messages.length);
      },
    });
    const rate = await meter.rate;
    await consumer.disconnect();
    return rate;
  }

  /** Answers each batch with as many messages, in one transaction with its offsets. */
  async react({ requests, answers }: { requests: string; answers: string }, groupId: string): Promise<Stoppable> {
    const producer = this.kafka.producer({ transactionalId: groupId, maxInFlightRequests: 1 });
    await producer.connect();
    const consumer = await this.consumer(requests, groupId);
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const transaction = await producer.transaction();
        await transaction.send({ topic: answers, messages: batch.messages.map((message) => answerTo(message)) });
        const partitions = [{ partition: batch.partition, offset: String(Number(batch.lastOffset()) + 1) }];
        await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic: requests, partitions }] });
        await transaction.commit();
      },
    });
    return {
      stop: async () => {
        await consumer.disconnect();
        await producer.disconnect();
      },
    };
  }

  async deleteTopics(topics: string[]): Promise<void> {
    await this.admin.deleteTopics({ topics });
  }

  async disconnect(): Promise<void> {
    await Promise.all([this.producer.disconnect(), this.admin.disconnect()]);
  }

  private async consumer(topic: string, groupId: string): Promise<Consumer> {
    const consumer = this.kafka.consumer({ groupId, maxWaitTimeInMs: FETCH_WAIT_MS });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    return consumer;
  }
}

function bareMessage(event: NewEvent): Message {
  const { data, subject, topic: _topic, time, ...attributes } = event;
  const headers = { ...attributes, time: String(time) };
  return { key: subject, value: JSON.stringify(data), headers, partition: partitionOf(subject, PARTITIONS) };
}

/** Parsed and written again, as any handler would. */
function answerTo({ key, value, headers }: KafkaMessage): Message {
  return {
    key,
    value: JSON.stringify(JSON.parse(String(value))),
    headers,
    partition: partitionOf(String(key), PARTITIONS),
  };
}
