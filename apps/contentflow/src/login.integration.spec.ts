import { parseConfiguration } from '@contentflow/nest-platform';
import { type LoginProvider, startLoginProvider, type TestedService } from '@contentflow/nest-platform/testing';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from './testing/whole-system.ts';

const ADMIN = 'an-admin-key-of-a-test-that-is-long-enough';
const CALLBACK = 'http://localhost/v1/session/callback';
const ROLES = { editors: ['read', 'content'], operators: ['read', 'operate'] };
const GROUPS = { ada: ['editors', 'operators'], eve: ['strangers'] };

/** What a browser keeps of one origin. */
class Cookies {
  private readonly kept = new Map<string, string>();

  keep(set: readonly string[]): void {
    for (const cookie of set) {
      const [pair = ''] = cookie.split(';', 1);
      const [name = '', value = ''] = pair.split('=', 2);
      if (value === '' || /max-age=0/i.test(cookie)) this.kept.delete(name);
      else this.kept.set(name, value);
    }
  }
  header(): Record<string, string> {
    return { cookie: [...this.kept].map(([name, value]) => `${name}=${value}`).join('; ') };
  }
}

describe.each([
  ['that has a secret', 'a secret of the client alone'],
  ['without a secret', ''],
])('a login at a provider of OpenID Connect, by a client %s', (_, secret) => {
  let models: ScriptedModelServer;
  let provider: LoginProvider;
  let system: TestedService;

  beforeAll(async () => {
    models = await startScriptedModelServer();
    provider = await startLoginProvider({ clientId: 'contentflow', secret, redirectUri: CALLBACK }, GROUPS);
    const login = { issuer: provider.issuer, clientId: 'contentflow', roles: ROLES };
    system = await startWholeSystem(models, { access: { keys: 'always', login } }, ['m'], ADMIN, secret);
  });
  afterAll(async () => {
    await system?.close();
    await provider?.close();
    await models?.close();
  });

  /** A browser asks our server. */
  const ask = async (cookies: Cookies, url: string, method: 'GET' | 'DELETE' | 'POST' = 'GET') => {
    const { statusCode, headers, body } = await system.app.inject({ method, url, headers: cookies.header() });
    cookies.keep([headers['set-cookie'] ?? []].flat());
    return { status: statusCode, location: headers.location, body };
  };
  /** A person follows the provider's pages until it leads back. */
  const atProvider = async (address: string, name: string): Promise<string> => {
    const cookies = new Cookies();
    let [url, form] = [address, undefined as URLSearchParams | undefined];
    for (let step = 0; step < 20 && !url.startsWith(CALLBACK); step++) {
      const answer = await fetch(url, {
        redirect: 'manual',
        headers: cookies.header(),
        ...(form && { method: 'POST', body: form }),
      });
      cookies.keep(answer.headers.getSetCookie());
      const location = answer.headers.get('location');
      const page = await answer.text();
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      form =
        location === null ? new URLSearchParams({ prompt: prompt ?? '', login: name, password: 'any' }) : undefined;
      url = new URL(location ?? /action="([^"]+)"/.exec(page)?.[1] ?? url, url).href;
    }
    return url;
  };
  const loggedIn = async (name: string, cookies = new Cookies()) => {
    const begun = await ask(cookies, '/v1/session/login');
    const back = new URL(await atProvider(begun.location as string, name));
    return { cookies, back, finished: await ask(cookies, back.pathname + back.search) };
  };
  const session = async (cookies: Cookies) => JSON.parse((await ask(cookies, '/v1/session')).body) as object;

  it('gives a person what their groups open, under their name', async () => {
    const { cookies, finished } = await loggedIn('ada');
    expect(finished).toMatchObject({ status: 302, location: '/' });
    expect(await session(cookies)).toEqual({
      name: 'ada',
      scopes: ['read', 'content', 'operate'],
      login: '/v1/session/login',
    });
    expect((await ask(cookies, '/v1/report')).status).toBe(200);
    expect((await ask(cookies, '/v1/keys')).status).toBe(403);
    // What they decide is theirs
    const headers = { ...cookies.header(), 'content-type': 'application/json' };
    await system.app.inject({
      method: 'PUT',
      url: '/v1/autonomy',
      headers,
      payload: { state: 'paused', reason: 'a look at it first' },
    });
    const { body } = await ask(cookies, '/v1/decisions?limit=5');
    expect(body).toContain('"by":"ada"');
  });

  it('ends when they log out, also for who has copied the cookie', async () => {
    const { cookies } = await loggedIn('ada');
    const copied = cookies.header();
    await ask(cookies, '/v1/session', 'DELETE');
    expect(await session(cookies)).toMatchObject({ name: null });
    expect((await system.app.inject({ url: '/v1/report', headers: copied })).statusCode).toBe(401);
  });

  it('is a key like any other: an administrator sees it and revokes it', async () => {
    const { cookies } = await loggedIn('ada');
    const { body } = await system.answer('GET', '/v1/keys', undefined, { authorization: `Bearer ${ADMIN}` });
    const [latest] = (body as { items: { id: string; session: boolean; name: string }[] }).items;
    expect(latest).toMatchObject({ name: 'ada', session: true, createdBy: 'login', status: 'open' });
    await system.answer('POST', `/v1/keys/${latest?.id}/revoke`, {}, { authorization: `Bearer ${ADMIN}` });
    expect((await ask(cookies, '/v1/report')).status).toBe(401);
  });

  it('refuses who has no role here', async () => {
    const { cookies, finished } = await loggedIn('eve');
    expect(finished).toMatchObject({ status: 302, location: '/?login=forbidden' });
    expect(await session(cookies)).toMatchObject({ name: null });
  });

  it('takes nothing from a browser that did not begin it, twice, or changed', async () => {
    const { cookies: own, back } = await loggedIn('ada');
    const path = back.pathname + back.search;
    const refused = { status: 302, location: '/?login=unauthorized' };
    // Somebody is lured to an address that another person's login led to
    expect(await ask(new Cookies(), path)).toMatchObject(refused);
    expect(await ask(own, path)).toMatchObject(refused);
    const begun = new Cookies();
    await ask(begun, '/v1/session/login');
    expect(await ask(begun, path)).toMatchObject(refused);
    expect(await session(begun)).toMatchObject({ name: null });
    // The provider says no
    const denied = new Cookies();
    const { location = '' } = await ask(denied, '/v1/session/login');
    const state = new URL(location).searchParams.get('state');
    expect(await ask(denied, `/v1/session/callback?error=access_denied&state=${state}`)).toMatchObject(refused);
  });
});

