import { BriefAccepted, ContentGenerated, GenerationClaimed, GenerationFailed, Topic } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from './testing/whole-system.ts';

/** Words of people that every plain object has a property of. */
const words = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

/** A content type, a model and steps of such a name. */
const recipes = words.map((word) => ({
  contentType: word,
  model: word,
  prompt: { instructions: 'You write labels.' },
  steps: [
    { id: 'constructor', instruction: 'Write the label.', maxOutputTokens: 50 },
    { id: 'label', instruction: 'Write it anew.', maxOutputTokens: 50, needs: ['constructor'] },
  ],
  output: { body: 'label', extras: ['constructor'] },
}));

/** Every page that people look at after a day with such words. */
const pages = [
  '/v1/documentation',
  '/v1/report',
  '/v1/report/series',
  '/v1/policy',
  '/v1/autonomy',
  '/v1/state',
  '/v1/metrics/summary',
  '/v1/metrics/series',
  '/v1/baselines',
  '/v1/failures/analysis',
  '/v1/learning',
  '/v1/outcomes',
  '/v1/decisions',
  '/v1/semantic-cache',
  '/v1/budgets',
  '/v1/content',
  '/health/ready',
];

describe('a word that every object inherits', () => {
  let models: ScriptedModelServer;
  let system: TestedService;

  beforeAll(async () => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models, { recipes }, ['m', ...words]);
    await until(
      () => system.get<{ items: unknown[] }>('/v1/recipes'),
      ({ items }) => items.length > words.length,
    );
  }, 60_000);
  afterAll(async () => {
    await system?.close();
    await models?.close();
  });
  afterEach(async () => {
    for (const page of pages) await system.get(page);
  });

  const typesOf = async (id: string): Promise<string[]> =>
    (await system.events(Topic.content)).filter(({ subject }) => subject === id).map(({ type }) => type);

  it.each(words)('is one generation as a tone, a caller, a rater and a batch: %s', async (word) => {
    // A brief of its own, so that the cache answers none of them.
    const brief = {
      contentType: 'ad_copy',
      topic: `a steel bottle, ${word}`,
      tone: word,
      audience: word,
      caller: word,
      keyPoints: [word],
      keywords: [word],
    };
    const { body } = await system.answer('POST', '/v1/content', brief, {
      prefer: 'wait=20',
      'idempotency-key': word,
    });
    const { id, status } = body as { id: string; status: string };
    expect(status).toBe('generated');
    expect(await typesOf(id)).toEqual([BriefAccepted.type, GenerationClaimed.type, ContentGenerated.type]);

    for (const said of [
      { rating: 1, comment: `too ${word}`, rater: word },
      { rating: 5, rater: word, edit: word },
    ])
      expect(await system.answer('POST', `/v1/content/${id}/feedback`, said)).toMatchObject({ status: 201 });
  });

  it.each(words)('is a content type, a model and a step like any other: %s', async (word) => {
    const brief = { contentType: word, topic: `a steel bottle, ${word}` };
    const { body } = await system.answer('POST', '/v1/content', brief, { prefer: 'wait=20' });
    expect(body).toMatchObject({ status: 'generated', content: { extras: expect.any(Object) } });
    const { id, content } = body as { id: string; content: { extras: Record<string, string> } };
    expect(Object.entries(content.extras)).toEqual([['constructor', expect.any(String)]]);
    expect(await typesOf(id)).toEqual([BriefAccepted.type, GenerationClaimed.type, ContentGenerated.type]);

    const allowed = await system.answer('PUT', `/v1/semantic-cache/${word}`, { state: 'allowed', reason: word });
    expect(allowed).toMatchObject({ status: 200, body: { contentType: word } });
    await system.get(`/v1/models/${word}`);
    expect(await system.get(`/v1/content?contentType=${word}`)).toMatchObject({ items: [{ id }] });
  });

  it.each([...words.map((word) => `${word}s`), 'isPrototypeOf'])(
    'is refused by name where it names nothing: %s',
    async (word) => {
      expect(await system.answer('POST', '/v1/content', { contentType: word, topic: 'x' })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'contentType' }] },
      });
      for (const [method, path, body] of [
        ['PUT', `/v1/semantic-cache/${word}`, { state: 'allowed', reason: word }],
        ['GET', `/v1/content/${word}`, undefined],
        ['GET', `/v1/decisions/${word}`, undefined],
        ['GET', `/v1/content/batch/${word}`, undefined],
        ['GET', `/v1/models/${word}`, undefined],
        ['POST', `/v1/improvements/${word}/rollback`, { reason: word }],
        ['POST', `/v1/content/${word}/feedback`, { rating: 1 }],
      ] as const)
        expect({ path, status: (await system.answer(method, path, body)).status }).toEqual({ path, status: 404 });
      expect((await system.events(Topic.content)).some(({ type }) => type === GenerationFailed.type)).toBe(false);
    },
  );
});
