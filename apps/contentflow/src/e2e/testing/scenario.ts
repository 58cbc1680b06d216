import { apiRoutes } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import { untypedAnswers } from '@contentflow/nest-platform/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Client, clientOf, type Json } from './client.ts';
import type { MockModelServer } from './mock-model-server.ts';

/** The whole system as its users meet it, however many processes it is. */
export interface System {
  readonly url: string;
  readonly models: MockModelServer;
  /** Kills whatever makes content, at once, and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
  /** The events of these content items in the log, by type. Once the system has stopped. */
  eventsOf(ids: readonly string[]): Promise<{ readonly subject: string; readonly type: string }[]>;
}

/** One story of the system, told to every deployment of it. */
export function describeSystem(start: () => Promise<System>): void {
  let system: System;
  let client: Client;
  /** Every brief of this story, and nothing else. */
  const made: string[] = [];
  /** Topics are new in each run, so that the log of another run answers none of them. */
  const run = `${process.pid}-${performance.timeOrigin}`;
  const brief = (topic: string): object => ({ contentType: 'ad_copy', topic: `${topic}, run ${run}` });
  const content = async (id: string): Promise<Json> => (await client.get(`/v1/content/${id}`)).body;

  beforeAll(async () => {
    system = await start();
    client = clientOf(() => system.url);
    await until(
      () => client.get('/health/ready'),
      ({ status }) => status === 200,
    );
    // Recipes come through the ledger.
    await until(
      () => client.get('/v1/recipes'),
      ({ body }) => Number(body['items']?.['length']) > 0,
    );
    // The servers may be another suite's for some minutes.
  }, 600_000);
  afterAll(() => system?.stop());

  it('makes content of a brief', async () => {
    const { status, body } = await client.post('/v1/content', brief('a steel bottle'), { prefer: 'wait=30' });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'generated', simulated: false, content: { body: expect.stringContaining('bottle') } },
    });
    made.push(String(body['id']));
    await until(
      () => client.get('/v1/metrics/summary'),
      ({ body: summary }) => Number(summary['content']?.['generated']) > 0,
    );
  });

  it('takes a batch, and names the line that is wrong', async () => {
    const briefs = [brief('one'), { contentType: 'ad_copy' }, brief('two'), { contentType: 'nonsense', topic: 'x' }];
    const { status, body } = await client.post('/v1/content/batch', { briefs });
    expect(status).toBe(202);
    batchId = String(body['id']);
    expect(body['items']).toMatchObject([{ line: 0 }, { line: 2 }]);
    expect(body['problems']).toMatchObject([
      { line: 1, problem: expect.stringContaining('topic') },
      { line: 3, problem: expect.stringContaining('nonsense') },
    ]);
    for (const { id } of body['items'] as unknown as { id: string }[]) {
      made.push(id);
      await until(
        () => content(id),
        (each) => String(each['status']) === 'generated',
      );
    }
  });

  let batchId = '';
  it('says how far a batch is, and what it found', async () => {
    const { body } = await client.get(`/v1/content/batch/${batchId}`);
    expect(body).toMatchObject({ id: batchId, status: 'ended', accepted: 2, generated: 2, failed: 0, failures: {} });
    // The model of this story says the same of everything.
    expect(body['nearDuplicates']).toMatchObject([{ similarity: 1 }]);
    expect((await client.get(`/v1/content?batch=${batchId}`)).body['items']).toHaveLength(2);
    expect((await client.get('/v1/content/batch?limit=1')).body['items']).toMatchObject([{ id: batchId }]);
    expect(await client.get('/v1/content/batch/nobody-sent-this')).toMatchObject({ status: 404 });
  });

  const key = `key-${run}`;
  it('does once what comes twice at once with one key', async () => {
    const send = () => client.post('/v1/content', brief('the same'), { 'idempotency-key': key });
    const [first, second] = await Promise.all([send(), send()]);
    expect(second.body['id']).toBe(first.body['id']);
    expect(first.headers.get('location')).toBe(`/v1/content/${first.body['id']}`);
    const other = await client.post('/v1/content', brief('another'), { 'idempotency-key': key });
    expect(other).toMatchObject({ status: 422, body: { type: 'urn:contentflow:problem:idempotency-conflict' } });
    made.push(String(first.body['id']));
    await until(
      () => content(String(first.body['id'])),
      (each) => String(each['status']) === 'generated',
    );
  });

  it('takes feedback on what it made, and on nothing else', async () => {
    const [id] = made;
    const said = { rating: 4, comment: 'a little long', rater: `rater-${run}` };
    expect(await client.post(`/v1/content/${id}/feedback`, said)).toMatchObject({
      status: 201,
      body: { contentId: id, rating: 4, simulated: false },
    });
    expect(await client.post(`/v1/content/${id}/engagement`, { kind: 'click' })).toMatchObject({ status: 201 });
    for (const [path, body] of [
      ['feedback', { rating: 4 }],
      ['engagement', { kind: 'click' }],
    ] as const)
      expect(await client.post(`/v1/content/nobody-made-this/${path}`, body)).toMatchObject({
        status: 404,
        body: { type: 'urn:contentflow:problem:not-found' },
      });
    expect(await client.post(`/v1/content/${id}/feedback`, { rating: 9 })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'rating' }] },
    });
  });

  it('tells what happens to a content item as it happens', async () => {
    const { body } = await client.post('/v1/content', brief('watched'));
    made.push(String(body['id']));
    const response = await fetch(`${system.url}/v1/content/${body['id']}/events`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    // It ends by itself, with the result.
    expect(await response.text()).toMatch(/"status":"generated"|event: ContentGenerated/);
    expect(await client.get('/v1/content/nobody-made-this/events')).toMatchObject({ status: 404 });
  });

  it('keeps every decision in one gapless chain', async () => {
    const decisions: Json[] = [];
    for (let after = ''; ;) {
      const { body } = await client.get(`/v1/decisions?limit=100${after}`);
      decisions.push(...(body['items'] as unknown as Json[]));
      if ((body['next'] as unknown) === null) break;
      after = `&after=${encodeURIComponent(String(body['next']))}`;
    }
    decisions.reverse();
    expect(decisions.length).toBeGreaterThan(3);
    expect(decisions.map(({ seq }) => seq)).toEqual(decisions.map((_, index) => index));
    decisions.slice(1).forEach((decision, index) => expect(decision['previousHash']).toBe(decisions[index]?.['hash']));
  });

  it('stops changing itself at a word, and goes on at another', async () => {
    const paused = await client.put('/v1/autonomy', { state: 'paused', reason: 'a check' });
    expect(paused).toMatchObject({ status: 200, body: { state: 'paused', reason: 'a check' } });
    expect((await client.get('/v1/autonomy')).body['state']).toBe('paused');
    await client.put('/v1/autonomy', { state: 'running', reason: 'checked' });
    const latest = async (type: string): Promise<Json> =>
      (await client.get(`/v1/decisions?type=${type}&limit=1`)).body['items']?.[0] as unknown as Json;
    // Documents follow the ledger: a word is in force before it can be read among the decisions.
    const resumption = await until(
      () => latest('AutonomyResumed'),
      (decision) => String(decision?.['data']?.['reason']) === 'checked',
    );
    const pause = await latest('AutonomyPaused');
    expect(pause).toMatchObject({ name: 'AutonomyPaused', data: { reason: 'a check' } });
    expect(Number(pause['seq'])).toBeLessThan(Number(resumption['seq']));
  });

  it('describes every route, and answers as described', async () => {
    const document = (await client.get('/openapi.json')).body;
    const described = Object.entries(document['paths'] as object).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described).toEqual(expect.arrayContaining(Object.keys(apiRoutes)));
    expect(untypedAnswers(document)).toEqual([]);

    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'api', ...(document as object) });
    const [id] = made;
    const { body: response } = await client.post('/v1/responses', { model: 'mock', input: 'hello' });
    const provider = (await client.get('/v1/providers')).body['items']?.[0]?.['provider'];
    // Nobody logs in in this story: what leads a browser elsewhere has tests of its own.
    const isAnswered = (route: string): boolean => !/\/events$|\/session\/\w+$/.test(route);
    for (const route of described.filter((each) => each.startsWith('GET ') && isAnswered(each))) {
      const template = route.slice('GET '.length);
      const decision = (await client.get('/v1/decisions?limit=1')).body['items']?.[0]?.['id'];
      const ids: Record<string, unknown> = {
        decisions: decision,
        models: 'mock',
        batch: batchId,
        responses: response['id'],
        // Who has said something in this story.
        subjects: `rater-${run}`,
      };
      // Nothing is tried or improved in this story, and nothing out of the ordinary but that autonomy was paused.
      const [, rare] = /^(\/v1\/(?:anomalies|incidents|experiments|improvements))\/\{id\}/.exec(template) ?? [];
      const found = rare === undefined ? undefined : (await client.get(rare)).body['items'];
      if (Array.isArray(found) && found.length === 0) continue;
      const [, named = found?.[0]?.['id'] ?? id] = Object.entries(ids).find(([name]) => template.includes(name)) ?? [];
      const path = template
        .replace('{id}', String(named))
        .replace('{owner}', String(provider))
        .replace('{name}', 'mock');
      const { status, headers, body } = await client.get(path);
      const type = (headers.get('content-type') ?? '').split(';')[0]?.replaceAll('/', '~1');
      const pointer = `api#/paths/${encodeURIComponent(template.replaceAll('~', '~0').replaceAll('/', '~1'))}/get/responses/${status}/content/${type}/schema`;
      const validate = ajv.getSchema(pointer);
      expect({ route, status, isDescribed: validate !== undefined }).toEqual({ route, status: 200, isDescribed: true });
      void validate?.(body);
      expect({ route, errors: validate?.errors ?? [] }).toEqual({ route, errors: [] });
    }
  });

  it('describes every event', async () => {
    const { body } = await client.get('/asyncapi.json');
    expect(body['asyncapi']).toBe('3.0.0');
    expect(Object.keys(body['components']?.['messages'] as object)).toEqual(
      expect.arrayContaining(['BriefAccepted', 'ContentGenerated', 'ImprovementApplied', 'DecisionSequenced']),
    );
  });

  it('counts what it does', async () => {
    const figures = String((await client.get('/metrics')).body);
    expect(figures).toMatch(/^contentflow_generations_total\{content_type="ad_copy",status="generated".*\} [1-9]/m);
    expect(figures).toMatch(/^contentflow_model_calls_total\{provider="mock".*\} [1-9]/m);
    expect(figures).toMatch(/^contentflow_events_handled_total\{service="monitor".*\} [1-9]/m);
    expect(figures).toMatch(/^contentflow_http_requests_total\{.*route="\/v1\/content".*\} [1-9]/m);
  });

  it('killed half-way through a batch, it ends every brief in exactly one result', async () => {
    system.models.delay(300);
    const briefs = Array.from({ length: 24 }, (_, index) => brief(`number ${index}`));
    const { body } = await client.post('/v1/content/batch', { briefs });
    const ids = (body['items'] as unknown as { id: string }[]).map(({ id }) => id);
    made.push(...ids);
    const calls = system.models.received.length;
    await until(
      async () => system.models.received.length,
      (now) => now >= calls + 8,
    );
    await system.crash();
    system.models.delay(0);
    for (const id of ids)
      await until(
        () => content(id),
        (each) => String(each['status']) === 'generated',
      );
  });

  it('knows after the crash what it did before', async () => {
    const calls = system.models.received.length;
    const [first] = made.slice(3);
    const { topic, contentType } = brief('the same') as Record<string, string>;
    const again = await client.post('/v1/content', { topic, contentType }, { 'idempotency-key': key });
    expect([again.status, again.body['id'], again.headers.get('idempotency-replayed')]).toEqual([202, first, 'true']);
    const other = await client.post('/v1/content', brief('yet another'), { 'idempotency-key': key });
    expect([other.status, other.body['type']]).toEqual([422, 'urn:contentflow:problem:idempotency-conflict']);
    expect(system.models.received.length).toBe(calls);
  });

  it('has one result of each brief in its log', async () => {
    await system.stop();
    const events = await system.eventsOf(made);
    const results = made.map((id) => events.filter(({ subject, type }) => subject === id && ended.test(type)).length);
    expect(results).toEqual(made.map(() => 1));
    // What was accepted twice has the same event id twice, or was accepted once.
    expect(events.filter(({ type }) => type.includes('.brief-accepted.')).length).toBeGreaterThanOrEqual(made.length);
  });
}

const ended = /\.(content-generated|generation-failed)\./;