describe('where no login can be', () => {
  let models: ScriptedModelServer;
  let system: TestedService;
  afterEach(async () => {
    await system?.close();
    await models?.close();
  });
  const started = async (access: object): Promise<void> => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models, { access });
  };

  it('says that nobody logs in where no provider is set', async () => {
    await started({});
    expect(await system.answer('GET', '/v1/session')).toMatchObject({ body: { login: null } });
    expect((await system.app.inject('/v1/session/login')).statusCode).toBe(404);
  });

  it.each([
    ['https://flow.example', {}, true],
    ['http://flow.example', {}, false],
    ['http://flow.example', { 'x-forwarded-proto': 'https' }, true],
  ])('keeps cookies of %s from http where browsers come by https: %j', async (publicUrl, headers, isSecure) => {
    await started({ login: { issuer: 'https://accounts.example', clientId: 'contentflow', roles: ROLES, publicUrl } });
    const { body } = await system.answer('POST', '/v1/keys', { name: 'ada', scopes: ['read'] });
    const { key } = body as { key: string };
    const shown = { authorization: `Bearer ${key}`, ...headers };
    const opened = await system.app.inject({ method: 'POST', url: '/v1/session', headers: shown });
    expect([opened.statusCode, /; Secure/.test(String(opened.headers['set-cookie']))]).toEqual([200, isSecure]);
  });

  it('leads back while the provider does not answer, and asks it again the next time', async () => {
    const away = await startLoginProvider({ clientId: 'contentflow', redirectUri: CALLBACK }, GROUPS);
    await away.close();
    await started({ login: { issuer: away.issuer, clientId: 'contentflow', roles: ROLES } });
    const answer = await system.app.inject('/v1/session/login');
    expect(answer.headers.location).toBe('/?login=not-ready');
    expect((await system.app.inject('/v1/session/login')).headers.location).toBe('/?login=not-ready');
  });
});

it.each([
  [{ issuer: 'http://accounts.example', clientId: 'c', roles: {} }, /access\.login\.issuer.*https/],
  [{ issuer: 'accounts.example', clientId: 'c', roles: {} }, /access\.login\.issuer/],
  [{ issuer: 'https://accounts.example', clientId: '', roles: {} }, /access\.login\.clientId/],
  [{ issuer: 'https://accounts.example', clientId: 'c', roles: { a: ['all'] } }, /access\.login\.roles/],
  [{ issuer: 'https://accounts.example', clientId: 'c', roles: {}, scope: 'email' }, /access\.login\.scope/],
])('settings of a login are refused where they are %j', (login, problem) => {
  expect(() => parseConfiguration({ access: { login } }, 'the test')).toThrow(problem);
});
