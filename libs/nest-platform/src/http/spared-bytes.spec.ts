import { fastify } from 'fastify';
import { gunzipSync } from 'node:zlib';
import { spareBytes } from './spared-bytes.ts';

describe('answers that are asked for again and again', () => {
  const large = { items: Array.from({ length: 200 }, (_, index) => ({ index, name: 'the same' })) };
  const server = fastify();
  spareBytes(server);
  server.get('/large', async () => large);
  server.get('/small', async () => ({ small: true }));
  server.get('/secret', async (_, reply) => reply.header('cache-control', 'no-store').send(large));
  server.get('/page', async (_, reply) => reply.type('text/html').send('<p>'.repeat(1000)));
  server.post('/large', async () => large);
  server.get('/broken', async (_, reply) => reply.code(500).send(large));
  afterAll(() => server.close());

  it('are packed for whoever takes that', async () => {
    const packed = await server.inject({ url: '/large', headers: { 'accept-encoding': 'gzip, br' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.rawPayload.length).toBeLessThan(JSON.stringify(large).length / 5);
    expect(JSON.parse(gunzipSync(packed.rawPayload).toString())).toEqual(large);
    const plain = await server.inject({ url: '/large' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.json()).toEqual(large);
    expect(plain.headers.etag).toBe(packed.headers.etag);
  });

  it('are not sent again where they have not changed', async () => {
    const { etag } = (await server.inject({ url: '/large' })).headers;
    const again = await server.inject({ url: '/large', headers: { 'if-none-match': `"other", ${String(etag)}` } });
    expect([again.statusCode, again.payload]).toEqual([304, '']);
    const other = await server.inject({ url: '/small', headers: { 'if-none-match': String(etag) } });
    expect(other.json()).toEqual({ small: true });
  });

  it.each([
    ['what must not be kept', { url: '/secret' } as const],
    ['pages', { url: '/page' } as const],
    ['what changes something', { url: '/large', method: 'POST' } as const],
    ['what went wrong', { url: '/broken' } as const],
  ])('are nothing of %s', async (_, asked) => {
    const { headers } = await server.inject({ ...asked, headers: { 'accept-encoding': 'gzip' } });
    expect([headers.etag, headers['content-encoding']]).toEqual([undefined, undefined]);
  });
});
