import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from './testing/whole-system.ts';

const ADMIN = 'an-admin-key-of-a-test-that-is-long-enough';
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
/** A dollar for each call of a hundred tokens: output alone is paid for. */
const PRICED = { name: 'm', usdPerMillionInput: 0, usdPerMillionOutput: 10_000 };
const TOKENS = 100;

interface Made {
  readonly id: string;
  readonly key: string;
}

describe('a key with a budget', () => {
  let models: ScriptedModelServer;
  let system: TestedService;

  beforeAll(async () => {
    models = await startScriptedModelServer();
    models.follow(() => ({ tokensOut: TOKENS }));
    system = await startWholeSystem(models, { access: { keys: 'always' } }, [PRICED], ADMIN);
  });
  afterAll(async () => {
    await system?.close();
    await models?.close();
  });

  const created = async (wish: object): Promise<Made> => {
    const { status, body } = await system.answer(
      'POST',
      '/v1/keys',
      { name: 'app', scopes: ['content'], ...wish },
      bearer(ADMIN),
    );
    expect(status).toBe(201);
    return body;
  };
  /** Asks for one answer of a dollar. */
  const chat = (key: string) =>
    system.answer(
      'POST',
      '/v1/chat/completions',
      { model: 'm', max_tokens: TOKENS, messages: [{ role: 'user', content: 'hello' }] },
      bearer(key),
    );
  const statuses = async (key: string, count: number): Promise<number[]> => {
    const answers = await Promise.all(Array.from({ length: count }, () => chat(key)));
    return answers.map(({ status }) => status).sort();
  };
  const account = async (id: string) => {
    const { body } = await system.answer('GET', '/v1/budgets', undefined, bearer(ADMIN));
    return (body as { items: { account: string }[] }).items.filter((each) => each.account === `key/${id}`);
  };

  it('pays for what fits into it and no more, also where all is asked at once; another key is not touched', async () => {
    const bounded = await created({ usdPerDay: 3 });
    const free = await created({});
    expect(await statuses(bounded.key, 8)).toEqual([200, 200, 200, 429, 429, 429, 429, 429]);
    expect(await account(bounded.id)).toEqual([
      { account: `key/${bounded.id}`, limitUsd: 3, spentUsd: 3, reservedUsd: 0, leftUsd: 0 },
    ]);
    const { body } = await chat(bounded.key);
    expect(body).toMatchObject({ error: { code: 'insufficient_quota', message: expect.stringContaining('key/') } });
    expect(await statuses(free.key, 4)).toEqual([200, 200, 200, 200]);
    expect(await account(free.id)).toEqual([]);
  });

  it('shares it with the keys that take its place', async () => {
    const first = await created({ usdPerDay: 2 });
    expect(await statuses(first.key, 1)).toEqual([200]);
    const { body: second } = (await system.answer('POST', `/v1/keys/${first.id}/rotate`, {}, bearer(ADMIN))) as {
      body: Made;
    };
    const { body: third } = (await system.answer('POST', `/v1/keys/${second.id}/rotate`, {}, bearer(ADMIN))) as {
      body: Made;
    };
    expect(third).toMatchObject({ usdPerDay: 2 });
    expect(await statuses(third.key, 3)).toEqual([200, 429, 429]);
    expect(await account(first.id)).toMatchObject([{ limitUsd: 2, spentUsd: 2 }]);
    expect(await account(third.id)).toEqual([]);
  });

  it('pays for its briefs, and one that it cannot pay ends as that failure', async () => {
    const poor = await created({ usdPerDay: 0 });
    const calls = models.received;
    const brief = { contentType: 'email', topic: 'a walk in the rain' };
    const { status, body } = await system.answer('POST', '/v1/content', brief, bearer(poor.key));
    expect(status).toBe(202);
    const { id } = body as { id: string };
    const ended = await until(
      () => system.answer('GET', `/v1/content/${id}`, undefined, bearer(poor.key)),
      (answer) => ['failed', 'generated'].includes((answer.body as { status: string }).status),
    );
    expect(ended.body).toMatchObject({ status: 'failed', error: { failure: 'budget_exhausted' }, usage: { cost: 0 } });
    expect(models.received).toBe(calls);
  });

  it.each([{ usdPerDay: -1 }, { usdPerDay: 'much' }, { usdPerDay: null }])('is refused as %j', async (wish) => {
    const wished = { name: 'app', scopes: ['content'], ...wish };
    const { status, body } = await system.answer('POST', '/v1/keys', wished, bearer(ADMIN));
    expect([status, body]).toMatchObject([400, { errors: [{ field: 'usdPerDay' }] }]);
  });
});
