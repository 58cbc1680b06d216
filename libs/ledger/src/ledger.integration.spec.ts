import { GenerationMeasured, newEvent, RecipeRegistered, topics } from '@contentflow/contracts';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { type Clock, type NewEvent, seededRandom } from '@contentflow/kernel';
import { type Machines, type Models, type Platform, PlatformModule, ProblemFilter } from '@contentflow/nest-platform';
import { openEmbeddedReadModel, type ReadModelStore } from '@contentflow/read-model';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { LedgerModule } from './index.ts';

const START = Date.UTC(2026, 0, 5);

describe('the ledger, over the embedded log', () => {
  const clock: Clock & { time: number } = { time: START, now: () => clock.time, sleep: () => new Promise(() => {}) };
  let log: EmbeddedLog;
  let store: ReadModelStore;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    log = await openEmbeddedLog({ file: ':memory:', topics, clock, writer: 'inline' });
    store = await openEmbeddedReadModel({ file: ':memory:', writer: 'inline' });
    const logger = pino({ level: 'silent' });
    const platform: Platform = {
      log,
      readModel: async () => store,
      clock,
      random: seededRandom(1),
      logger,
      instance: 'test',
      code: 'test',
      simulated: true,
      leaseMs: 60_000,
      closing: new AbortController().signal,
    };
    const module = await Test.createTestingModule({
      imports: [PlatformModule.of(platform, {} as Models, {} as Machines), LedgerModule],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ProblemFilter(logger));
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    await happened(registered('email'), registered('headline'));
  });
  afterAll(async () => {
    await app.close();
    await log.close();
    await store.close();
  });

  async function happened(...events: NewEvent[]): Promise<void> {
    await log.append(events);
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      while (!log.isQuiet()) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async function answer(method: 'GET' | 'PUT', url: string, payload?: object, headers: Record<string, string> = {}) {
    const { statusCode, body } = await app.inject({ method, url, payload, headers });
    return { status: statusCode, body: body.startsWith('{') ? (JSON.parse(body) as Record<string, never>) : body };
  }
  const get = async (url: string) => (await answer('GET', url)).body as Record<string, never>;

  it('lists decisions, the latest first, and shows each in full', async () => {
    const { items, next } = (await get('/v1/decisions?limit=1')) as unknown as {
      items: { id: string }[];
      next: string;
    };
    expect(items).toMatchObject([{ seq: 1, name: 'RecipeRegistered', contentType: 'headline', simulated: true }]);
    expect(await get(`/v1/decisions?limit=1&after=${encodeURIComponent(next)}`)).toMatchObject({ items: [{ seq: 0 }] });
    expect(await get('/v1/decisions?contentType=email')).toMatchObject({ items: [{ seq: 0 }], next: null });
    expect(await get('/v1/decisions?type=contentflow.generator.recipe-registered.v1')).toMatchObject({
      items: [{ seq: 1 }, { seq: 0 }],
    });
    expect(await get(`/v1/decisions/${items[0]?.id}`)).toMatchObject({ seq: 1, hash: expect.any(String) });
    expect(await answer('GET', '/v1/decisions/unknown')).toMatchObject({ status: 404 });
  });

  it('pauses at a word, and knows what it was before', async () => {
    clock.time += 60_000;
    const paused = await answer('PUT', '/v1/autonomy', {
      state: 'paused',
      levers: { prompt: 'observe' },
      reason: 'an audit',
    });
    expect(paused).toMatchObject({ status: 200, body: { state: 'paused', reason: 'an audit' } });
    expect(await get('/v1/autonomy')).toMatchObject({ levers: { prompt: 'observe', model: 'apply' } });
    expect(await get(`/v1/state?at=${START / 1000 + 1}`)).toMatchObject({
      autonomy: { state: 'running' },
      position: 2,
    });
    expect(await get(`/v1/state`)).toMatchObject({ autonomy: { state: 'paused' }, position: 4 });
    expect(await get('/v1/report')).toMatchObject({ system_evolution: { human_interventions: 2 } });
  });

  it('says nothing twice', async () => {
    const again = await answer('PUT', '/v1/autonomy', { state: 'paused', reason: 'an audit' });
    expect(again).toMatchObject({ status: 200 });
    expect(await get('/v1/state')).toMatchObject({ position: 4 });
  });

  it('follows another policy', async () => {
    const { policy } = (await get('/v1/policy')) as unknown as { policy: object };
    expect(await answer('PUT', '/v1/policy', { ...policy, holdbackShare: 0.1 })).toMatchObject({
      body: { policy: { holdbackShare: 0.1 } },
    });
    expect(await answer('PUT', '/v1/policy', { holdbackShare: 7 })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'holdbackShare' }] },
    });
  });

  it.each([
    ['PUT', '/v1/autonomy', { state: 'gone', reason: 'x' }, 'state'],
    ['PUT', '/v1/autonomy', { state: 'paused' }, 'reason'],
    ['PUT', '/v1/autonomy', { levers: { luck: 'apply' }, reason: 'x' }, 'levers'],
    ['GET', '/v1/state?at=yesterday', undefined, 'at'],
    ['GET', '/v1/decisions?limit=0', undefined, 'limit'],
  ] as const)('refuses %s %s %j, naming %s', async (method, url, payload, field) => {
    const { status, body } = await answer(method, url, payload);
    expect(status).toBe(400);
    const { errors } = body as unknown as { errors: { field: string }[] };
    expect(errors[0]?.field.startsWith(field)).toBe(true);
  });

  it('reports on what was measured, now and then', async () => {
    await happened(measured('a', true, 4000), measured('b', false, 2000));
    const evolution = { initial_performance: { avg_generation_time: 4000 }, change: expect.anything() };
    expect(await get('/v1/report')).toMatchObject({ simulated: true, system_evolution: evolution });
    expect(await get(`/v1/report?at=${START / 1000}`)).toMatchObject({
      system_evolution: { initial_performance: { avg_generation_time: null } },
    });
    expect(await get('/v1/report/series')).toMatchObject({ simulated: true, hours: [{ from: START }] });
  });

  it('writes its own documentation, each sentence tied to its events', async () => {
    const { sections } = (await get('/v1/documentation')) as unknown as {
      sections: { title: string; sentences: { text: string; events: string[] }[] }[];
    };
    expect(sections.map(({ title }) => title)).toEqual(expect.arrayContaining(['The system', 'email: now']));
    for (const { events } of sections.flatMap(({ sentences }) => sentences)) {
      expect(events.length).toBeGreaterThan(0);
      for (const id of events) expect((await answer('GET', `/v1/decisions/${id}`)).status).toBe(200);
    }
    const markdown = (await answer('GET', '/v1/documentation', undefined, { accept: 'text/markdown' })).body;
    expect(markdown).toContain('ada paused autonomy'.slice(4));
    expect(markdown).toContain('simulated');
  });

  const registered = (contentType: string): NewEvent =>
    newEvent(RecipeRegistered, {
      subject: contentType,
      data: { contentType, recipe: recipe(contentType), version: 'v', source: 'test' },
      time: clock.now(),
      cause: { id: contentType },
    });
  const recipe = (contentType: string) => ({
    contentType,
    prompt: { instructions: 'Write.', examples: [] },
    steps: [{ id: 'body', instruction: 'Write.', needs: [], maxOutputTokens: 100 }],
    output: { body: 'body' },
    parallel: false,
    candidates: 1,
    model: 'm',
    temperature: 0.5,
    style: {},
    qualityThreshold: 0,
    cache: { strategy: 'exact', timeToLiveMs: 1000, similarity: 0.9 },
  });
  const measured = (unit: string, holdback: boolean, timeMs: number): NewEvent => ({
    id: `measured-${unit}`,
    topic: GenerationMeasured.topic,
    type: GenerationMeasured.type,
    source: 'monitor',
    subject: unit,
    time: clock.now(),
    correlationId: 'c',
    data: {
      contentType: 'email',
      outcome: 'ok',
      acceptedAt: clock.now(),
      simulated: true,
      assignment: { holdback, exposures: [], withheld: [], improvements: [] },
      metrics: { timeMs, quality: 7, cost: 1 },
    },
  });
});
