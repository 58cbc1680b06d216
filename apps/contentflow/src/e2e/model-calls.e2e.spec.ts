import { Topic } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import { plainPseudonym } from '@contentflow/nest-platform';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openLog } from '../command-line/open-log.ts';
import { type Child, contentflow } from './testing/child.ts';
import { clientOf, type Json } from './testing/client.ts';
import { type ScriptedModelServer, startScriptedModelServer } from './testing/scripted-model-server.ts';
import { temporaryFolder } from './testing/temporary.ts';

/** A thousand tokens at a dollar a million. */
const CALL_USD = 0.001;
const CALLS_PAID_FOR = 100;

let models: ScriptedModelServer;
let folder: ReturnType<typeof temporaryFolder>;
let child: Child;
let url = '';
const client = clientOf(() => url);

beforeEach(async () => {
  models = await startScriptedModelServer();
  folder = temporaryFolder();
});
afterEach(async () => {
  await child.kill('SIGKILL');
  await models.close();
  folder.remove();
});

const provider = () => ({
  name: 'mock',
  kind: 'openai-compatible',
  baseUrl: models.baseUrl,
  apiKey: 'none',
  models: [{ name: 'mock', usdPerMillionInput: 0, usdPerMillionOutput: 1 }],
});

/** What is asked at once here is asked of budgets, so that all of it is let in. */
const admission = { answersAtOnce: 1000, waiting: 1000, longestWaitMs: 60_000 };

const { KAFKA_BROKERS: brokers, MONGO_URI: mongo, CONTENTFLOW_REQUIRE_SERVERS: required } = process.env;
const namespace = randomUUID().slice(0, 8);
const onKafka = ['--engine', 'kafka', '--kafka', brokers ?? '', '--mongo', mongo ?? ''];

async function start(
  configuration: object,
  env: NodeJS.ProcessEnv = {},
  engine: readonly string[] = ['--data', join(folder.path, 'data')],
): Promise<void> {
  const config = folder.file(
    'contentflow.config.json',
    JSON.stringify({ providers: [provider()], admission, ...configuration }),
  );
  child = contentflow(['start', ...engine, '--port', '0', '--config', config], folder.path, {
    CONTENTFLOW_NAMESPACE: namespace,
    ...env,
  });
  url = await child.url;
  await until(
    () => client.get('/health/ready'),
    ({ status }) => status === 200,
  );
}

const complete = (n: number, extra: object = {}) =>
  client.post('/v1/chat/completions', {
    model: 'mock',
    messages: [{ role: 'user', content: `request ${n}` }],
    max_tokens: 1000,
    ...extra,
  });

/** `paid`, `refused` for want of money, or the status of what went wrong otherwise. */
function outcomeOf({ status, body }: Awaited<ReturnType<typeof complete>>): string {
  if (status === 200) return 'paid';
  return /budget_exhausted|insufficient_quota/.test(JSON.stringify(body['error'])) ? 'refused' : String(status);
}

/** Asked again where there was no room: on a busy machine a thousand take longer than any of them may wait. */
async function settled(n: number, extra: object): Promise<string> {
  const outcome = outcomeOf(await complete(n, extra));
  if (outcome !== '429') return outcome;
  await pause(200);
  return settled(n, extra);
}

