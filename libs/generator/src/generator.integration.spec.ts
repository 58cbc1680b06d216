import {
  BriefAccepted,
  ContentGenerated,
  type EventData,
  GenerationClaimed,
  GenerationFailed,
  newEvent,
  Topic,
  topics,
  type ContentDocument,
  type ContentTrace,
} from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog, openKafkaLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { PersonalData } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { randomUUID } from 'node:crypto';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { mortalLog, startTestedGenerator } from './testing/tested-generator.ts';

const step = { instruction: 'Write it.', maxOutputTokens: 200 };
const namespace = randomUUID().slice(0, 8);
const { KAFKA_BROKERS: brokers, CONTENTFLOW_REQUIRE_SERVERS: required } = process.env;

describe.each([
  ['embedded', () => openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' })],
  ...(brokers
    ? [
        [
          'Kafka',
          () => openKafkaLog({ brokers: brokers.split(','), topics, namespace, clientId: 'test', clock: systemClock }),
        ] as const,
      ]
    : []),
] as [string, () => Promise<EventLog>][])('the generator, over the %s log', (_engine, openLog) => {
  const recipes = [
    {
      contentType: 'note',
      prompt: { instructions: 'Write well.' },
      steps: [
        { ...step, id: 'draft' },
        { ...step, id: 'title', needs: ['draft'] },
      ],
      output: { body: 'draft', title: 'title' },
      cache: { strategy: 'exact' },
      model: 'm',
    },
    {
      contentType: 'sku',
      prompt: { instructions: 'You name products.', template: 'Product {{topic}}, number {{metadata.sku}}.' },
      steps: [{ ...step, id: 'draft' }],
      output: {
        body: 'draft',
        schema: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      },
      model: 'm',
    },
    {
      contentType: 'demanding',
      prompt: { instructions: 'Write perfectly.' },
      steps: [{ ...step, id: 'draft' }],
      output: { body: 'draft' },
      qualityThreshold: 10,
      model: 'm',
    },
  ];
  const configuration = { recipes, leaseMs: 1000, brand: { bannedTerms: ['cheap'] } };
  const models = new ScriptedModelServer();
  let log: EventLog;
  let service: TestedService;

  beforeAll(async () => {
    log = await openLog();
    await models.start();
    service = await startTestedGenerator({ models, log, configuration });
    await until(
      () => service.get<{ items: { contentType: string }[] }>('/v1/recipes'),
      ({ items }) => items.some(({ contentType }) => contentType === 'demanding'),
    );
  });
  afterAll(async () => {
    await service?.close();
    await log?.close();
    await models.close();
  });
  beforeEach(() => {
    models.received.length = 0;
    models.delayMs = 0;
    models.answer = ({ step: name, user }) => `The ${name} of ${/Topic: (.*)/.exec(user)?.[1]}, written with care.`;
  });

  let topicsSoFar = 0;
  const newBrief = (over: object = {}) => ({ contentType: 'note', topic: `tea no. ${++topicsSoFar}`, ...over });
  const made = async (brief: object, headers: Record<string, string> = {}): Promise<ContentDocument> => {
    const answer = await service.answer('POST', '/v1/content', brief, { prefer: 'wait=20', ...headers });
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  };
  const ended = (id: string): Promise<ContentDocument> =>
    until(
      () => service.get<ContentDocument>(`/v1/content/${id}`),
      ({ endedAt }) => endedAt !== undefined,
    );
  const resultsOf = async (ids: readonly string[]): Promise<number[]> => {
    const results = (await service.events(Topic.content)).filter(
      (event) => event.type === ContentGenerated.type || event.type === GenerationFailed.type,
    );
    return ids.map((id) => results.filter(({ subject }) => subject === id).length);
  };

  describe('a brief', () => {
    it('is in the log once it is accepted, and ends in one result that says how it came to be', async () => {
      const brief = newBrief();
      const document = await made(brief);
      expect(document).toMatchObject({
        status: 'generated',
        content: {
          title: `The title of ${brief.topic}, written with care.`,
          body: `The draft of ${brief.topic}, written with care.`,
        },
        usage: { calls: 2, tokensIn: 40, tokensOut: 20, cache: 'miss' },
        revised: false,
        simulated: false,
      });
      const events = (await service.events(Topic.content)).filter(({ subject }) => subject === document.id);
      // On a slow machine a claim is renewed before the work is done.
      expect([...new Set(events.map((event) => event.type))]).toEqual([
        BriefAccepted.type,
        GenerationClaimed.type,
        ContentGenerated.type,
      ]);
      expect(events.at(-1)).toMatchObject({ causationId: events[0]?.id, data: { calls: [{ step: 'draft' }, {}] } });
    });

    it('is found by its words, listed in a row, and traced to what its models were told', async () => {
      const document = await made(newBrief({ topic: 'a samovar of brass' }));
      const found = await until(
        () => service.get<{ items: object[] }>('/v1/content?search=samovar%20brass&view=row'),
        ({ items }) => items.length > 0,
      );
      expect(found.items).toEqual([
        expect.objectContaining({ id: document.id, topic: 'a samovar of brass', models: ['m'], tokens: 60 }),
      ]);
      expect(found.items[0]).not.toHaveProperty('content');
      expect(await service.get<object>('/v1/content?search=teapot%20of%20tin')).toMatchObject({ items: [] });
      const trace = await service.get<ContentTrace>(`/v1/content/${document.id}/trace`);
      expect(trace.calls?.map(({ step, outcome }) => [step, outcome])).toEqual([
        ['draft', 'ok'],
        ['title', 'ok'],
      ]);
      expect(trace.prompts?.map((each) => each.step)).toEqual(['draft', 'title']);
      expect(trace.prompts?.[0]?.messages[1]?.content).toContain('a samovar of brass');
      expect((await service.answer('GET', '/v1/content/nobody/trace')).status).toBe(404);
    });

    it('with one key is made once, however often and however much at once it comes', async () => {
      const brief = newBrief();
      const key = { 'idempotency-key': `key-${brief.topic}` };
      const [one, other] = await Promise.all([made(brief, key), made(brief, key)]);
      expect(other.id).toBe(one.id);
      expect((await made(brief, key)).id).toBe(one.id);
      expect(models.requestedSteps()).toEqual(['draft', 'title']);
      expect(await service.answer('POST', '/v1/content', newBrief(), key)).toMatchObject({ status: 422 });
      expect(await resultsOf([one.id])).toEqual([1]);
    });

    it('is answered from the cache, unless it will have none of that', async () => {
      const brief = newBrief();
      await made(brief);
      expect((await made(brief)).usage).toMatchObject({ calls: 0, cache: 'exact' });
      const asked = models.received.length;
      expect((await made({ ...brief, cache: 'off' })).usage).toMatchObject({ calls: 2, cache: 'off' });
      expect(models.received.length - asked).toBe(2);
    });

    it('that comes as a completion is charged to its user', async () => {
      const { topic } = newBrief();
      const messages = [{ role: 'user', content: topic }];
      const completion = { model: `contentflow/note`, messages, user: 'newsroom' };
      expect(await service.answer('POST', '/v1/chat/completions', completion)).toMatchObject({ status: 200 });
      const accepted = (await service.events<EventData<typeof BriefAccepted>>(Topic.content)).filter(
        (event) => event.type === BriefAccepted.type && event.data.brief.topic === topic,
      );
      const caller = await service.app.get(PersonalData).known('newsroom');
      expect(caller).toMatch(/^[0-9a-f]{16}$/);
      expect(accepted).toMatchObject([{ data: { caller } }]);
    });

    it('that is poor is revised once, and delivered with a flag', async () => {
      const brief = newBrief({ contentType: 'demanding', keyPoints: ['picked by hand', 'dried in the shade'] });
      expect(await made(brief)).toMatchObject({
        status: 'generated',
        revised: true,
        belowThreshold: true,
      });
      expect(models.requestedSteps()).toEqual(['draft', 'revise']);
    });

    it('that breaks the brand’s rules is fixed once, and the event says so', async () => {
      models.answer = ({ step: name }) =>
        name === 'revise' ? 'A fair tea.' : name === 'draft' ? 'A cheap tea.' : name;
      const document = await made(newBrief());
      expect(document).toMatchObject({
        content: { body: 'A fair tea.' },
        brand: { found: [{ rule: 'banned', found: 'cheap' }], left: [] },
      });
      expect(models.received[0]?.system).toContain('Never use these terms, in any form:\n- cheap');
    });

    it('for JSON, by a prompt of one’s own, is asked for once more where it does not fit, and fails with its class', async () => {
      const brief = newBrief({ contentType: 'sku', metadata: { sku: 4711 } });
      const answers = ['not JSON', '{"name": "Tea"}', 'not JSON', '{"name": 7}'];
      models.answer = () => answers.shift() ?? '';
      expect(await made({ ...brief, cache: 'off' })).toMatchObject({
        content: { body: '{"name": "Tea"}' },
        revised: true,
      });
      expect(models.received[0]?.user).toMatch(new RegExp(`^Product ${brief.topic}, number 4711\\.\n`));
      expect(models.received[0]?.responseFormat).toMatchObject({ type: 'json_schema' });
      expect(await made({ ...brief, cache: 'off' })).toMatchObject({
        status: 'failed',
        error: { failure: 'invalid_output', message: expect.stringContaining('name') },
      });
    });
  });

  describe('a batch', () => {
    const take = async (briefs: object[], over: object = {}, headers: Record<string, string> = {}) => {
      const { status, body } = await service.answer('POST', '/v1/content/batch', { briefs, ...over }, headers);
      expect(status).toBe(202);
      return body as { id: string; items: { line: number; id: string }[]; problems: object[] };
    };

    it('names near-duplicates, on the later content and in its summary', async () => {
      const long = 'This tea is picked by hand on the northern slopes, dried in the shade, and sent in tins of tin. ';
      models.answer = ({ user }) => (/alike/.test(user) ? `${long}Batch ${/no\. (\d+)/.exec(user)?.[1]}.` : user);
      const taken = await take([newBrief({ topic: 'alike no. 1' }), newBrief(), newBrief({ topic: 'alike no. 2' })]);
      const documents = await Promise.all(taken.items.map(({ id }) => ended(id)));
      const alike = documents.filter(({ nearDuplicate }) => nearDuplicate);
      expect(alike).toHaveLength(1);
      const first = taken.items.map(({ id }) => id).find((id) => id === alike[0]?.nearDuplicate?.of);
      expect([taken.items[0]?.id, taken.items[2]?.id]).toContain(first);
      expect(await service.get(`/v1/content/batch/${taken.id}`)).toMatchObject({
        status: 'ended',
        accepted: 3,
        generated: 3,
        failures: {},
        nearDuplicates: [{ id: alike[0]?.id, of: first, similarity: expect.any(Number) }],
      });
    });

    it('is taken once with one key, and what is said beside the briefs holds for each', async () => {
      const briefs = [newBrief(), { topic: 'of no type' }, newBrief()];
      const key = { 'idempotency-key': 'one-batch' };
      const [one, again] = await Promise.all([
        take(briefs, { cache: 'off' }, key),
        take(briefs, { cache: 'off' }, key),
      ]);
      expect(again).toEqual(one);
      expect(one).toMatchObject({ items: [{ line: 0 }, { line: 2 }], problems: [{ line: 1 }] });
      const documents = await Promise.all(one.items.map(({ id }) => ended(id)));
      expect(documents.map(({ usage }) => usage.cache)).toEqual(['off', 'off']);
      expect(await resultsOf(one.items.map(({ id }) => id))).toEqual([1, 1]);
    });
  });

  describe('when a worker dies', () => {
    const accepted = (contentId: string) =>
      newEvent(BriefAccepted, {
        subject: contentId,
        data: { contentId, brief: newBrief(), unit: contentId, simulated: false },
        time: systemClock.now(),
        cause: { id: contentId },
      });

    it('what it had claimed is taken up when its lease has run out, and not before', async () => {
      const id = 'orphan';
      const leaseUntil = systemClock.now() + 1500;
      const data: EventData<typeof GenerationClaimed> = { contentId: id, worker: 'dead', attempt: 1, leaseUntil };
      await log.append([
        accepted(id),
        newEvent(GenerationClaimed, { subject: id, data, time: systemClock.now(), cause: { id } }),
      ]);
      const document = await ended(id);
      expect(document.status).toBe('generated');
      expect(document.endedAt).toBeGreaterThanOrEqual(leaseUntil);
      expect(await resultsOf([id])).toEqual([1]);
    });

    it('every brief ends in one result, and only what was in flight is asked for twice', async () => {
      const BRIEFS = 24;
      const CONCURRENCY = 4;
      await service.close();
      models.delayMs = 50;
      const dying = mortalLog(log);
      const first = await startTestedGenerator({
        models,
        log: dying,
        configuration,
        instance: 'generator-2',
        callsAtOnce: CONCURRENCY,
      });
      const ids = Array.from({ length: BRIEFS }, (_, index) => `crash-${index}`);
      await log.append(ids.map(accepted));
      await until(
        () => models.received.length,
        (calls) => calls >= BRIEFS,
      );
      await dying.die();
      // It waits for the log until it is buried, but lets go of its timers.
      const closing = first.close();
      models.delayMs = 0;

      service = await startTestedGenerator({ models, log, configuration, instance: 'generator-3' });
      for (const id of ids) expect((await ended(id)).status).toBe('generated');
      expect(await resultsOf(ids)).toEqual(ids.map(() => 1));
      // Two calls each; of those in flight, the claims are repeated, each with at most two calls.
      expect(models.received.length).toBeLessThanOrEqual(2 * BRIEFS + 2 * CONCURRENCY);
      expect(models.received.length).toBeGreaterThan(2 * BRIEFS);
      dying.bury();
      await closing;
    });
  });
});

if (!brokers && required === '1')
  it('the generator over Kafka has a broker', () => {
    throw new Error('KAFKA_BROKERS is not set, and CONTENTFLOW_REQUIRE_SERVERS=1 allows no skip');
  });
else if (!brokers) it.skip('the generator over Kafka needs KAFKA_BROKERS: infra/kafka/up', () => {});
