import { type NewEvent, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { EventLog } from '../event-log.ts';
import { kafkaCluster } from './connection.ts';
import { openKafkaLog } from './open-kafka-log.ts';
import { PartitionFetcher } from './partition-fetcher.ts';

const brokers = process.env['KAFKA_BROKERS']?.split(',') ?? [];
const run = `lag-${Date.now().toString(36)}`;
const PARTITIONS = 2;

if (brokers.length > 0) describe('what Kafka itself says of consumers', shown);
else it.skip('what Kafka itself says of consumers (skipped: KAFKA_BROKERS is not set)', () => undefined);

/** As `kafka-consumer-groups.sh` finds its columns: offsets of the group, ends of the log, and the difference. */
function shown(): void {
  let admin: Admin;
  let log: EventLog;
  let topic = '';
  let made = 0;

  beforeAll(async () => {
    admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  afterAll(() => admin?.disconnect());
  beforeEach(async () => {
    topic = `${run}-${made++}`;
    log = await openKafkaLog({
      brokers,
      clientId: 'test',
      topics: [{ name: topic, partitions: PARTITIONS }],
      clock: systemClock,
    });
  });
  afterEach(() => log.close());

  const event = (id: string, type = 'asked.v1'): NewEvent => {
    const subject = `s${id.length % 2}${id.charCodeAt(id.length - 1) % 3}`;
    return { id: `${topic}-${id}`, topic, type, source: 'test', subject, time: 0, correlationId: id, data: {} };
  };
  const events = (from: number, to: number): NewEvent[] =>
    Array.from({ length: to - from }, (_, index) => event(String(from + index)));
  const lagOf = async (groupId: string): Promise<number> => {
    const ends = await admin.fetchTopicOffsets(topic);
    const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return ends.reduce((sum, { partition, high }) => {
      const own = group?.partitions.find((each) => each.partition === partition)?.offset ?? '-1';
      return sum + Number(high) - Math.max(0, Number(own));
    }, 0);
  };

  it('is how far a group is, to the event, and nothing once all is handled, though reactions leave markers', async () => {
    let isHeld = true;
    let handled = 0;
    await log.append(events(0, 20));
    await log.subscribe({
      group: topic,
      topics: [topic],
      handle: async ({ id, type }) => {
        if (type !== 'asked.v1') return [];
        while (isHeld && handled >= 8) await new Promise((later) => setTimeout(later, 10));
        handled++;
        return [event(`answer to ${id}`, 'answered.v1')];
      },
    });
    await until(() => handled === 8);
    // Twelve are not handled; what was handled left as many answers and some markers behind them.
    await until(async () => (await lagOf(topic)) >= 12);
    isHeld = false;
    await until(
      () => lagOf(topic),
      (lag) => lag === 0,
    );
    expect(handled).toBe(20);
    expect((await admin.describeGroups([topic])).groups[0]?.state).toBe('Stable');
  }, 60_000);

  it('is how far a projection is, under its own name, in a group of no members', async () => {
    let isHeld = true;
    let seen = 0;
    const name = `${topic}.documents`;
    await log.append(events(0, 10));
    await log.follow({
      topics: [topic],
      from: {},
      shownAs: name,
      handle: async (batch) => {
        while (isHeld && seen > 0) await new Promise((later) => setTimeout(later, 10));
        seen += batch.length;
      },
    });
    await until(() => seen === 10);
    await log.append(events(10, 17));
    // It says so every five seconds.
    await until(async () => (await lagOf(name)) === 7);
    isHeld = false;
    await until(async () => (await lagOf(name)) === 0);
    const [group] = (await admin.describeGroups([name])).groups;
    expect([group?.state, group?.members]).toEqual(['Empty', []]);
  }, 60_000);

  it('holds nobody up who stops while it is told: no connection is made behind the last', async () => {
    const sockets = (): number => process.getActiveResourcesInfo().filter((each) => each === 'TCPSocketWrap').length;
    const before = sockets();
    for (let waitMs = 0; waitMs < 16; waitMs++) {
      const fetcher = new PartitionFetcher(kafkaCluster({ brokers, clientId: 'test' }));
      await fetcher.connect([topic]);
      const told = fetcher.commitFor(`${topic}.left`, [{ topic, partition: 0, next: 0 }]);
      await new Promise((later) => setTimeout(later, waitMs));
      await fetcher.disconnect();
      await told;
    }
    await until(() => sockets() <= before);
  }, 60_000);
}
