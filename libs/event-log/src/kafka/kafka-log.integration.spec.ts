import { systemClock, type NewEvent } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { Kafka, logLevel, type Message, type Producer } from 'kafkajs';
import { toMessage } from './cloud-events.ts';
import { openKafkaLog } from './open-kafka-log.ts';

const brokers = process.env.KAFKA_BROKERS?.split(',');
const withBroker = brokers ? it : it.skip;
const why = brokers ? '' : ' (skipped: KAFKA_BROKERS is not set)';
const topic = `test-${Date.now().toString(36)}.transactions`;
const event = (id: string): NewEvent => ({
  id,
  topic,
  type: 'test.v1',
  source: 'test',
  subject: 's',
  time: 0,
  correlationId: id,
  data: {},
});

withBroker(`shows nothing of aborted transactions, in whatever order they ended${why}`, async () => {
  const log = await openKafkaLog({
    brokers: brokers!,
    clientId: 'test',
    topics: [{ name: topic, partitions: 1 }],
    clock: systemClock,
  });
  const kafka = new Kafka({ brokers: brokers!, logLevel: logLevel.NOTHING });
  const producers = await Promise.all(['a', 'b', 'c'].map((id) => connected(kafka, `${topic}-${id}`)));
  const transactions = [];
  for (const [i, producer] of producers.entries()) {
    const transaction = await producer.transaction();
    const messages: Message[] = [toMessage(event(`aborted-${i}`), 0)];
    await transaction.send({ topic, messages });
    transactions.push(transaction);
  }
  for (const transaction of transactions.reverse()) await transaction.abort();
  await log.append([event('plain')]);

  // The markers that end the transactions are written after the broker has answered: until then the event lies behind open ones.
  const contents = async (): Promise<string[]> => {
    const to = (await log.ends([topic]))[`${topic}/0`]!;
    const ids: string[] = [];
    for await (const batch of log.read({ topic, partition: 0, from: 0, to })) ids.push(...batch.map(({ id }) => id));
    return ids;
  };
  const seen = await until(contents, ({ length }) => length > 0);
  await Promise.all(producers.map((producer) => producer.disconnect()));
  await log.close();
  expect(seen).toEqual(['plain']);
});

it('says which broker does not answer, and what to do', async () => {
  const opening = openKafkaLog({ brokers: ['127.0.0.1:1'], clientId: 'test', topics: [], clock: systemClock });
  await expect(opening).rejects.toMatchObject({ code: 'log-unreachable', fix: expect.any(String) });
});

async function connected(kafka: Kafka, transactionalId: string): Promise<Producer> {
  const producer = kafka.producer({ transactionalId, maxInFlightRequests: 1, retry: { initialRetryTime: 20 } });
  await producer.connect();
  return producer;
}
