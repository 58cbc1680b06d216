import { GenerationMeasured, newEvent, RecipeRegistered } from '@contentflow/contracts';
import { sampleAssignment, sampleMeasured, sampleMetrics } from '@contentflow/contracts/testing';
import type { NewEvent } from '@contentflow/kernel';
import { START_MS, startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { LedgerModule } from './index.ts';

describe('the ledger, over the embedded log', () => {
  const clock = new SteppedClock();
  let service: TestedService;

  beforeAll(async () => {
    service = await startTestedService({ services: [LedgerModule], clock, hasLedger: true });
    await service.happened(registered('email'), registered('headline'));
  });
  afterAll(() => service.close());

  const answer: TestedService['answer'] = (...asked) => service.answer(...asked);
  const get = (url: string) => service.get<Record<string, never>>(url);

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
    clock.advance(60_000);
    const paused = await answer('PUT', '/v1/autonomy', {
      state: 'paused',
      levers: { prompt: 'observe' },
      reason: 'an audit',
    });
    expect(paused).toMatchObject({ status: 200, body: { state: 'paused', reason: 'an audit' } });
    expect(await get('/v1/autonomy')).toMatchObject({ levers: { prompt: 'observe', model: 'apply' } });
    expect(await get(`/v1/state?at=${START_MS / 1000 + 1}`)).toMatchObject({
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
    expect(await answer('PUT', '/v1/policy', { ...policy, holdbackShare: 7 })).toMatchObject({
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
    await service.happened(measured('a', true, 4000), measured('b', false, 2000));
    const evolution = { initial_performance: { avg_generation_time: 4000 }, change: expect.anything() };
    expect(await get('/v1/report')).toMatchObject({ simulated: true, system_evolution: evolution });
    expect(await get(`/v1/report?at=${START_MS / 1000}`)).toMatchObject({
      system_evolution: { initial_performance: { avg_generation_time: null } },
    });
    expect(await get('/v1/report/series')).toMatchObject({ simulated: true, hours: [{ from: START_MS }] });
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
      ...sampleMeasured,
      acceptedAt: clock.now(),
      assignment: { ...sampleAssignment, holdback },
      metrics: { ...sampleMetrics, timeMs, quality: 7, cost: 1 },
    },
  });
});