/** How many of so many requests at once had each outcome. */
async function outcomesOf(count: number, user: string): Promise<Record<string, number>> {
  const outcomes = await Promise.all(Array.from({ length: count }, (_, n) => settled(n, { user })));
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** In calls at their worst. */
async function budgetOf(user: string) {
  const { items } = (await client.get('/v1/budgets')).body as unknown as { items: Record<string, unknown>[] };
  const { body } = await client.get(`/v1/subjects/${user}`);
  // Without a master key there is none.
  const caller = body['subject'] ?? plainPseudonym(user);
  const budget = items.find(({ account }) => account === `caller/${caller}`);
  const calls = (field: string): number => Number((Number(budget?.[field]) / CALL_USD).toFixed(6));
  return { spent: calls('spentUsd'), reserved: calls('reservedUsd'), left: calls('leftUsd') };
}

const hasServers = brokers !== undefined && mongo !== undefined;
if (!hasServers && required === '1')
  it('budgets on Kafka and MongoDB have their servers', () => {
    throw new Error('KAFKA_BROKERS or MONGO_URI is not set, and CONTENTFLOW_REQUIRE_SERVERS=1 allows no skip');
  });
const engines: [string, readonly string[] | undefined][] = [['the embedded engine', undefined]];
if (hasServers) engines.push(['Kafka and MongoDB', onKafka]);
else it.skip('budgets on Kafka and MongoDB: infra/kafka/up, infra/mongo/up', () => undefined);

describe.each(engines)('a thousand requests at once on a budget for a hundred, on %s', (_name, engine) => {
  const budgets = { perCallerUsd: { '*': CALLS_PAID_FOR * CALL_USD } };

  it('pay for a hundred that cost their worst, and no more', async () => {
    const user = 'dear';
    models.follow((n) => ({ tokensOut: 1000, delayMs: n % 20 }));
    await start({ budgets }, {}, engine);
    expect(await outcomesOf(1000, user)).toEqual({ paid: 100, refused: 900 });
    expect(models.received).toBe(100);
    expect(await budgetOf(user)).toEqual({ spent: 100, reserved: 0, left: 0 });
  }, 240_000);

  it('pay for as many as there is money for, where they cost less', async () => {
    const user = 'cheap';
    models.follow((n) => ({ tokensOut: 250, delayMs: n % 20 }));
    await start({ budgets }, {}, engine);
    const { paid = 0, ...others } = await outcomesOf(1000, user);
    // None is refused while its worst case is left: more than 99 calls' worth is spent, a quarter each.
    expect(paid).toBeGreaterThan(99 * 4);
    expect(paid).toBeLessThanOrEqual(400);
    expect(others).toEqual({ refused: 1000 - paid });
    expect(models.received).toBe(paid);
    expect(await budgetOf(user)).toMatchObject({ spent: paid / 4, reserved: 0 });
  }, 240_000);

  it('pay for no more than a hundred when killed half-way, and lose nothing of the rest', async () => {
    const user = 'killed';
    models.follow((n) => ({ tokensOut: 1000, delayMs: 500 + n * 50 }));
    await start({ budgets, leaseMs: 1000 }, {}, engine);
    const interrupted = Array.from({ length: 60 }, (_, n) => complete(n, { user }).catch(() => undefined));
    await until(
      async () => models.received === 60 && models.answered,
      (answered) => Number(answered) >= 20,
    );
    await child.kill('SIGKILL');
    await Promise.all(interrupted);
    expect(models.answered).toBeLessThan(60);

    models.follow(() => ({ tokensOut: 1000 }));
    await start({ budgets, leaseMs: 1000 }, {}, engine);
    // What was in flight is charged once its owner's lease has run out.
    await until(
      () => budgetOf(user),
      ({ reserved }) => reserved === 0,
    );
    expect(await budgetOf(user)).toEqual({ spent: 60, reserved: 0, left: 40 });
    expect(await outcomesOf(200, user)).toEqual({ paid: 40, refused: 160 });
    expect(models.received).toBe(100);
  }, 240_000);

  it('hold each caller to its own', async () => {
    const [one, other] = ['one', 'other'];
    models.follow(() => ({ tokensOut: 1000 }));
    await start({ budgets: { perCallerUsd: { '*': CALL_USD } } }, {}, engine);
    const outcomes: string[] = [];
    for (const user of [one, one, other]) outcomes.push(outcomeOf(await complete(outcomes.length, { user })));
    expect(outcomes).toEqual(['paid', 'refused', 'paid']);
    expect([await budgetOf(one), await budgetOf(other)]).toMatchObject([{ spent: 1 }, { spent: 1 }]);
  }, 240_000);
});

/** As many as answers may be ahead of their records, whatever the disk takes: docs/adr/0010-completions.md. */
const MOST_LOST = 128;

it('a process that is killed under load loses the records of the last answers alone', async () => {
  models.follow(() => ({}));
  await start({});
  const answered: (string | null)[] = [];
  const asking = async (n: number): Promise<void> => {
    for (;;) {
      const answer = await complete(n).catch(() => undefined);
      if (!answer) return;
      if (answer.status === 200) answered.push(answer.headers.get('x-request-id'));
    }
  };
  const clients = Array.from({ length: 32 }, (_, n) => asking(n));
  await until(
    async () => answered.length,
    (count) => count >= 1500,
  );
  await child.kill('SIGKILL');
  await Promise.all(clients);

  const recorded = new Set((await eventsOf(Topic.completions)).map(({ subject }) => subject));
  const lost = answered.flatMap((id, at) => (recorded.has(String(id)) ? [] : [at]));
  expect(lost.length).toBeLessThanOrEqual(MOST_LOST);
  expect(lost.every((at) => at >= answered.length - 2 * MOST_LOST)).toBe(true);
}, 240_000);

describe('the breaker of a target', () => {
  const breakers = async () => ((await client.get('/v1/providers')).body['items'] as unknown as Json[])[0]?.['breaker'];

  it('skips a dead target, probes it, and puts each change on the log', async () => {
    models.follow(() => ({ status: 500, body: '{"error":{"message":"it broke"}}' }));
    const gateway = { retry: { attemptsPerTarget: 1 }, breaker: { consecutiveFailures: 3, coolDownMs: 500 } };
    await start({ gateway });
    for (let n = 0; n < 5; n++) expect((await complete(n)).status).toBeGreaterThan(499);
    expect(models.received).toBe(3);
    expect(await breakers()).toBe('open');

    models.follow(() => ({}));
    await until(
      () => complete(9),
      ({ status }) => status === 200,
    );
    expect(await breakers()).toBe('closed');
    await child.kill('SIGTERM');

    const changes = (await eventsOf(Topic.operations)).filter(({ type }) => type.includes('.breaker-'));
    expect(changes.map(({ type }) => type.split('.')[2])).toEqual([
      'breaker-opened',
      'breaker-probed',
      'breaker-closed',
    ]);
    expect(changes[0]).toMatchObject({
      subject: 'mock/mock',
      // What a server says may quote a prompt, and stands in no log.
      data: { provider: 'mock', model: 'mock', failures: 3, reason: 'mock answered 500' },
    });
  });
});

async function eventsOf(topic: string) {
  const log = await openLog({ data: join(folder.path, 'data') });
  const found: { type: string; subject: string; data: unknown }[] = [];
  for (const [place, to] of Object.entries(await log.ends([topic])))
    for await (const events of log.read({
      topic,
      partition: Number(place.split('/')[1]),
      from: 0,
      to,
    }))
      found.push(...events);
  await log.close();
  return found;
}

describe('a secret', () => {
  const KEY = 'top-secret-key-4711-of-the-provider';
  const PASSWORD = 'top-secret-password-4712';

  it('reaches no log, no event, no document and no answer, though every error echoes it', async () => {
    /** Each server tells what it was sent: its header, and what it found in it. */
    const echoes = (authorization: string) => {
      const secret = authorization.startsWith('Basic') ? PASSWORD : KEY;
      return [
        { status: 401, body: JSON.stringify({ error: { message: `invalid key: ${authorization}` } }) },
        { status: 500, body: `Traceback: headers={'authorization': '${authorization}', 'x': '${secret}'}` },
        {
          status: 400,
          body: JSON.stringify({ error: { code: secret, message: { nested: [authorization, secret] } } }),
        },
        { status: 200, body: `{"choices": ["${secret}` },
        { status: 429, body: JSON.stringify({ message: `${secret}: too many` }) },
        { status: 200, body: JSON.stringify({ error: { message: `${secret} is overloaded` } }) },
      ];
    };
    models.follow((n, authorization) => echoes(authorization)[n % 6] ?? {});
    const withPassword = models.baseUrl.replace('//', `//someone:${PASSWORD}@`);
    const retry = { attemptsPerTarget: 2, baseMs: 1, maxMs: 1 };
    await start(
      {
        providers: [
          { ...provider(), apiKey: '$MODEL_KEY' },
          { ...provider(), name: 'other', apiKey: undefined, baseUrl: withPassword, models: ['other'] },
        ],
        gateway: { retry, breaker: { consecutiveFailures: 1000, windowCalls: 30, failureShare: 1 } },
        model: 'mock',
      },
      { MODEL_KEY: KEY, LOG_LEVEL: 'trace' },
    );
    const said: unknown[] = [];
    for (let n = 0; n < 24; n++)
      said.push((await complete(n, { model: n % 2 ? 'mock' : 'other', stream: n % 3 === 0 })).body);
    const failed = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        client.post('/v1/content', { contentType: 'ad_copy', topic: `bottle ${n}` }, { prefer: 'wait=30' }),
      ),
    );
    expect(failed.map(({ body }) => body['status'])).toContain('failed');
    for (const path of ['content', 'providers', 'models', 'failures/analysis', 'decisions', 'state', 'report'])
      said.push((await client.get(`/v1/${path}`)).body);
    said.push((await client.get('/metrics')).body, failed);
    const ended = await child.kill('SIGTERM');

    const kept = readdirSync(join(folder.path, 'data'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')]);
    expect(kept.map(([name]) => name)).toContain('log.sqlite');
    const places = { ...Object.fromEntries(kept), ...ended, said: JSON.stringify(said) };
    for (const [place, text] of Object.entries(places))
      for (const secret of [KEY, PASSWORD, btoa(`someone:${PASSWORD}`)])
        expect({ place, tells: String(text).includes(secret) }).toEqual({ place, tells: false });
    expect(ended.stderr + JSON.stringify(said)).toContain('[key]');
  });
});

describe('the sandbox as a provider', () => {
  it('marks all that comes of it as simulated', async () => {
    await start({ providers: [{ name: 'sandbox', kind: 'sandbox', models: ['swift'] }] });
    const accepted = await client.post('/v1/content', { contentType: 'ad_copy', topic: 'a bottle' });
    expect(accepted.body).toMatchObject({ status: 'accepted', simulated: true });
    const { items } = (await client.get('/v1/providers')).body as unknown as { items: object[] };
    expect(items).toMatchObject([{ provider: 'sandbox', model: 'swift', simulated: true }]);
  });

  it.each([
    [{ name: 's', kind: 'sandbox', models: ['none'] }, /no model "none"; it has /],
    [{ name: 's', kind: 'sandbox', models: ['swift'] }, /mix the sandbox with real ones/],
  ])('says what is wrong with %j', async (sandbox, problem) => {
    const providers = sandbox.models.includes('none') ? [sandbox] : [sandbox, provider()];
    const file = folder.file('wrong.json', JSON.stringify({ providers }));
    child = contentflow(['start', '--data', join(folder.path, 'd'), '--port', '0', '--config', file], folder.path);
    expect(await child.ended).toMatchObject({ code: 2, stderr: expect.stringMatching(problem) });
  });
});
