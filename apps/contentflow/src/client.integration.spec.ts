import { answerOf, type Client, createClient, ProblemError } from '@contentflow/client';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { API_TYPES, apiTypes } from './testing/api-types.ts';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from './testing/whole-system.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const ADMIN = 'an-admin-key-of-this-test-alone-0123456789';

describe('the client', () => {
  let models: ScriptedModelServer;
  let system: TestedService;
  let client: Client;
  let url: string;

  beforeAll(async () => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models, { access: { keys: 'always' } }, ['m'], ADMIN);
    await system.app.listen(0, '127.0.0.1');
    url = await system.app.getUrl();
    client = createClient({ url, key: ADMIN });
  }, 60_000);
  afterAll(async () => {
    await system?.close();
    await models?.close();
  });

  it('is typed by the document that the API is described by today', async () => {
    const document = await answerOf(client.GET('/openapi.json'));
    const written = readFileSync(join(root, API_TYPES), 'utf8');
    const isUpToDate = written === (await apiTypes(document, root));
    expect(isUpToDate ? 'up to date' : 'run: node tools/write-client.mjs').toBe('up to date');
  });

  it('has content made, rated and reported', async () => {
    const body = { contentType: 'product_description', topic: 'a kettle' };
    const { id } = await answerOf(client.POST('/v1/content', { body, params: { header: { Prefer: 'wait=30' } } }));
    const made = await answerOf(client.GET('/v1/content/{id}', { params: { path: { id } } }));
    expect(made.status).toBe('generated');
    const feedback = { rating: 5, rater: 'ada' };
    const rated = await answerOf(
      client.POST('/v1/content/{id}/feedback', { params: { path: { id } }, body: feedback }),
    );
    expect(rated).toMatchObject({ contentId: id, rating: 5 });
    const { items } = await answerOf(client.GET('/v1/content', { params: { query: { limit: 5 } } }));
    expect(items.map((item) => item.id)).toContain(id);
  });

  it('is a package that runs by itself, as its README says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'contentflow-client-'));
    try {
      const packages = join(folder, 'node_modules/@contentflow');
      mkdirSync(packages, { recursive: true });
      const build = [join(root, 'tools/build-client.mjs'), join(packages, 'client')];
      await run(process.execPath, build);
      symlinkSync(join(root, 'node_modules/openapi-fetch'), join(folder, 'node_modules/openapi-fetch'));
      const [, example = ''] = /```js\n(.*?)```/s.exec(readFileSync(join(root, 'libs/client/README.md'), 'utf8')) ?? [];
      writeFileSync(join(folder, 'example.mjs'), example.replace('http://127.0.0.1:4000', url));
      const env = { ...process.env, CONTENTFLOW_KEY: ADMIN };
      const { stdout } = await run(process.execPath, [join(folder, 'example.mjs')], { env });
      expect(stdout.trim().split('\n')).toEqual([expect.any(String), 'generated', '400 topic']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['a field that is wrong', { contentType: 'product_description', topic: '' }, 400, 'topic'],
    ['a kind of content that there is not', { contentType: 'sonnet', topic: 'a kettle' }, 400, 'contentType'],
  ])('throws what the API refused: %s', async (_what, body, status, field) => {
    const refused = await answerOf(client.POST('/v1/content', { body })).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({ status, type: expect.stringMatching(/^urn:contentflow:problem:/) });
    expect((refused as ProblemError).errors.map((each) => each.field)).toContain(field);
  });

  it('throws for an id that nobody has, and for a key that is none', async () => {
    const params = { path: { id: 'nobody' } };
    await expect(answerOf(client.GET('/v1/content/{id}', { params }))).rejects.toMatchObject({ status: 404 });
    const stranger = createClient({ url, key: 'not-a-key' });
    await expect(answerOf(stranger.GET('/v1/report'))).rejects.toMatchObject({ status: 401 });
  });

  it('throws for an answer that is no problem details of ours, and says when to come again', async () => {
    const answer = new Response('<html>bad gateway</html>', { status: 502, headers: { 'retry-after': '3' } });
    const proxied = createClient({ url: 'http://127.0.0.1:1', fetch: () => Promise.resolve(answer) });
    await expect(answerOf(proxied.GET('/v1/report'))).rejects.toMatchObject({
      status: 502,
      type: 'about:blank',
      retryAfterS: 3,
    });
  });
});
