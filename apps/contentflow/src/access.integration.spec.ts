import { type Scope, scopes, scopesFor } from '@contentflow/contracts';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { until } from '@contentflow/kernel/testing';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from './testing/whole-system.ts';

const ADMIN = 'an-admin-key-of-a-test-that-is-long-enough';
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

interface Made {
  readonly id: string;
  readonly key: string;
}

describe('a system that asks for keys', () => {
  let models: ScriptedModelServer;
  let system: TestedService;
  const keys = new Map<Scope, Made>();

  const create = async (wish: object): Promise<Made> => {
    const { status, body } = await system.answer('POST', '/v1/keys', wish, bearer(ADMIN));
    expect(status).toBe(201);
    return body;
  };
  const key = (scope: Scope): Record<string, string> => bearer(keys.get(scope)?.key ?? '');

  beforeAll(async () => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models, { access: { keys: 'always' } }, ['m'], ADMIN);
    for (const scope of scopes) keys.set(scope, await create({ name: `for ${scope}`, scopes: [scope] }));
  }, 60_000);
  afterAll(async () => {
    await system?.close();
    await models?.close();
  });

  it('lets each key do what its scopes say and nothing else, at every route there is', async () => {
    const { paths } = (await system.answer('GET', '/openapi.json', undefined, key('read'))).body as {
      paths: Record<string, Record<string, object>>;
    };
    const wrong: string[] = [];
    let asked = 0;
    for (const [path, operations] of Object.entries(paths))
      for (const method of Object.keys(operations).map((name) => name.toUpperCase())) {
        const url = path.replace(/\{\w+\}/g, 'nothing');
        const tried: [string, Record<string, string>, Scope | undefined][] = [
          ['no key', {}, undefined],
          ['a wrong key', bearer(`${keys.get('admin')?.key.slice(0, -1)}_`), undefined],
          ['somebody else’s key', bearer('sk-some-other-product'), undefined],
          ...scopes.map((scope): [string, Record<string, string>, Scope] => [scope, key(scope), scope]),
        ];
        for (const [name, headers, scope] of tried) {
          const needed = scopesFor(method, path);
          const due = needed.length === 0 ? 'open' : scope === undefined ? 401 : needed.includes(scope) ? 'open' : 403;
          const { statusCode } = await system.app.inject({ method: method as 'GET', url, headers });
          asked++;
          const isOpen = path === '/v1/session' || ![401, 403].includes(statusCode);
          if (due === 'open' ? !isOpen : statusCode !== due)
            wrong.push(`${method} ${path} with ${name}: ${statusCode}, not ${due}`);
        }
      }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(400);
  }, 60_000);

  it.each([
    ['reads', 'GET', '/v1/report', ['read', 'admin']],
    ['reads the metrics', 'GET', '/metrics', ['read', 'admin']],
    ['makes content', 'POST', '/v1/content', ['content', 'admin']],
    ['calls a model', 'POST', '/v1/chat/completions', ['content', 'admin']],
    ['gives feedback', 'POST', '/v1/content/{id}/feedback', ['feedback', 'admin']],
    ['rolls back', 'POST', '/v1/improvements/{id}/rollback', ['operate', 'admin']],
    ['changes the policy', 'PUT', '/v1/policy', ['operate', 'admin']],
    ['does what has no rule yet', 'DELETE', '/v1/anything', ['operate', 'admin']],
    ['makes keys', 'POST', '/v1/keys', ['admin']],
    ['lists keys', 'GET', '/v1/keys', ['admin']],
    ['is alive', 'GET', '/health/live', []],
  ])('whoever %s needs one of these', (_, method, path, needed) => {
    expect(scopesFor(method, path)).toEqual(needed);
  });

  it('shows a key for content what it asked for itself, and nothing of another’s', async () => {
    const [mine, others] = [
      await create({ name: 'mine', scopes: ['content'] }),
      await create({ name: 'others', scopes: ['content'] }),
    ];
    const once = { 'idempotency-key': 'the same name' };
    const asked = async (made: Made, method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, more = {}) => {
      const headers = { ...bearer(made.key), ...more };
      const response = await system.app.inject({ method, url, headers, ...(body && { payload: body }) });
      return { status: response.statusCode, body: response.body.startsWith('{') ? JSON.parse(response.body) : {} };
    };
    const brief = { contentType: 'headline', topic: 'a bottle' };
    const content = (await asked(mine, 'POST', '/v1/content', brief, once)).body as { id: string };
    const theirs = (await asked(others, 'POST', '/v1/content', brief, once)).body as { id: string };
    // Two keys that call a request by the same name mean two requests.
    expect(theirs.id).not.toBe(content.id);
    const batch = (await asked(mine, 'POST', '/v1/content/batch', { briefs: [brief] })).body as { id: string };
    const response = (await asked(mine, 'POST', '/v1/responses', { model: 'm', input: 'Say something.' })).body as {
      id: string;
    };
    // Every route of the description that a key for content opens by a name, with the names of things that are there.
    const owned: Readonly<Record<string, string>> = {
      '/v1/content/': content.id,
      '/v1/content/batch/': batch.id,
      '/v1/responses/': response.id,
    };
    const nobodys = ['/v1/models/'];
    const { paths } = (await system.answer('GET', '/openapi.json', undefined, key('read'))).body as {
      paths: Record<string, Record<string, object>>;
    };
    const routes = Object.entries(paths)
      .filter(([path]) => path.includes('{') && !nobodys.some((prefix) => path.startsWith(prefix)))
      .flatMap(([path, operations]) => Object.keys(operations).map((each) => [each.toUpperCase(), path] as const))
      .filter(([method, path]) => scopesFor(method, path).includes('content'))
      .map(([method, path]) => {
        const [prefix = '', rest = ''] = path.split(/\{\w+\}/);
        expect([path, prefix in owned]).toEqual([path, true]);
        return [method as 'GET' | 'POST' | 'DELETE', `${prefix}${owned[prefix]}${rest}`] as const;
      })
      // What takes something away comes last.
      .toSorted(([one], [other]) => Number(one === 'DELETE') - Number(other === 'DELETE'));
    expect(routes.length).toBeGreaterThan(6);
    for (const [method, url] of routes)
      expect([method, url, (await asked(others, method, url)).status]).toEqual([method, url, 404]);
    const goesOn = { model: 'm', input: 'Go on.', previous_response_id: response.id };
    expect((await asked(others, 'POST', '/v1/responses', goesOn)).status).toBe(400);
    expect((await asked(mine, 'POST', '/v1/responses', goesOn)).status).toBe(200);
    for (const [method, url] of routes) {
      const { status } = await asked(mine, method, url);
      // It may have ended meanwhile, which is a conflict for who cancels.
      expect([method, url, [200, 409].includes(status) ? 'open' : status]).toEqual([method, url, 'open']);
    }
    // Whoever reads everything reads this too.
    const { status } = await system.answer('GET', `/v1/content/${content.id}`, undefined, key('read'));
    expect(status).toBe(200);
  });

  it('says who is asked, as clients of the protocol read it', async () => {
    const { statusCode, headers, body } = await system.app.inject({ method: 'GET', url: '/v1/report' });
    expect(statusCode).toBe(401);
    expect(headers).toMatchObject({ 'www-authenticate': 'Bearer', 'content-type': expect.stringMatching(/problem/) });
    expect(JSON.parse(body)).toMatchObject({
      type: 'urn:contentflow:problem:unauthorized',
      detail: expect.stringMatching(/Authorization: Bearer KEY/),
      error: { type: 'invalid_request_error', code: 'unauthorized' },
    });
  });

  it('takes a key as x-api-key too, and the name of the key as the operator, whatever X-Operator says', async () => {
    const made = await create({ name: 'ada', scopes: ['operate'] });
    const { status } = await system.answer(
      'PUT',
      '/v1/autonomy',
      { state: 'paused', reason: 'a look at things' },
      { 'x-api-key': made.key, 'x-operator': 'somebody else' },
    );
    expect(status).toBe(200);
    const paused = await system.events<{ by: string }>('contentflow.decisions');
    expect(paused.filter(({ type }) => /autonomy-paused/.test(type)).map(({ data }) => data.by)).toEqual(['ada']);
  });

  it('shows a key once, keeps a hash, and says when it was used', async () => {
    const made = await create({ name: 'nightly', scopes: ['read'] });
    await system.answer('GET', '/v1/report', undefined, bearer(made.key));
    const { items } = await until(
      async () =>
        (await system.answer('GET', '/v1/keys', undefined, key('admin'))).body as {
          items: { id: string; lastUsedAt: number | null }[];
        },
      ({ items: listed }) => listed.some(({ id, lastUsedAt }) => id === made.id && lastUsedAt !== null),
    );
    const secret = made.key.split('_').slice(2).join('_');
    expect(JSON.stringify(items)).not.toContain(secret);
    expect(JSON.stringify(await system.events('contentflow.access'))).not.toContain(secret);
  });

  it('opens nothing any more once it is revoked, or has expired', async () => {
    const revoked = await create({ name: 'left', scopes: ['read'] });
    const short = await create({ name: 'short', scopes: ['read'], expiresInDays: 1e-9 });
    await system.answer('POST', `/v1/keys/${revoked.id}/revoke`, { reason: 'left the team' }, key('admin'));
    for (const each of [revoked, short])
      expect(
        (await system.app.inject({ method: 'GET', url: '/v1/report', headers: bearer(each.key) })).statusCode,
      ).toBe(401);
  });

  it('is rotated: the new one holds, and the old one as long as its users were given', async () => {
    const old = await create({ name: 'turning', scopes: ['read'] });
    const rotated = (path: object) => system.answer('POST', `/v1/keys/${old.id}/rotate`, path, key('admin'));
    const { body } = await rotated({ overlapHours: 1 });
    for (const each of [old, body as Made])
      expect(
        (await system.app.inject({ method: 'GET', url: '/v1/report', headers: bearer(each.key) })).statusCode,
      ).toBe(200);
    await rotated({ overlapHours: 0 });
    expect((await system.app.inject({ method: 'GET', url: '/v1/report', headers: bearer(old.key) })).statusCode).toBe(
      401,
    );
  });

  it('is rotated: what the old one asked for is the new one’s, and nobody else’s', async () => {
    const old = await create({ name: 'turning', scopes: ['content'], requestsPerMinute: 6 });
    const other = await create({ name: 'other', scopes: ['content'] });
    const ask = async (each: Made, method: 'GET' | 'POST', url: string, payload?: object) => {
      const headers = { ...bearer(each.key), 'idempotency-key': 'a name that is used again' };
      const { statusCode, body } = await system.app.inject({ method, url, headers, ...(payload && { payload }) });
      return { status: statusCode, body: JSON.parse(body) as { id: string } };
    };
    const rotated = async (each: Made): Promise<Made> =>
      (await system.answer('POST', `/v1/keys/${each.id}/rotate`, {}, key('admin'))).body as Made;
    const brief = { contentType: 'headline', topic: 'a bottle' };
    const { body: asked } = await ask(old, 'POST', '/v1/content', brief);
    const latest = await rotated(await rotated(old));
    // Then its words are known by the third of its line, one that is sent again among them
    expect((await ask(latest, 'GET', `/v1/content/${asked.id}`)).status).toBe(200);
    expect((await ask(latest, 'POST', '/v1/content', brief)).body.id).toBe(asked.id);
    expect((await ask(other, 'GET', `/v1/content/${asked.id}`)).status).toBe(404);
    const { body: another } = await ask(old, 'POST', '/v1/content', { ...brief, topic: 'a cup' });
    expect(another).toMatchObject({ type: expect.stringMatching(/idempotency-conflict/) });
    // Both together have the pace of one
    const statuses: number[] = [];
    for (const each of [old, latest, old, latest]) statuses.push((await ask(each, 'GET', '/v1/models')).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('is made once for an Idempotency-Key, and not shown again', async () => {
    const headers = { ...key('admin'), 'idempotency-key': 'once' };
    const wish = { name: 'once', scopes: ['read'] };
    expect((await system.answer('POST', '/v1/keys', wish, headers)).status).toBe(201);
    const { status, body } = await system.answer('POST', '/v1/keys', wish, headers);
    expect([status, body]).toMatchObject([409, { detail: expect.stringMatching(/shown only once/) }]);
  });

  it('has a pace of its own where it was given one', async () => {
    const made = await create({ name: 'slow', scopes: ['read'], requestsPerMinute: 3 });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++)
      statuses.push(
        (await system.app.inject({ method: 'GET', url: '/v1/report', headers: bearer(made.key) })).statusCode,
      );
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });

  it('pays nothing of its pace for what it may not ask', async () => {
    const made = await create({ name: 'narrow', scopes: ['read'], requestsPerMinute: 2 });
    const ask = async (method: 'GET' | 'POST', url: string): Promise<number> =>
      (await system.app.inject({ method, url, headers: bearer(made.key), payload: method === 'GET' ? undefined : {} }))
        .statusCode;
    for (let i = 0; i < 3; i++) expect(await ask('POST', '/v1/chat/completions')).toBe(403);
    expect([await ask('GET', '/v1/report'), await ask('GET', '/v1/report'), await ask('GET', '/v1/report')]).toEqual([
      200, 200, 429,
    ]);
  });

  it('is kept for a browser in a cookie that no script reads, and asked for by the page alone', async () => {
    const opened = await system.app.inject({ method: 'POST', url: '/v1/session', headers: key('read') });
    const cookie = String(opened.headers['set-cookie']);
    expect(cookie).toMatch(/^contentflow_key=.+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const [shown = ''] = cookie.split(';');
    const report = (headers: object) =>
      system.app.inject({ method: 'GET', url: '/v1/report', headers: { cookie: shown, ...headers } });
    expect((await report({})).statusCode).toBe(200);
    expect((await report({ origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await system.app.inject({ method: 'POST', url: '/v1/session', headers: bearer('wrong') })).statusCode).toBe(
      401,
    );
    expect(
      JSON.parse((await system.app.inject({ method: 'GET', url: '/v1/session', headers: { cookie: shown } })).body),
    ).toEqual({ name: 'for read', scopes: ['read'], login: null });
  });

  it.each([
    [{ name: '', scopes: ['read'] }, 'name'],
    [{ name: '   ', scopes: ['read'] }, 'name'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['everything'] }, 'scopes.0'],
    [{ name: 'x', scopes: ['read'], expiresInDays: -1 }, 'expiresInDays'],
    [{ name: 'x', scopes: ['read'], requestsPerMinute: 0 }, 'requestsPerMinute'],
  ])('refuses %j, naming the field', async (wish, field) => {
    const { status, body } = await system.answer('POST', '/v1/keys', wish, bearer(ADMIN));
    expect([status, body]).toMatchObject([400, { errors: [{ field }] }]);
  });
});

describe('a system at a loopback address, as it comes', () => {
  let models: ScriptedModelServer;
  let system: TestedService;
  beforeAll(async () => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models, {
      access: { allowedHosts: ['flow.example'], allowedOrigins: ['https://tools.example'] },
    });
  }, 60_000);
  afterAll(async () => {
    await system?.close();
    await models?.close();
  });
  const asked = async (
    headers: Record<string, string>,
    method: 'GET' | 'POST' = 'POST',
    url = '/v1/improvements/x/rollback',
  ) => (await system.app.inject({ method, url, headers })).statusCode;

  it.each([
    ['a rebound name', { host: 'evil.example' }],
    ['a rebound name with the right port', { host: 'evil.example:4000' }],
    ['a name that begins like ours', { host: 'localhost.evil.example' }],
    ['a name and a path', { host: 'localhost/@evil.example' }],
    ['an address of a network', { host: '192.168.0.7:4000' }],
    ['the address that stands for all', { host: '0.0.0.0:4000' }],
    ['the address that stands for all, of IPv6', { host: '[::]:4000' }],
    ['an address of a network in IPv6’s clothes', { host: '[::ffff:192.168.0.7]:4000' }],
    ['an address of a network as a number', { host: '3232235527' }],
    ['a name that is spelled out', { host: 'evil.example.' }],
    ['an address that begins a name', { host: '127.0.0.1.evil.example:4000' }],
    ['a person at ours', { host: 'evil.example@localhost' }],
    ['a name after ours', { host: 'localhost#evil.example' }],
    ['two names', { host: 'localhost, evil.example' }],
    ['a foreign page', { origin: 'http://evil.example' }],
    ['a page of another port', { host: '127.0.0.1:4000', origin: 'http://127.0.0.1:5000' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page of a file', { origin: 'file://' }],
    ['a page of an extension', { origin: 'chrome-extension://abcdefghijklmnop' }],
    ['a page that names two origins', { host: 'localhost', origin: 'http://localhost http://evil.example' }],
    ['a page without a name', { origin: '' }],
    ['a form of another site, of a browser that names no origin', { 'sec-fetch-site': 'cross-site' }],
    ['a form of a neighbour', { 'sec-fetch-site': 'same-site' }],
  ])('refuses %s', async (_, headers) => {
    expect(await asked(headers)).toBe(403);
    // Bodies of a kind that no browser asks leave for, too.
    expect(await asked({ ...headers, 'content-type': 'text/plain' })).toBe(403);
  });

  it.each([
    ['a client', {}],
    ['its own page', { host: 'localhost:4000', origin: 'http://localhost:4000' }],
    ['its own page, by address', { host: '[::1]:4000', origin: 'http://[::1]:4000' }],
    ['a name that it was given', { host: 'flow.example', origin: 'https://flow.example' }],
    ['a page that it was given', { origin: 'https://tools.example' }],
    ['a client of another product’s, with some key', bearer('sk-anything')],
  ] as [string, Record<string, string>][])('takes %s', async (_, headers) => {
    expect(await asked(headers)).toBe(404);
  });

  it.each([
    ['X-Forwarded-For', { 'x-forwarded-for': '203.0.113.7' }],
    ['X-Forwarded-For, from the second hop', { 'x-forwarded-for': '127.0.0.1, 203.0.113.7' }],
    ['X-Forwarded-For, with a port', { 'x-forwarded-for': '203.0.113.7:4711' }],
    ['X-Forwarded-For, of IPv6', { 'x-forwarded-for': '2001:db8::7' }],
    ['X-Forwarded-For, of a link', { 'x-forwarded-for': 'fe80::7%eth0' }],
    ['X-Forwarded-For, of this network', { 'x-forwarded-for': '192.168.0.7' }],
    ['X-Forwarded-For, which says nothing', { 'x-forwarded-for': '' }],
    ['X-Real-IP', { 'x-real-ip': '203.0.113.7' }],
    ['Forwarded', { forwarded: 'proto=https;for=203.0.113.7' }],
    ['Forwarded, of IPv6', { forwarded: 'for=127.0.0.1, for="[2001:db8::7]:4711";by=127.0.0.1' }],
    ['Forwarded, which hides it', { forwarded: 'for=_hidden' }],
  ] as [string, Record<string, string>][])(
    'asks for a key where a proxy hands on what somebody elsewhere asks: %s',
    async (_, headers) => {
      expect(await asked(headers)).toBe(401);
      expect(await asked({ ...headers, ...bearer('sk-some-other-product') }, 'GET', '/v1/report')).toBe(401);
      expect(await asked(headers, 'POST', '/v1/chat/completions')).toBe(401);
      const { body } = await system.answer('POST', '/v1/keys', { name: 'far', scopes: ['read'] });
      expect(await asked({ ...headers, ...bearer((body as Made).key) }, 'GET', '/v1/report')).toBe(200);
      expect(await asked(headers, 'GET', '/health/live')).toBe(200);
    },
  );

  it.each([
    [{ 'x-forwarded-for': '127.0.0.1' }],
    [{ 'x-forwarded-for': '::1, ::ffff:127.0.0.1', 'x-real-ip': '127.0.0.1' }],
    [{ forwarded: 'for="[::1]:4711";proto=http' }],
  ] as [Record<string, string>][])(
    'asks for none where a proxy hands on what this machine asks: %j',
    async (headers) => {
      expect(await asked(headers, 'GET', '/v1/report')).toBe(200);
    },
  );

  it('takes a link from somewhere else, which only reads', async () => {
    expect(await asked({ 'sec-fetch-site': 'cross-site' }, 'GET', '/v1/report')).toBe(200);
  });

  it('refuses a key that is meant as one and opens nothing, rather than take its bearer for nobody', async () => {
    expect(await asked(bearer(`cfk_${'0'.repeat(16)}_${'x'.repeat(43)}`), 'GET', '/v1/report')).toBe(401);
  });
});
