import { until } from '@contentflow/kernel/testing';
import { fastify, type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
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
  const post = (path: string, { signal, ...headers }: { signal?: AbortSignal } & Record<string, unknown> = {}) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      ...(signal ? { signal } : {}),
    });

  beforeEach(async () => {
    const admission = new RequestAdmission(
      admissionSchema.parse({ briefsAtOnce: 1, answersAtOnce: 1, waiting: 1, longestWaitMs: 60_000 }),
    );
    server = fastify({ forceCloseConnections: true, serverFactory: admission.serverFactory });
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
    server.get('/health/live', async () => 'live');
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
});

const connections = ({ server }: FastifyInstance): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
