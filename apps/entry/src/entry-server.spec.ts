import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { once } from 'node:events';
import { accessSchema } from '@contentflow/nest-platform';
import { entryServer } from './entry-server.ts';

/** A service that describes these paths, and answers each request with who it is and what it was asked. */
async function service(
  name: string,
  paths: readonly string[],
  port = 0,
  key?: string,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, reply) => {
    const { authorization, origin = null, 'x-forwarded-for': askedFor } = request.headers;
    if (key !== undefined && authorization !== `Bearer ${key}`) return void reply.writeHead(401).end('{}');
    const description = { openapi: '3.1.0', paths: Object.fromEntries(paths.map((path) => [path, { get: {} }])) };
    reply.setHeader('content-type', 'application/json');
    reply.end(
      JSON.stringify(request.url === '/openapi.json' ? description : { name, url: request.url, origin, askedFor }),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
const before = (services: Record<string, string>, key?: string) =>
  entryServer({
    services: new Map(Object.entries(services)),
    page: undefined,
    access: accessSchema.parse({}),
    key,
  });
const closed = (server: Server): Promise<unknown> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
};

describe('the entry', () => {
  const open: Server[] = [];
  let entry: Awaited<ReturnType<typeof entryServer>>;
  const get = async (url: string) => {
    const { statusCode, body } = await entry.inject(url);
    return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
  };
  const started = async (name: string, paths: readonly string[], port?: number): Promise<string> => {
    const { server, url } = await service(name, paths, port);
    open.push(server);
    return url;
  };

  afterEach(async () => {
    await entry.close();
    await Promise.all(open.splice(0).map(closed));
  });

  it('answers what is in hand before it stops, and tells the rest to come again', async () => {
    // Given a request that a service takes its time for, on a connection that another one waits for
    const slow = await started('maker', ['/v1/content/{id}']);
    entry = await before({ maker: slow });
    const url = await entry.listen({ port: 0, host: '127.0.0.1' });
    const answering = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    open[0]?.removeAllListeners('request').on('request', (_request, reply) => {
      asked.resolve();
      void answering.promise.then(() => reply.end('{"made":true}'));
    });
    const inHand = fetch(`${url}/v1/content/1`);
    await asked.promise;
    const waiting = await openConnection(url);
    // When the entry stops
    const stopped = entry.close();
    const refused = await waiting.ask('/v1/content/2');
    answering.resolve();
    // Then
    expect(await (await inHand).json()).toEqual({ made: true });
    expect(refused).toMatch(/^HTTP\/1\.1 503 .*retry-after: 5.*urn:contentflow:problem:stopping/is);
    await stopped;
  });

  it('names a service that takes connections and says nothing, as a frozen process does', async () => {
    entry = await before({ frozen: await started('frozen', []) });
    open[0]?.removeAllListeners('request');
    expect(await get('/health/ready')).toMatchObject({
      status: 503,
      body: { status: 'not ready', missing: ['frozen'] },
    });
  });

  it('passes on what was meant by an address', async () => {
    const maker = await started('maker', ['/v1/chat/completions', '/v1/models/{id}']);
    entry = await before({ maker });
    expect((await get('/v1//chat/completions/?a=b')).body).toMatchObject({ url: '/v1/chat/completions?a=b' });
    expect((await get('/v1/v1/models/vendor/large')).body).toMatchObject({ url: '/v1/models/vendor%2Flarge' });
  });

  it('passes each path on to the service that says that it answers it', async () => {
    const maker = await started('maker', ['/v1/content/{id}']);
    const learner = await started('learner', ['/v1/content/{id}/feedback', '/asyncapi.json']);
    entry = await before({ maker, learner });
    expect(await get('/v1/content/1?a=b')).toEqual({
      status: 200,
      body: { name: 'maker', url: '/v1/content/1?a=b', origin: null, askedFor: '127.0.0.1' },
    });
    expect(await get('/v1/content/1/feedback')).toMatchObject({ body: { name: 'learner' } });
    expect(await get('/asyncapi.json')).toMatchObject({ body: { name: 'learner', url: '/asyncapi.json' } });
    expect(await get('/v1/nowhere')).toMatchObject({
      status: 404,
      body: { type: 'urn:contentflow:problem:not-found' },
    });
    expect((await get('/openapi.json')).body['paths']).toEqual({
      '/v1/content/{id}': { get: {} },
      '/v1/content/{id}/feedback': { get: {} },
      '/asyncapi.json': { get: {} },
    });
  });

  it('says which service may answer a path while that is silent, and finds it once it is there', async () => {
    const maker = await started('maker', ['/v1/content']);
    const away = await service('scaler', ['/v1/scaling']);
    await closed(away.server);
    entry = await before({ maker, scaler: away.url });
    expect(await get('/v1/content')).toMatchObject({ status: 200 });
    expect(await get('/v1/scaling')).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('scaler') },
    });
    await started('scaler', ['/v1/scaling'], Number(new URL(away.url).port));
    expect(await get('/v1/scaling')).toMatchObject({ status: 200, body: { name: 'scaler' } });
  });

  it('says for whom it asks, so that a service that asks this machine for no key asks others for one', async () => {
    const maker = await started('maker', ['/v1/content/{id}']);
    entry = await before({ maker });
    const far = { url: '/v1/content/1', remoteAddress: '203.0.113.7' };
    expect(JSON.parse((await entry.inject(far)).body)).toMatchObject({ askedFor: '203.0.113.7' });
    const further = { ...far, headers: { 'x-forwarded-for': '198.51.100.4' } };
    expect(JSON.parse((await entry.inject(further)).body)).toMatchObject({ askedFor: '198.51.100.4, 203.0.113.7' });
  });

  it('asks with its own key what a service answers, and leaves it to the service whom to answer', async () => {
    const { server, url } = await service('maker', ['/v1/content'], 0, 'the key');
    open.push(server);
    entry = await before({ maker: url }, 'the key');
    expect(await get('/v1/content')).toMatchObject({ status: 401 });
    expect(await get('/openapi.json')).toMatchObject({ status: 401 });
    const headers = { authorization: 'Bearer the key' };
    expect((await entry.inject({ url: '/v1/content', headers })).statusCode).toBe(200);
    expect((await entry.inject({ url: '/openapi.json', headers })).statusCode).toBe(200);
  });

  it('refuses pages of others and foreign names itself, since services see only the entry', async () => {
    const maker = await started('maker', ['/v1/content']);
    entry = await before({ maker });
    const asked = async (headers: Record<string, string>) => {
      const { statusCode, body } = await entry.inject({ method: 'POST', url: '/v1/content', headers });
      return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
    };
    expect(await asked({ origin: 'http://evil.example' })).toMatchObject({
      status: 403,
      body: { type: 'urn:contentflow:problem:forbidden' },
    });
    expect(await asked({ host: 'evil.example' })).toMatchObject({ status: 403 });
    expect(await asked({ host: 'localhost', origin: 'http://localhost' })).toMatchObject({
      body: { name: 'maker', origin: null },
    });
  });

  it('says that a service has gone that it knows the routes of', async () => {
    const maker = await started('maker', ['/v1/content']);
    entry = await before({ maker });
    await closed(open.pop() as Server);
    expect(await get('/v1/content')).toMatchObject({ status: 503, body: { detail: expect.stringContaining('maker') } });
  });
});

/** A connection that has been used, and is kept. */
async function openConnection(url: string): Promise<{ ask(path: string): Promise<string> }> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' }).setEncoding('utf8');
  const ask = async (path: string): Promise<string> => {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n`);
    const [text] = (await once(socket, 'data')) as [string];
    return text;
  };
  await ask('/health/live');
  return { ask };
}
