import { until } from '@contentflow/kernel/testing';
import {
  chunk,
  completion,
  event,
  json,
  startAnsweringServer,
  stream,
  USAGE,
  type AnsweringServer,
} from '@contentflow/language-models/testing';
import { listen } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { OpenAI } from 'openai';
import { startWholeSystem } from './testing/whole-system.ts';

const messages = [{ role: 'user' as const, content: 'How do I clean the steel bottle?' }];
const PRICED = { name: 'm', usdPerMillionInput: 100, usdPerMillionOutput: 1000 };
/** Of ten tokens in and twenty out. */
const CALL_USD = 10 * 1e-4 + 20 * 1e-3;

let server: AnsweringServer;
let system: TestedService;
let url: string;
let openai: OpenAI;

beforeAll(async () => {
  server = await startAnsweringServer();
  const once = { gateway: { retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 } } };
  system = await startWholeSystem({ baseUrl: `${server.origin}/v1` }, once, [PRICED, { ...PRICED, name: '*' }]);
  await listen(system.app, 0, '127.0.0.1');
  url = await system.app.getUrl();
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(async () => {
  await system?.close();
  await server?.close();
});

interface Group {
  readonly content: { readonly accepted: number };
  readonly cost: { readonly total: number };
}
const summary = (query: string) => system.get<Group & { groups: Group[] }>(`/v1/metrics/summary?${query}`);
const whenCounted = (accepted: number) =>
  until(
    () => summary('by=contentType'),
    (answer) => answer.content.accepted === accepted,
  );

describe('calls that name no use', () => {
  it('count in metrics by model, provider and caller, in baselines and in what was spent, streamed ones and failures too', async () => {
    server.answers(json(completion({ content: 'Rinse it.' })));
    for (let call = 0; call < 4; call++)
      await openai.chat.completions.create({ model: 'm', messages, user: 'ann@example.org' });
    await openai.chat.completions.create({ model: 'm', messages });
    server.answers(stream(chunk({ content: 'Rinse it.' }), chunk({}, 'stop', { usage: USAGE }), event('[DONE]')));
    for await (const _chunk of await openai.chat.completions.create({ model: 'large', messages, stream: true }));
    server.answers(json({ error: { message: 'broken' } }, 500));
    await expect(openai.chat.completions.create({ model: 'm', messages, user: 'bob' })).rejects.toMatchObject({
      status: 502,
    });

    expect(await whenCounted(7)).toMatchObject({
      content: { accepted: 7, generated: 6, failed: 1, failures: { server_error: 1 } },
      cost: { total: expect.closeTo(6 * CALL_USD, 9) },
      groups: [
        { contentType: '(unnamed)', content: { accepted: 7, generated: 6 }, performance: { tokens: { mean: 30 } } },
      ],
    });
    expect((await summary('by=model')).groups).toMatchObject([
      { model: 'm', content: { accepted: 6, generated: 5 }, cost: { total: expect.closeTo(5 * CALL_USD, 9) } },
      { model: 'large', content: { accepted: 1 } },
    ]);
    expect((await summary('by=provider&contentType=(unnamed)')).groups).toMatchObject([{ content: { accepted: 7 } }]);
    const { groups } = await summary('by=caller');
    expect(groups).toMatchObject([
      { caller: expect.stringMatching(/^user:\w{16,}$/), content: { accepted: 4, generated: 4 } },
      { caller: '(none)', content: { accepted: 2 }, cost: { total: expect.closeTo(2 * CALL_USD, 9) } },
      { caller: expect.stringMatching(/^user:/), content: { accepted: 1, failed: 1 } },
    ]);
    expect(JSON.stringify(groups)).not.toMatch(/ann|bob/);
    const { items } = await system.get<{ items: object[] }>('/v1/baselines?contentType=(unnamed)');
    expect(items).toMatchObject([
      { contentType: '(unnamed)', model: 'large', generations: 1 },
      {
        contentType: '(unnamed)',
        model: 'm',
        generations: 6,
        metrics: { tokens: { n: 5, median: expect.closeTo(30, 6) } },
      },
    ]);
    const { items: series } = await system.get<{ items: Group[] }>('/v1/metrics/series?step=10m&by=caller');
    expect(series.reduce((sum, { content }) => sum + content.accepted, 0)).toBe(7);
    expect(await system.get('/v1/report')).toMatchObject({
      spend: {
        today: {
          usd: expect.closeTo(6 * CALL_USD, 9),
          by_model: [
            { model: 'm', calls: 6 },
            { model: 'large', calls: 1 },
          ],
        },
      },
    });
  });

  it('take no more room the more names they are asked by', async () => {
    server.answers(json({ error: { message: 'no such model', code: 'model_not_found' } }, 404));
    const names = Array.from({ length: 150 }, (_, at) => `made-up-${at}`);
    await Promise.all(
      names.map((model) => openai.chat.completions.create({ model, messages, user: model }).catch(() => undefined)),
    );
    server.answers(json(completion({ content: 'Rinse it.' })));
    await Promise.all(names.map((user) => openai.chat.completions.create({ model: 'm', messages, user })));
    await whenCounted(307);
    const models = (await summary('by=model')).groups as unknown as { model: string }[];
    expect(models.length).toBeLessThanOrEqual(2 * 101);
    expect(models.map(({ model }) => model)).toContain('(others)');
    const { groups: callers } = await summary('by=caller');
    expect(callers.length).toBeLessThanOrEqual(2 * 201);
    expect(callers.reduce((sum, { content }) => sum + content.accepted, 0)).toBe(307);
    const { items } = await system.get<{ items: object[] }>('/v1/baselines?contentType=(unnamed)&limit=500');
    expect(items.length).toBeLessThanOrEqual(101);
  });
});
