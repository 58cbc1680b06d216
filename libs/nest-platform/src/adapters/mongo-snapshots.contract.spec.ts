import { BreakerClosed, fold, newEvent, Topic, topics } from '@contentflow/contracts';
import { decodedLog, type EventLog, openKafkaLog } from '@contentflow/event-log';
import { type NewEvent, systemClock } from '@contentflow/kernel';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { HostedFold } from '../hosted-fold.ts';
import { mongoSnapshots } from './mongo-snapshots.ts';

const { KAFKA_BROKERS: brokers, MONGO_URI: uri } = process.env;
const unique = `${process.pid}-${Date.now().toString(36)}`;

if (brokers && uri) describe('snapshots on Kafka and MongoDB', () => onServers(brokers, uri));
else if (process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1')
  it('snapshots on Kafka and MongoDB have servers', () => {
    throw new Error('CONTENTFLOW_REQUIRE_SERVERS is set, but not both KAFKA_BROKERS and MONGO_URI');
  });
else it.skip('snapshots on Kafka and MongoDB (no servers: start infra/kafka/up and infra/mongo/up)', () => undefined);

const closed = (provider: string): NewEvent =>
  newEvent(BreakerClosed, { subject: 'p', time: 0, cause: { id: provider }, data: { provider, model: 'm' } });

function onServers(kafka: string, mongo: string): void {
  jest.setTimeout(120_000);
  const database = `snapshots_${unique}`.replaceAll('-', '_');
  let handled: string[] = [];
  let log: EventLog;
  const logs: EventLog[] = [];
  const stores: ReturnType<typeof mongoSnapshots>[] = [];
  const snapshotsOf = (build: string) => {
    const store = mongoSnapshots(mongo, database, build);
    stores.push(store);
    return store;
  };
  async function openLog(namespace: string): Promise<EventLog> {
    const opened = await openKafkaLog({
      brokers: kafka.split(','),
      topics: topics.filter(({ name }) => name === Topic.operations),
      namespace,
      clientId: `test-${namespace}`,
      clock: systemClock,
    });
    logs.push(opened);
    return opened;
  }
  const closings = fold<Map<string, number>>(() => new Map()).on(BreakerClosed, (counts, { data: { provider } }) => {
    handled.push(provider);
    return counts.set(provider, (counts.get(provider) ?? 0) + 1);
  });

  /** A process that folds all there is, and stops. @returns what it had folded, apart for each partition */
  async function started(build: string, on = log) {
    handled = [];
    const hosted = new HostedFold('closings', closings, {
      platform: {
        clock: systemClock,
        log: decodedLog(on),
        storedLog: on,
        logger: pino({ level: 'silent' }),
        snapshots: snapshotsOf(build),
      },
    });
    await hosted.start();
    await hosted.caughtUpTo(await on.ends([Topic.operations]));
    await hosted.stop();
    return hosted.parts();
  }

  beforeAll(async () => {
    log = await openLog(`snapshots-${unique}`);
    await log.append([closed('a'), closed('b')]);
  });
  afterAll(async () => {
    for (const each of [...logs, ...stores]) await each.close();
    const connection = await mongoose.createConnection(mongo).asPromise();
    await connection.useDb(database).dropDatabase();
    await connection.close();
  });

  it('let a start begin where the last one stopped, and come to the same as from event zero', async () => {
    await started('one');
    expect(handled).toEqual(['a', 'b']);
    await log.append([{ ...closed('a'), id: 'again' }]);
    const parts = await started('one');
    expect(handled).toEqual(['a']);
    expect(await started('two')).toEqual(parts);
    expect(handled).toEqual(['a', 'b', 'a']);
  });

  it('are not begun from where the log is another one', async () => {
    await started('one');
    const other = await openLog(`others-${unique}`);
    await other.append([closed('c'), closed('d'), closed('e'), closed('f')]);
    await started('one', other);
    expect(handled).toEqual(['c', 'd', 'e', 'f']);
  });

  it('hold what no document could, each build its own, and of each no more than the last two', async () => {
    const [one, two] = [snapshotsOf('b1'), snapshotsOf('b2')];
    const large = { words: Array.from({ length: 20 }, (_, n) => String(n % 10).repeat(1024 * 1024)) };
    await one.write('large', large);
    await two.write('large', { words: [] });
    expect(await one.read('large')).toEqual(large);
    expect(await two.read('large')).toEqual({ words: [] });
    expect(await one.read('small')).toBeUndefined();
    for (let n = 0; n < 4; n++) await one.write('small', new Map([[n, n]]));
    expect(await one.read('small')).toEqual(new Map([[3, 3]]));
    expect(await filesOf('small@b1')).toBe(2);
  });

  it('are none where there is no server: all is folded', async () => {
    const unreachable = mongoSnapshots('mongodb://127.0.0.1:1', 'x', 'b1');
    const written = expect(unreachable.write('closings', {})).rejects.toThrow('ECONNREFUSED');
    expect(await unreachable.read('closings')).toBeUndefined();
    await written;
    await unreachable.close();
  });

  async function filesOf(filename: string): Promise<number> {
    const connection = await mongoose.createConnection(mongo).asPromise();
    const count = await connection.useDb(database).collection('snapshots.files').countDocuments({ filename });
    await connection.close();
    return count;
  }
}
