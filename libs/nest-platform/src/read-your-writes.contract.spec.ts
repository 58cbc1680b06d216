import { BreakerClosed, newEvent, projection, Topic, topics } from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog, openKafkaLog } from '@contentflow/event-log';
import { type Document, type NewEvent, systemClock } from '@contentflow/kernel';
import {
  type CollectionDefinition,
  type CollectionWriter,
  openEmbeddedReadModel,
  openMongoReadModel,
  type ReadModelStore,
} from '@contentflow/read-model';
import { Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import mongoose from 'mongoose';
import { z } from 'zod';
import { type HostedCollection, ProjectionHost } from './projection-host.ts';
import { startTestedService, SteppedClock, type TestedService } from './testing/tested-service.ts';

const closingSchema = z.object({ id: z.string(), model: z.string() });
type Closing = z.output<typeof closingSchema>;

const closings = projection('test.closings', closingSchema, ['model']).on(
  BreakerClosed,
  (_, { data: { provider, model } }) => {
    if (model === 'poison') throw new Error('cannot be shown');
    return { id: provider, model };
  },
  ({ data: { provider, model } }) => {
    if (model === 'nowhere') throw new Error('belongs nowhere');
    return provider;
  },
);

@Injectable()
class Closings implements OnApplicationBootstrap {
  documents!: HostedCollection<Closing>;
  constructor(private readonly projections: ProjectionHost) {}
  async onApplicationBootstrap(): Promise<void> {
    this.documents = await this.projections.start(closings);
  }
}

@Module({ providers: [Closings] })
class ClosingsModule {}

let written = 0;
const closed = (provider: string, model = 'm'): NewEvent =>
  newEvent(BreakerClosed, { subject: 'p', time: 0, cause: { id: `${++written}` }, data: { provider, model } });

/** A store that writes a document when the test lets it. */
class Doors {
  private readonly held = new Map<string, PromiseWithResolvers<void>>();

  hold(id: string): void {
    this.held.set(id, Promise.withResolvers());
  }

  open(id: string): void {
    this.held.get(id)?.resolve();
    this.held.delete(id);
  }

  openAll(): void {
    for (const id of this.held.keys()) this.open(id);
  }

  before(store: ReadModelStore): ReadModelStore {
    return {
      ...{ collection: store.collection.bind(store), rebuild: store.rebuild.bind(store) },
      ...{ positions: store.positions.bind(store), close: store.close.bind(store) },
      writer: async <Doc extends Document>(definition: CollectionDefinition): Promise<CollectionWriter<Doc>> => {
        const writer = await store.writer<Doc>(definition);
        return {
          positions: () => writer.positions(),
          load: (ids) => writer.load(ids),
          write: async (changes, positions) => {
            for (const { id } of changes) await this.held.get(id)?.promise;
            return writer.write(changes, positions);
          },
        };
      },
    };
  }
}

const isSettled = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

const unique = `${process.pid}-${Date.now().toString(36)}`;
const { KAFKA_BROKERS: brokers, MONGO_URI: uri } = process.env;
const engines: [string, () => Promise<{ log: EventLog; store: ReadModelStore }>][] = [
  [
    'embedded log and documents',
    async () => ({
      log: await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' }),
      store: await openEmbeddedReadModel({ file: ':memory:', writer: 'inline' }),
    }),
  ],
];
const database = `read_your_writes_${unique}`.replaceAll('-', '_');
if (brokers && uri)
  engines.push([
    'Kafka and MongoDB',
    async () => ({
      log: await openKafkaLog({
        ...{ brokers: brokers.split(','), topics, namespace: `ryw-${unique}`, clientId: `ryw-${unique}` },
        clock: systemClock,
      }),
      store: await openMongoReadModel({ uri, database }),
    }),
  ]);
else if (process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1')
  it('what one has written is read over Kafka and MongoDB', () => {
    throw new Error('CONTENTFLOW_REQUIRE_SERVERS is set, but not both KAFKA_BROKERS and MONGO_URI');
  });
else it.skip('reading one’s writes over Kafka and MongoDB (start infra/kafka/up and infra/mongo/up)', () => undefined);

describe.each(engines)('what one has written is read: %s', (engine, open) => {
  jest.setTimeout(120_000);
  let log: EventLog;
  let store: ReadModelStore;
  let service: TestedService;
  let documents: HostedCollection<Closing>;
  const doors = new Doors();

  beforeAll(async () => {
    ({ log, store } = await open());
    service = await startTestedService({
      ...{ services: [ClosingsModule], clock: new SteppedClock(), log },
      storeOf: () => doors.before(store),
    });
    documents = service.app.get(Closings).documents;
  });
  afterEach(() => doors.openAll());
  afterAll(async () => {
    await service.close();
    await store.close();
    await log.close();
    if (!engine.startsWith('Kafka')) return;
    const connection = await mongoose.createConnection(uri as string).asPromise();
    await connection.useDb(database).dropDatabase();
    await connection.close();
  });

  it('waits for its document, while an id that nobody wrote of is unknown at once', async () => {
    doors.hold('a');
    await log.append([closed('a')]);
    const own = documents.latest('a');
    expect(await documents.latest('foreign')).toBeUndefined();
    expect(await documents.get('a')).toBeUndefined();
    expect(await isSettled(own)).toBe(false);
    doors.open('a');
    expect(await own).toMatchObject({ id: 'a' });
  });

  it('waits for that and for nothing that was written after', async () => {
    doors.hold('first');
    await log.append([closed('first')]);
    const own = documents.latest('first');
    expect(await documents.latest('foreign')).toBeUndefined();
    doors.hold('later');
    await log.append([closed('later')]);
    doors.open('first');
    expect(await own).toMatchObject({ id: 'first' });
    expect(await documents.get('later')).toBeUndefined();
  });

  it('gives what is there without asking whether more comes', async () => {
    await log.append([closed('known')]);
    expect(await documents.latest('known')).toMatchObject({ model: 'm' });
    doors.hold('known');
    await log.append([closed('known', 'other')]);
    expect(await documents.latest('known')).toMatchObject({ model: 'm' });
  });

  it('does not wait for ever for what cannot be shown, nor for what belongs nowhere', async () => {
    await log.append([closed('unshown', 'poison'), closed('somewhere', 'nowhere')]);
    expect(await documents.latest('unshown')).toBeUndefined();
    expect(await documents.latest('somewhere')).toBeUndefined();
  });

  it('is caught up once the documents hold what stands before a position', async () => {
    doors.hold('here');
    const [stored] = await log.append([closed('here')]);
    const { offset, partition } = stored as { offset: number; partition: number };
    const key = `${Topic.operations}/${partition}`;
    expect(await isSettled(documents.caughtUpTo({ [key]: offset }))).toBe(true);
    const caughtUp = documents.caughtUpTo({ [key]: offset + 1 });
    expect(await isSettled(caughtUp)).toBe(false);
    doors.open('here');
    expect(await caughtUp).toBe(true);
    expect(documents.positions()).toMatchObject({ [key]: offset + 1 });
  });
});
