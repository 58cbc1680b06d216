import { BreakerClosed, DecisionSequenced, newEvent, projection, Topic } from '@contentflow/contracts';
import { DEAD_LETTERED, deadLetterTopic } from '@contentflow/event-log';
import { type Document, HOUR_MS, type NewEvent } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import type { Collection, CollectionDefinition, CollectionWriter, ReadModelStore } from '@contentflow/read-model';
import { z } from 'zod';
import { Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { ProjectionHost } from './projection-host.ts';
import { startTestedService, SteppedClock, type TestedService } from './testing/tested-service.ts';

const closingSchema = z.object({ id: z.string(), model: z.string() });
type Closing = z.output<typeof closingSchema>;

/** One document for each provider whose breaker closed, or of which a decision speaks; it stumbles over one of them. */
const closings = projection('test.closings', closingSchema, ['model'])
  .on(
    BreakerClosed,
    (_, { data: { provider, model } }) => {
      if (provider === 'poison') throw new Error('cannot be shown');
      return { id: provider, model };
    },
    ({ data: { provider, model } }) => {
      if (model === 'nowhere') throw new Error('belongs nowhere');
      return provider;
    },
  )
  .on(DecisionSequenced, (_, { data: { seq } }) => ({ id: `decision ${seq}`, model: 'none' }));

@Injectable()
class Closings implements OnApplicationBootstrap {
  documents!: Collection<Closing>;
  constructor(private readonly projections: ProjectionHost) {}
  async onApplicationBootstrap(): Promise<void> {
    this.documents = await this.projections.start(closings);
  }
}

@Module({ providers: [Closings] })
class ClosingsModule {}

const closed = (provider: string, model = 'm'): NewEvent =>
  newEvent(BreakerClosed, { subject: 'p', time: 0, cause: { id: `${provider} ${model}` }, data: { provider, model } });
const unfit = { ...closed('x'), id: 'unfit', data: { provider: 7 } };
const strangeDecision: NewEvent = newEvent(DecisionSequenced, {
  subject: 'ledger',
  time: 0,
  cause: { id: 'd' },
  data: { seq: 0, previousHash: '', hash: '', hashVersion: 2, decision: { ...closed('y'), data: { provider: 7 } } },
});

describe('a process that meets an event which it cannot take in', () => {
  let service: TestedService;
  let clock: SteppedClock;

  beforeEach(async () => {
    clock = new SteppedClock();
    service = await startTestedService({ services: [ClosingsModule], clock });
  });
  afterEach(() => service.close());

  const ready = async () => {
    const { body, status } = await service.answer('GET', '/health/ready');
    return {
      ...(body as { deadLetters: { open: number; first: { consumer: string; place: string }[] } }),
      code: status,
    };
  };

  it.each([
    ['throws in its handler', Topic.operations, closed('poison'), 'cannot be shown'],
    ['throws when asked which document it belongs to', Topic.operations, closed('a', 'nowhere'), 'belongs nowhere'],
    ['is refused by its contract', Topic.operations, unfit, 'data.provider'],
    ['holds a decision that is refused by its contract', Topic.ledger, strangeDecision, 'refuses the data'],
  ])('sets it aside when it %s, shows it, and goes on', async (_how, topic, poison, reason) => {
    await service.happened(closed('before'), poison, closed('after'));

    const { documents } = service.app.get(Closings);
    expect(await documents.get('before')).toBeDefined();
    expect(await documents.get('after')).toBeDefined();
    const letters = await service.events<{ group: string; reason: string; event: object }>(deadLetterTopic(topic));
    const letter = letters.find(({ data }) => data.group === 'test.closings');
    expect(letter).toMatchObject({ type: DEAD_LETTERED, data: { event: { id: poison.id, data: poison.data } } });
    expect(letter?.data.reason).toContain(reason);
    const { code, deadLetters } = await ready();
    expect(code).toBe(200);
    expect(deadLetters.first).toContainEqual(
      expect.objectContaining({ consumer: 'test.closings', place: expect.stringContaining(`${topic}/0/`) }),
    );
  });

  it('says so once, however many processes and starts meet it', async () => {
    await service.happened(closed('poison'));
    const again = await startTestedService({ services: [ClosingsModule], clock, log: service.log, instance: 'second' });
    await service.settled();
    expect(await service.events(deadLetterTopic(Topic.operations))).toHaveLength(1);
    expect(await again.get('/health/ready')).toMatchObject({ deadLetters: { open: 1 } });
    await again.close();
  });
});

describe('a process whose projection does not go on', () => {
  it('is not ready, and says which it is and why, until it does', async () => {
    const clock = new SteppedClock();
    let isDown = false;
    const service = await startTestedService({
      services: [ClosingsModule],
      clock,
      storeOf: (store) => failing(store, () => isDown),
    });
    await service.happened(closed('a'));
    expect((await service.answer('GET', '/health/ready')).status).toBe(200);

    isDown = true;
    await service.log.append([closed('b')]);
    await until(async () => {
      clock.advance(HOUR_MS);
      return (await service.answer('GET', '/health/ready')).status === 503;
    });
    const { body } = await service.answer('GET', '/health/ready');
    expect(body).toMatchObject({
      status: 'not ready',
      stalled: [{ name: 'test.closings', reason: 'the store is away' }],
    });

    isDown = false;
    await until(async () => {
      clock.advance(HOUR_MS);
      return (await service.app.get(Closings).documents.get('b')) !== undefined;
    });
    await until(async () => (await service.answer('GET', '/health/ready')).status === 200);
    await service.close();
  });
});

const failing = (store: ReadModelStore, isDown: () => boolean): ReadModelStore => ({
  collection: (definition) => store.collection(definition),
  rebuild: (definition) => store.rebuild(definition),
  positions: (name) => store.positions(name),
  close: () => store.close(),
  writer: async <Doc extends Document>(definition: CollectionDefinition) => {
    const writer = await store.writer<Doc>(definition);
    return {
      positions: () => writer.positions(),
      load: (ids) => writer.load(ids),
      write: (changes, positions) =>
        isDown() ? Promise.reject(new Error('the store is away')) : writer.write(changes, positions),
    } satisfies CollectionWriter<Doc>;
  },
});
