import { Topic } from '@contentflow/contracts';
import type { StoredEvent } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { join } from 'node:path';
import { openLog } from '../command-line/open-log.ts';
import { type Child, contentflow } from './testing/child.ts';
import { type Client, clientOf } from './testing/client.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

/** What was counted twice once: each request with its key counts once, through kills and in several processes. */
describe('a request with an Idempotency-Key', () => {
  let models: MockModelServer;
  let folder: ReturnType<typeof temporaryFolder>;
  let data: string;
  let running: Child[];

  beforeEach(async () => {
    models = await startMockModelServer();
    folder = temporaryFolder();
    data = join(folder.path, 'data');
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((child) => child.kill('SIGTERM')));
    await models.close();
    folder.remove();
  });

  async function start(): Promise<{ client: Client; kill(): Promise<unknown> }> {
    const config = folder.file('contentflow.config.json', configurationOf(models));
    const child = contentflow(['start', '--data', data, '--port', '0', '--config', config], folder.path);
    running.push(child);
    const url = await child.url;
    const client = clientOf(() => url);
    await until(
      () => client.get('/v1/recipes'),
      ({ body }) => Number(body['items']?.['length']) > 0,
    );
    return { client, kill: () => child.kill('SIGKILL') };
  }
  const stopped = (): Promise<unknown> => Promise.all(running.map((child) => child.kill('SIGTERM')));
  async function events(topic: string, type: string): Promise<StoredEvent[]> {
    const log = await openLog({ data });
    const found: StoredEvent[] = [];
    for (const [key, to] of Object.entries(await log.ends([topic])))
      for await (const batch of log.read({ topic, partition: Number(key.split('/').at(-1)), from: 0, to }))
        found.push(...batch.filter((event) => event.type.includes(type)));
    await log.close();
    return found;
  }
  const brief = (topic: string): object => ({ contentType: 'ad_copy', topic });

  it('counts once though the process is killed, whatever it asks for', async () => {
    // Given content, feedback, engagement and a batch, each with its key
    const first = await start();
    const made = await first.client.post('/v1/content', brief('a bottle'), { prefer: 'wait=30' });
    const id = String(made.body['id']);
    const requests: readonly [path: string, body: object, other: object][] = [
      ['/v1/content', brief('a cup'), brief('a bowl')],
      ['/v1/content/batch', { briefs: [brief('one'), brief('two')] }, { briefs: [brief('three')] }],
      [`/v1/content/${id}/feedback`, { rating: 4, rater: 'r' }, { rating: 2, rater: 'r' }],
      [`/v1/content/${id}/engagement`, { kind: 'click', rater: 'r' }, { kind: 'view', rater: 'r' }],
    ];
    const send = (client: Client, [path, body]: readonly [string, object, object]) =>
      client.post(path, body, { 'idempotency-key': 'k' });
    const before = await Promise.all(requests.map((request) => send(first.client, request)));
    expect(before.map(({ status }) => status)).toEqual([202, 202, 201, 201]);
    // When the process is killed, and each comes again, in another order of keys, and with another body
    await first.kill();
    const second = await start();
    for (const [index, [path, body, other]] of requests.entries()) {
      const turned = Object.fromEntries(Object.entries(body).reverse());
      const again = await second.client.post(path, turned, { 'idempotency-key': 'k' });
      expect([again.status, again.body]).toEqual([before[index]!.status, before[index]!.body]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      const refused = await second.client.post(path, other, { 'idempotency-key': 'k' });
      expect([refused.status, refused.headers.get('content-type')]).toEqual([
        422,
        expect.stringContaining('problem+json'),
      ]);
    }
    // Then the log has each once
    await stopped();
    expect(await events(Topic.content, '.brief-accepted.')).toHaveLength(4);
    expect(await events(Topic.feedback, '.feedback-received.')).toHaveLength(1);
    expect(await events(Topic.feedback, '.engagement-recorded.')).toHaveLength(1);
  });

  it('counts once though two processes share the folder', async () => {
    const [one, two] = [await start(), await start()];
    const KEYS = 60;
    const answers = await Promise.all(
      Array.from({ length: KEYS }, (_, i) =>
        [one, two].map(({ client }) =>
          client.post('/v1/content', brief(`number ${i}`), { 'idempotency-key': `k${i}` }),
        ),
      ).flat(),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const ids = new Set(answers.map(({ body }) => String(body['id'])));
    expect(ids.size).toBe(KEYS);
    const clash = await Promise.all(
      [one, two].map(({ client }, i) =>
        client.post('/v1/content', brief(`clash ${i}`), { 'idempotency-key': 'clash' }),
      ),
    );
    expect(clash.map(({ status }) => status).sort()).toEqual([202, 422]);
    await stopped();
    const accepted = await events(Topic.content, '.brief-accepted.');
    expect(accepted).toHaveLength(KEYS + 1);
    expect(new Set(accepted.map(({ subject }) => subject)).size).toBe(KEYS + 1);
  });
});
