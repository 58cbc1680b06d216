import { until } from '@contentflow/kernel/testing';
import { completion, json, startAnsweringServer, type AnsweringServer } from '@contentflow/language-models/testing';
import { listen } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { OpenAI } from 'openai';
import { startWholeSystem } from './testing/whole-system.ts';

const messages = [{ role: 'user' as const, content: 'How do I clean the steel bottle?' }];
const TEXT = 'Rinse the bottle with warm water and a drop of soap. Let it dry with the lid off.';
const PRICED = { name: 'm', usdPerMillionInput: 100, usdPerMillionOutput: 1000 };

let server: AnsweringServer;
let system: TestedService;
let url: string;
let openai: OpenAI;

beforeAll(async () => {
  server = await startAnsweringServer();
  const once = { gateway: { retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 } } };
  system = await startWholeSystem({ baseUrl: `${server.origin}/v1` }, once, [PRICED]);
  await listen(system.app, 0, '127.0.0.1');
  url = await system.app.getUrl();
  openai = new OpenAI({
    baseURL: `${url}/v1`,
    apiKey: 'none',
    maxRetries: 0,
    defaultHeaders: { 'x-contentflow-use': 'support-reply' },
  });
});
afterAll(async () => {
  await system?.close();
  await server?.close();
});

const ask = (user: string) => openai.chat.completions.create({ model: 'm', messages, user });
const rate = (body: object) =>
  fetch(`${url}/v1/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('calls of a named use', () => {
  it('count in metrics, baselines, failures and the report, by use and model, with all they cost', async () => {
    server.answers(json(completion({ content: TEXT })));
    for (let call = 0; call < 6; call++) await ask(`user-${call}`);
    server.answers(json({ error: { message: 'broken' } }, 500));
    await expect(ask('user-6')).rejects.toMatchObject({ status: 502 });
    const cost = 10 * 1e-4 + 20 * 1e-3;
    const summary = await until(
      () => system.get<{ groups: object[] }>('/v1/metrics/summary?by=contentType'),
      ({ groups }) => JSON.stringify(groups).includes('"accepted":7'),
    );
    expect(summary.groups).toMatchObject([
      {
        contentType: 'support-reply',
        content: { accepted: 7, generated: 6, failed: 1, failures: { server_error: 1 } },
        performance: { tokens: { n: 6, mean: 30 } },
        quality: { score: { n: 0 } },
        cost: { total: expect.closeTo(6 * cost, 6) },
      },
    ]);
    expect(await system.get('/v1/metrics/summary?contentType=support-reply&by=model')).toMatchObject({
      groups: [{ model: 'm', content: { accepted: 7 } }],
    });
    expect(await system.get('/v1/baselines?contentType=support-reply')).toMatchObject({
      items: [{ contentType: 'support-reply', model: 'm', generations: 7 }],
    });
    expect(JSON.stringify(await system.get('/v1/failures/analysis'))).toContain('server_error');
    const report = await until(
      () => system.get<{ system_evolution: { generations: { current: number } } }>('/v1/report'),
      ({ system_evolution }) => system_evolution.generations.current === 7,
    );
    expect(report).toMatchObject({
      system_evolution: { paid_for_nothing: { failed: { briefs: 1 } } },
      spend: { today: { usd: expect.closeTo(6 * cost, 6), calls: 7, by_model: [{ model: 'm', calls: 7 }] } },
    });
  });

  it('are rated by the id of their answer, or of their request, as soon as it is there', async () => {
    server.answers((response, asked) => {
      const { user } = asked.body as { user: string };
      json({ ...completion({ content: TEXT }), id: `chatcmpl-of-${user}` })(response, asked);
    });
    const { data, response } = await ask('ann').withResponse();
    const rated = await rate({ completion: data.id, rating: 5, rater: 'ann' });
    expect(rated.status).toBe(201);
    const contentId = response.headers.get('x-request-id');
    expect(await rated.json()).toMatchObject({ contentId, rating: 5, simulated: false });
    expect((await rate({ completion: contentId, rating: 2, comment: 'Too long.', rater: 'bob' })).status).toBe(201);
    const again = await fetch(`${url}/v1/content/${contentId}/feedback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rating: 4 }),
    });
    expect(again.status).toBe(201);
    const heard = await system.events<{ contentType: string; rating: number; words: number }>('contentflow.feedback');
    expect(heard.map((each) => each.data)).toEqual([
      expect.objectContaining({ contentType: 'support-reply', rating: 5, words: 18 }),
      expect.objectContaining({ contentType: 'support-reply', rating: 2, aspects: [expect.anything()] }),
      expect.objectContaining({ contentType: 'support-reply', rating: 4 }),
    ]);
  });

  it('are not rated by an id that nobody was given', async () => {
    const unknown = await rate({ completion: 'chatcmpl-none', rating: 5 });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { param: 'completion' } }]);
    expect((await rate({ rating: 5 })).status).toBe(400);
  });
});
