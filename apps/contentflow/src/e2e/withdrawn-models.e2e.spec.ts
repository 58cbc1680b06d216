import { until } from '@contentflow/kernel/testing';
import { join } from 'node:path';
import { type Child, contentflow } from './testing/child.ts';
import { clientOf } from './testing/client.ts';
import { startMockModelServer } from './testing/mock-model-server.ts';
import { temporaryFolder } from './testing/temporary.ts';

it('an installation begun with two models goes on with the second alone, and says so', async () => {
  const models = await startMockModelServer();
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const configured = (...names: string[]): string =>
    folder.file(
      `${names.join('-')}.json`,
      JSON.stringify({
        providers: [
          { name: 'mock', kind: 'openai-compatible', baseUrl: models.baseUrl, apiKey: 'none', models: names },
        ],
        leaseMs: 2000,
      }),
    );
  const running: Child[] = [];
  const started = (config: string): Child => {
    const child = contentflow(['start', '--no-demo', '--data', data, '--port', '0', '--config', config], folder.path);
    running.push(child);
    return child;
  };
  const brief = (topic: string): object => ({ contentType: 'ad_copy', topic });
  try {
    const first = started(configured('m1', 'm2'));
    const before = clientOf(await first.url.then((url) => () => url));
    await until(
      () => before.get('/v1/recipes'),
      ({ body }) => Number(body['items']?.['length']) > 0,
    );
    const made = await before.post('/v1/content', brief('a steel bottle'), { prefer: 'wait=30' });
    expect(made.body).toMatchObject({ status: 'generated' });
    expect(models.last.body).toMatchObject({ model: 'm1' });
    expect((await first.kill('SIGTERM')).stdout).not.toMatch(/no provider offers/);

    const doctor = await contentflow(['doctor', '--json', '--data', data, '--config', configured('m2')], folder.path)
      .ended;
    expect(doctor.stdout).toMatch(/no provider offers \\"m1\\" any more: [^"]*ad_copy/);

    const second = started(configured('m2'));
    const after = clientOf(await second.url.then((url) => () => url));
    const { body } = await after.post('/v1/content', brief('a rain jacket'));
    const again = await until(
      () => after.get(`/v1/content/${String(body['id'])}`),
      ({ body: content }) => ['generated', 'failed'].includes(String(content['status'])),
    );
    expect(again.body).toMatchObject({ status: 'generated' });
    expect(models.last.body).toMatchObject({ model: 'm2' });
    const decisions = await after.get('/v1/decisions?limit=50');
    const names = (decisions.body['items'] as unknown as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['ModelReplaced', 'HoldbackRebased']));
    const ended = await second.kill('SIGTERM');
    // It may have moved before the process says so.
    expect(ended.stdout).toMatch(
      /no provider offers "m1" any more: .*ad_copy.* (moves to another|is made by "m2")[^]*is ready/,
    );
    const third = started(folder.file('none.json', '{"providers": []}'));
    await third.url;
    const said = /no provider is configured any more: every brief of .*ad_copy.* fails[^]*is ready/;
    expect((await third.kill('SIGTERM')).stdout).toMatch(said);
    const audit = await contentflow(['audit', '--data', data], folder.path).ended;
    expect({ code: audit.code, said: audit.stdout }).toEqual({ code: 0, said: expect.stringMatching(/as recorded/) });
  } finally {
    await Promise.all(running.map((child) => child.kill('SIGKILL')));
    await models.close();
    folder.remove();
  }
});
