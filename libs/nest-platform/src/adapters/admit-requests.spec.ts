import { until } from '@contentflow/kernel/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { unreadableRequests } from '../http/unreadable-requests.ts';
import { admissionSchema, RequestAdmission } from './admit-requests.ts';

const POSTS = [
  '/v1/content',
  '/v1/content/batch',
  '/v1/content/7/feedback',
  '/v1/content/7/engagement',
  '/v1/chat/completions',
];

describe('requests that are more than can be taken on', () => {
  let server: FastifyInstance;
  let origin: string;
  let held: (() => void)[] = [];
  /** Of each slow request that was worked on: whether health had been answered before. */
  let slow: boolean[] = [];
  const post = (path: string, { signal, ...headers }: { signal?: AbortSignal } & Record<string, unknown> = {}) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      ...(signal ? { signal } : {}),
    });

  beforeEach(async () => {
    const admission = new RequestAdmission(
      admissionSchema.parse({
        briefsAtOnce: 1,
        answersAtOnce: 1,
        waiting: 1,
        longestWaitMs: 60_000,
        longestBodyMs: 500,
      }),
    );
    server = fastify({ ...unreadableRequests, forceCloseConnections: true, serverFactory: admission.serverFactory });
    admission.admit(server);
    for (const path of [
      '/v1/content',
      '/v1/content/batch',
      '/v1/content/:id/feedback',
      '/v1/content/:id/engagement',
      '/v1/chat/completions',
    ])
      server.post(path, () => new Promise((resolve) => held.push(() => resolve('done'))));
    server.post('/v1/autonomy', async () => 'done');
    let isHealthAsked = false;
    slow = [];
    server.post('/v1/slow', async () => {
      work(10);
      slow.push(isHealthAsked);
      return 'done';
    });
    server.get('/health/live', async () => {
      isHealthAsked = true;
      return 'live';
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    held = [];
  });
  afterEach(() => server.close());

  it.each(POSTS)(
    'are refused at %s with 429, when to come again, and words for clients of OpenAI’s protocol',
    async (path) => {
      const first = post(path);
      await until(() => held.length === 1);
      const others = [post(path), post(path)];
      const refused = await Promise.race(others);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('content-type')).toBe('application/problem+json');
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await refused.json()).toMatchObject({
        type: 'urn:contentflow:problem:too-many-requests',
        status: 429,
        error: { type: 'rate_limit_error' },
      });
      expect((await fetch(`${origin}/health/live`)).status).toBe(200);
      expect((await post('/v1/autonomy')).status).toBe(200);
      held.shift()?.();
      await until(() => held.length === 1);
      held.shift()?.();
      expect((await first).status).toBe(200);
      expect((await Promise.all(others)).map(({ status }) => status).sort()).toEqual([200, 429]);
    },
  );

  it('are not worked for when whoever asked has gone while waiting', async () => {
    const first = post('/v1/content');
    await until(() => held.length === 1);
    const gone = new AbortController();
    const others = [1, 2].map(() =>
      post('/v1/content', { signal: gone.signal }).then(
        ({ status }) => status,
        () => 'gone',
      ),
    );
    expect(await Promise.race(others)).toBe(429);
    gone.abort();
    expect((await Promise.all(others)).sort()).toEqual([429, 'gone']);
    await until(() => connections(server).then((count) => count < 3));
    held.shift()?.();
    expect((await first).status).toBe(200);
    expect(held).toEqual([]);
    const later = post('/v1/content');
    await until(() => held.length === 1);
    held.shift()?.();
    expect((await later).status).toBe(200);
  });

  it('lose their turn where what they have to say does not come', async () => {
    const halfOpen = await connected(origin);
    let answer = '';
    halfOpen.setEncoding('utf8').on('data', (text: string) => (answer += text));
    const closed = new Promise((resolve) => halfOpen.once('close', resolve));
    halfOpen.write(
      'POST /v1/content HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 7\r\n\r\nonly',
    );
    await until(async () => (await connections(server)) === 1);
    const other = post('/v1/content');
    await until(() => held.length === 1);
    held.shift()?.();
    expect((await other).status).toBe(200);
    await closed;
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('urn:contentflow:problem:request-timeout');
    expect(held).toEqual([]);
  });

  it('let whoever asks for health past all that came in before', async () => {
    const opened = await Promise.all(Array.from({ length: 31 }, () => connected(origin)));
    await until(async () => (await connections(server)) === 31);
    const [health, ...others] = opened as [Socket, ...Socket[]];
    for (const socket of others) socket.write(requestOf('POST', '/v1/slow'));
    health.write(requestOf('GET', '/health/live'));
    await until(() => slow.length === 30);
    expect(slow.filter((isAfterHealth) => isAfterHealth).length).toBeGreaterThan(0);
    for (const socket of opened) socket.destroy();
  });
});

const connections = ({ server }: FastifyInstance): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));

const connected = (origin: string): Promise<Socket> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(origin);
    const socket = connect({ host: hostname, port: Number(port) }, () => resolve(socket));
  });
const requestOf = (method: string, path: string): string =>
  `${method} ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`;

/** Holds the event loop. */
function work(milliseconds: number): void {
  for (const endsAt = performance.now() + milliseconds; performance.now() < endsAt;);
}
