import { type NewEvent, partitionKey, type StoredEvent, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import kafkajs, { type Admin, Kafka, logLevel } from 'kafkajs';
import type { EventLog } from '../event-log.ts';
import { examineKafkaLog } from './examine-kafka-log.ts';
import { openKafkaLog } from './open-kafka-log.ts';

const brokers = process.env['KAFKA_BROKERS']?.split(',') ?? [];
const run = `managed-${Date.now().toString(36)}`;
const PARTITIONS = 2;

if (brokers.length > 0) describe('a topic of a broker that others look after', managed);
else it.skip('a topic that others look after (skipped: KAFKA_BROKERS is not set)', () => undefined);

function managed(): void {
  let admin: Admin;
  let topic = '';
  let made = 0;
  const opened: EventLog[] = [];
  const troubles: unknown[] = [];

  beforeAll(async () => {
    admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  afterAll(() => admin?.disconnect());
  beforeEach(() => {
    topic = `${run}-${made++}`;
    troubles.length = 0;
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  const declared = () => [{ name: topic, partitions: PARTITIONS }];
  const open = async (topics = declared()): Promise<EventLog> => {
    const onError = (error: unknown): unknown => troubles.push(error);
    const log = await openKafkaLog({ brokers, clientId: 'test', topics, clock: systemClock, onError });
    opened.push(log);
    return log;
  };
  const examined = () => examineKafkaLog({ brokers, clientId: 'test', topics: declared() });
  const events = (from: number, to: number): NewEvent[] =>
    Array.from({ length: to - from }, (_, index) => {
      const id = `${topic}-${from + index}`;
      const subject = `s${(from + index) % 5}`;
      return { id, topic, type: 'test.v1', source: 'test', subject, time: 0, correlationId: id, data: {} };
    });
  /** What a group has handled, in its order. */
  const handled = async (log: EventLog, group: string): Promise<StoredEvent[]> => {
    const seen: StoredEvent[] = [];
    await log.subscribe({
      group,
      topics: [topic],
      handle: async (event) => {
        seen.push(event);
        return [];
      },
    });
    return seen;
  };
  const removeBefore = async (offset: number): Promise<void> => {
    const partitions = [0, 1].map((partition) => ({ partition, offset: String(offset) }));
    // The broker refuses while this client does not yet know who leads a new topic.
    const remove = (): Promise<boolean> =>
      admin.deleteTopicRecords({ topic, partitions }).then(
        () => true,
        () => false,
      );
    await until(remove);
  };
  const set = (name: string, value: string) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name, value }] }],
    });

  it('may grow while it is used: every subject stays where it is, in order, for groups, folds and who comes later', async () => {
    const log = await open();
    const group = await handled(log, `${topic}-group`);
    const before = await log.append(events(0, 20));
    await until(() => group.length === 20);

    await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
    const after = await log.append(events(20, 40));
    const later = await open();
    const newcomer = await handled(later, `${topic}-group`);
    const last = await later.append(events(40, 60));
    // Where a partition changes hands, what was not finished is handled again.
    await until(() => new Set([...group, ...newcomer].map(({ id }) => id)).size === 60);

    const places = new Map(before.map(({ subject, partition }) => [subject, partition]));
    for (const { subject, partition } of [...after, ...last]) expect(partition).toBe(places.get(subject));
    for (const subject of places.keys()) {
      const inOrder = events(0, 60)
        .filter((event) => event.subject === subject)
        .map(({ id }) => id);
      for (const member of [group, newcomer]) {
        const ids = new Set(member.filter((event) => event.subject === subject).map(({ id }) => id));
        expect([...ids]).toEqual(inOrder.filter((id) => ids.has(id)));
      }
    }
    const followed: string[] = [];
    await later.follow({
      topics: [topic],
      from: Object.fromEntries([0, 1].map((partition) => [partitionKey(topic, partition), 0])),
      handle: async (batch) => void followed.push(...batch.map(({ id }) => id)),
    });
    await until(() => followed.length === 60);
    expect(Object.keys(await later.ends([topic]))).toHaveLength(PARTITIONS);
    expect(await examined()).toEqual([]);
  }, 120_000);

  it('is refused where it has fewer partitions than are used, or events in others', async () => {
    await (await open()).append(events(0, 20));
    await expect(open([{ name: topic, partitions: PARTITIONS + 1 }])).rejects.toMatchObject({ code: 'log-partitions' });
    await expect(open([{ name: topic, partitions: 1 }])).rejects.toMatchObject({
      code: 'log-partitions',
      message: expect.stringContaining(`events in ${topic}/1`),
    });
  }, 60_000);

  it.each([
    ['retention.ms', '1000'],
    ['retention.bytes', '1000000'],
    ['cleanup.policy', 'compact'],
  ])(
    'is refused where %s lets events go, and it is said how to keep them',
    async (name, value) => {
      await open();
      await set(name, value);
      const refusal = new RegExp(`${topic} lets its events go: .*${name}=${value}.*--add-config retention.ms=-1,`);
      await expect(open()).rejects.toMatchObject({ code: 'log-retention', message: expect.stringMatching(refusal) });
      expect(await examined()).toEqual([expect.stringMatching(refusal)]);
    },
    60_000,
  );

  it('is refused once its beginning is gone, and it is said what is missing', async () => {
    const log = await open();
    await log.append(events(0, 40));
    await removeBefore(4);
    const refusal = new RegExp(
      `${topic}/0 begins at 4, 4 before it are wanted; ${topic}/1 begins at 4.*contentflow restore`,
    );
    await expect(open()).rejects.toMatchObject({ code: 'log-loss', message: expect.stringMatching(refusal) });
    expect(await examined()).toEqual([expect.stringMatching(refusal)]);
  }, 60_000);

  it('gives nobody half a history, also where its beginning goes while it is read', async () => {
    const log = await open();
    await log.append(events(0, 40));
    await removeBefore(4);
    const reading = async (): Promise<void> => {
      for await (const _ of log.read({ topic, partition: 0, from: 0, to: Infinity }));
    };
    await expect(reading()).rejects.toMatchObject({ code: 'log-loss' });

    const group = await handled(log, `${topic}-group`);
    const followed: string[] = [];
    await log.follow({
      topics: [topic],
      from: {},
      handle: async (batch) => void followed.push(...batch.map(({ id }) => id)),
    });
    // Both say so, again and again, and go no further.
    await until(() => troubles.filter((error) => (error as { code?: unknown }).code === 'log-loss').length > 6);
    expect([group, followed]).toEqual([[], []]);
  }, 60_000);
}
