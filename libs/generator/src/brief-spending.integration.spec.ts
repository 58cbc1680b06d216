import { type ContentDocument, GenerationClaimed, Topic, topics } from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { ContentMaker } from './content-maker.ts';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { mortalLog, startTestedGenerator } from './testing/tested-generator.ts';

/** A call may cost $1 and costs a tenth of that. */
const model = { name: 'm', usdPerMillionInput: 0, usdPerMillionOutput: 10_000 };
const step = { instruction: 'Write it.', maxOutputTokens: 100 };
const recipe = {
  contentType: 'note',
  prompt: { instructions: 'Write well.' },
  steps: [{ ...step, id: 'draft' }],
  output: { body: 'draft' },
  cache: { strategy: 'off' },
  model: 'm',
};
const NEVER_MS = 60_000;

describe('the money of a brief', () => {
  let log: EventLog;
  let models: ScriptedModelServer;
  let services: TestedService[];

  beforeEach(async () => {
    log = await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' });
    models = await new ScriptedModelServer().start();
    services = [];
  });
  afterEach(async () => {
    models.release();
    for (const service of services) await service.close();
    await models.close();
    await log.close();
  });

  const start = async (more: object = {}, instance = 'generator-1', over = log): Promise<TestedService> => {
    const configuration = {
      leaseMs: 1000,
      recipes: [recipe],
      providers: [{ name: 'p', kind: 'openai-compatible', baseUrl: models.baseUrl, apiKey: 'none', models: [model] }],
      ...more,
    };
    const service = await startTestedGenerator({ models, configuration, log: over, instance });
    services.push(service);
    await until(
      () => service.get<{ items: unknown[] }>('/v1/recipes'),
      ({ items }) => items.length > 0,
    );
    return service;
  };
  const accepted = async (service: TestedService, more: object = {}): Promise<string> => {
    const { body } = await service.answer('POST', '/v1/content', { contentType: 'note', topic: 'a bottle', ...more });
    return (body as { id: string }).id;
  };
  const ended = (service: TestedService, id: string): Promise<ContentDocument> =>
    until(
      () => service.get<ContentDocument>(`/v1/content/${id}`),
      ({ endedAt }) => endedAt !== undefined,
    );
  const exhausted = (of: string) => ({
    status: 'failed',
    error: { failure: 'budget_exhausted', message: expect.stringContaining(of) },
  });

  const recipes: [string, object][] = [
    ['several drafts', { candidates: 4 }],
    ['drafts at once', { candidates: 4, parallel: true }],
    [
      'a revision',
      {
        qualityThreshold: 10,
        steps: [
          { ...step, id: 'draft' },
          { ...step, id: 'more', needs: ['draft'] },
        ],
      },
    ],
    ['many steps', { steps: ['draft', 'a', 'b', 'c'].map((id) => ({ ...step, id })) }],
  ];
  it.each(recipes)('bounds %s: what would go beyond is not called', async (_, more) => {
    const service = await start({ recipes: [{ ...recipe, ...more }] });
    const id = await accepted(service, { maxCostUsd: 1.1, keyPoints: ['a lid of oak'] });
    // $1 for the first, of which a tenth is spent; $1 for the second; then less than $1 is left
    expect(await ended(service, id)).toMatchObject({
      ...exhausted("of the $1.1 that the brief's maxCostUsd allows"),
      usage: { cost: expect.closeTo(0.2) },
    });
    expect(models.received).toHaveLength(2);
  });

  it('is bounded by the configuration where the brief says nothing, or more', async () => {
    const service = await start({ budgets: { perBriefUsd: 0.5 } });
    const bound = exhausted('of the $0.5 that budgets.perBriefUsd allows');
    expect(await ended(service, await accepted(service))).toMatchObject(bound);
    expect(await ended(service, await accepted(service, { maxCostUsd: 7 }))).toMatchObject(bound);
    expect(models.received).toEqual([]);
  });

  it.each([0, -1, 'much', 1e9])('is refused as %p, by its field', async (maxCostUsd) => {
    const service = await start();
    const brief = { contentType: 'note', topic: 'a bottle', maxCostUsd };
    expect(await service.answer('POST', '/v1/content', brief)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'maxCostUsd' }] },
    });
  });

  it('is not spent anew by those who take it up after a crash', async () => {
    models.delayMs = NEVER_MS;
    let id: string | undefined;
    // Given three processes, one after the other, that die in the middle of a call
    for (const instance of ['first', 'second', 'third']) {
      const mortal = mortalLog(log);
      const service = await start({}, instance, mortal);
      id ??= await accepted(service, { maxCostUsd: 3.2 });
      const before = models.received.length;
      await until(() => models.received.length > before);
      await mortal.die();
      mortal.bury();
    }
    // When a fourth takes it up, then nothing is left: each call may have cost its dollar
    models.delayMs = 0;
    const service = await start({}, 'fourth');
    expect(await ended(service, id!)).toMatchObject(exhausted('$0.2 is left'));
    expect(models.received).toHaveLength(3);
  }, 60_000);

  it('that attempts cost which came to nothing stands in the result of the last', async () => {
    const service = await start({ recipes: [{ ...recipe, candidates: 2 }] });
    const maker = service.app.get(ContentMaker);
    const make = maker.make.bind(maker);
    let attempts = 0;
    // Given an attempt that throws when all of its calls were paid
    maker.make = async (attempt) => {
      const made = await make(attempt);
      if (++attempts === 1) throw new TypeError('no such tone');
      return made;
    };
    const id = await accepted(service);
    expect(await ended(service, id)).toMatchObject({
      status: 'generated',
      usage: { calls: 4, cost: expect.closeTo(0.4) },
    });
  }, 60_000);

  it('is known of a brief that is given up, and of one that is cancelled while nobody makes it', async () => {
    const service = await start();
    const maker = service.app.get(ContentMaker);
    const make = maker.make.bind(maker);
    maker.make = async (attempt) => {
      await make(attempt);
      throw new TypeError('no such tone');
    };
    const [givenUp, cancelled] = [await accepted(service), await accepted(service)];
    const hasReported = async (): Promise<boolean> =>
      (await service.events(Topic.content)).some(
        ({ type, subject, data }) =>
          type === GenerationClaimed.type && subject === cancelled && 'calls' in (data as object),
      );
    await until(hasReported);
    await service.answer('POST', `/v1/content/${cancelled}/cancel`);
    expect(await ended(service, cancelled)).toMatchObject({ usage: { calls: 1, cost: expect.closeTo(0.1) } });
    expect(await ended(service, givenUp)).toMatchObject({
      error: { failure: 'internal_error' },
      usage: { calls: 3, cost: expect.closeTo(0.3) },
    });
  }, 60_000);
});
