import { fastify } from 'fastify';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { consolePages, serveConsolePage } from './console-page.ts';

describe('the console’s page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-page-'));
  const server = fastify();
  const script = 'let all = "the same";\n'.repeat(500);
  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<title>ContentFlow</title>');
    writeFileSync(join(folder, 'assets', 'index-1.js'), script);
    writeFileSync(join(folder, 'assets', 'index-1.js.gz'), gzipSync(script));
    await serveConsolePage(server, folder);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('is at the address of everything that it shows, in nobody’s frame', async () => {
    for (const path of ['/', ...consolePages.flatMap((page) => [`/${page}`, `/${page}/some-id`])]) {
      const { payload, headers } = await server.inject({ url: path });
      expect(payload).toBe('<title>ContentFlow</title>');
      expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-cache' });
    }
    expect((await server.inject({ url: '/nothing' })).statusCode).toBe(404);
  });

  it('sends its scripts as they were packed, once', async () => {
    const { headers, rawPayload } = await server.inject({
      url: '/assets/index-1.js',
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', 'cache-control': expect.stringMatching(/immutable/) });
    expect(gunzipSync(rawPayload).toString()).toBe(script);
    expect((await server.inject({ url: '/assets/index-1.js' })).payload).toBe(script);
  });
});
