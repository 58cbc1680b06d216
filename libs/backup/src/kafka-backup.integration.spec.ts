import { type EventLog, openKafkaLog, openKafkaRestore } from '@contentflow/event-log';
import { type NewEvent, type StoredEvent, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { Kafka, logLevel } from 'kafkajs';
import mongoose from 'mongoose';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp } from './back-up.ts';
import { type KafkaInstallation, kafkaSource, restoreKafka } from './kafka.ts';

const brokers = process.env['KAFKA_BROKERS']?.split(',');
const mongo = process.env['MONGO_URI'];
const withBroker = brokers ? describe : describe.skip;
const why = brokers ? '' : ' (skipped: KAFKA_BROKERS is not set)';

const run = `backup-${Date.now().toString(36)}`;
const topics = [
  { name: 'asked', partitions: 2 },
  { name: 'made', partitions: 3 },
];
const event = (number: number, topic = 'asked'): NewEvent => ({
  id: `${topic}-${number}`,
  topic,
  type: `${topic}.v1`,
  source: 'test',
  subject: `subject-${number % 7}`,
  time: number,
  correlationId: 'test',
  // A JSON text may hold these as they are.
  data: { number, text: 'a line\u2028a paragraph\u2029' },
});

withBroker(`an installation on Kafka${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-kafka-backup-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const databaseOf = (namespace: string): string => namespace.replaceAll('-', '_');
  const installation = (name: string): KafkaInstallation => ({
    kafka: { brokers: brokers!, clientId: 'test', topics, namespace: `${run}-${name}`, clock: systemClock },
    ...(mongo ? { mongo: { uri: mongo, databases: { maker: databaseOf(`${run}-${name}`) } } } : {}),
  });
  const opened = (name: string): Promise<EventLog> =>
    openKafkaLog({ ...installation(name).kafka, onError: () => undefined });
  const names = ['asked', 'made', 'asked.dead-letter', 'made.dead-letter'];

  async function eventsIn(name: string): Promise<StoredEvent[]> {
    const log = await opened(name);
    const all: StoredEvent[] = [];
    for (const [place, to] of Object.entries(await log.ends(names)).toSorted()) {
      const [topic = '', partition] = place.split('/');
      for await (const events of log.read({ topic, partition: Number(partition), from: 0, to })) all.push(...events);
    }
    await log.close();
    return all;
  }

  /** Answers what is asked, in transactions; every fifth event is more than it can take. */
  const answering = (log: EventLog, seen: string[]) =>
    log.subscribe({
      group: 'maker',
      topics: ['asked'],
      attempts: 1,
      handle: async ({ id, data }) => {
        seen.push(id);
        const { number } = data as { number: number };
        if (number % 5 === 4) throw new Error('too much');
        return [event(number, 'made')];
      },
    });

  /** Transactions of several lengths that come to nothing leave gaps that no event stands in. */
  async function givenUp(lengths: readonly number[]): Promise<void> {
    const kafka = new Kafka({
      brokers: brokers!,
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 20, retries: 20 },
    });
    const producer = kafka.producer({ transactionalId: `${run}-given-up`, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (const length of lengths) {
      const transaction = await producer.transaction();
      const messages = Array.from({ length }, () => ({ value: '{}', partition: 0 }));
      await transaction.send({ topic: `${run}-lived.asked`, messages });
      await transaction.abort();
    }
    await producer.disconnect();
  }

  const archive = join(folder, 'copy.tar.gz');
  const restored = (to: string) =>
    restoreKafka({ from: archive, to: installation(to), release: '0.2.0', onBytes: () => undefined });
  const shape = (events: readonly StoredEvent[]) =>
    events.map(({ topic, partition, offset, id, data, time, source }) => ({
      topic,
      partition,
      offset,
      id,
      data,
      time,
      source,
    }));

  it('is copied while it works, and restored with every event at its offset and every group where it was', async () => {
    const log = await opened('lived');
    const seen: string[] = [];
    const maker = await answering(log, seen);
    for (let number = 0; number < 40; number += 4) await log.append([0, 1, 2, 3].map((more) => event(number + more)));
    await givenUp([1, 2, 9]);
    await log.append([event(40), event(41)]);
    await until(
      () => Promise.resolve(seen.length),
      (count) => count >= 42,
    );
    await maker.stop();
    if (mongo) {
      const connection = await mongoose.createConnection(mongo, { dbName: databaseOf(`${run}-lived`) }).asPromise();
      const day = { _id: 'day' as never, spent: { all: mongoose.mongo.Long.fromNumber(2 ** 40) }, at: new Date(0) };
      await connection
        .getClient()
        .db(databaseOf(`${run}-lived`))
        .collection('budgets')
        .insertOne(day);
      await connection.close();
    }

    const manifest = await backUp({
      source: kafkaSource(installation('lived')),
      output: archive,
      release: '0.2.0',
      onProgress: () => undefined,
    });
    await log.append([event(42)]);
    await log.close();
    const before = await eventsIn('lived');
    const offsets = before
      .filter(({ topic, partition }) => topic === 'asked' && partition === 0)
      .map(({ offset }) => offset);
    expect((offsets.at(-1) as number) - offsets.length).toBeGreaterThan(5);

    await restored('restored');
    const after = await eventsIn('restored');
    expect(shape(after)).toEqual(shape(before.filter(({ id }) => id !== 'asked-42')));
    expect(after.length).toBeGreaterThan(80);
    const copy = await opened('restored');
    expect(await copy.ends(names)).toMatchObject(manifest.positions);
    const again: string[] = [];
    const goesOn = await answering(copy, again);
    await copy.append([event(100)]);
    await until(
      () => Promise.resolve(again.length),
      (count) => count > 0,
    );
    await goesOn.stop();
    await copy.close();
    expect(again).toEqual(['asked-100']);
    if (mongo) {
      const connection = await mongoose.createConnection(mongo, { dbName: databaseOf(`${run}-restored`) }).asPromise();
      const budgets = connection
        .getClient()
        .db(databaseOf(`${run}-restored`))
        .collection('budgets');
      const found = await budgets.findOne({}, { promoteLongs: false });
      await connection.close();
      expect(found).toMatchObject({ _id: 'day', at: new Date(0) });
      expect(String(found?.['spent'].all)).toBe(String(2 ** 40));
    }
  }, 240_000);

  it('is not restored over anything', async () => {
    await expect(restored('restored')).rejects.toThrow(/is not empty; restore into another/);
  }, 60_000);

  it('is restored again after a restore that was interrupted', async () => {
    let [bytes, most] = [0, 0];
    const broken = restoreKafka({
      from: archive,
      to: installation('again'),
      release: '0.2.0',
      // All is unpacked, and what is sent is half of it.
      accept: ({ pieces }) => void (most = 1.5 * pieces.reduce((sum, piece) => sum + piece.bytes, 0)),
      onBytes: (some) => {
        bytes += some;
        if (bytes > most) throw new Error('killed');
      },
    });
    await expect(broken).rejects.toThrow('killed');
    const left = await openKafkaRestore(installation('again').kafka);
    await left.close();
    expect(left.wasInterrupted).toBe(true);
    expect((await eventsIn('again')).length).toBeLessThan((await eventsIn('restored')).length);
    await restored('again');
    expect(shape(await eventsIn('again'))).toEqual(
      shape(await eventsIn('restored')).filter(({ id }) => !id.endsWith('-100')),
    );
  }, 240_000);
});
