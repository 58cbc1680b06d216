import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { contentflow } from './testing/child.ts';
import { clientOf } from './testing/client.ts';
import { startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

/** Of files and folders below this one, those that others than their owner may read, write or enter. */
const openBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);

it('what is written is its owner’s alone, in a folder that others may enter too: while it runs, at rest, and what is taken out of it', async () => {
  const models = await startMockModelServer();
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data, { mode: 0o755 });
  const config = folder.file('contentflow.config.json', configurationOf(models));
  const outside = join(folder.path, 'outside');
  mkdirSync(outside, { mode: 0o755 });
  const server = contentflow(['start', '--no-demo', '--data', data, '--port', '0', '--config', config], folder.path);
  try {
    const client = clientOf(await server.url.then((url) => () => url));
    const made = await client.post(
      '/v1/content',
      { contentType: 'ad_copy', topic: 'a steel bottle' },
      { prefer: 'wait=30', 'idempotency-key': 'once' },
    );
    expect(made.body).toMatchObject({ status: 'generated' });
    await client.post('/v1/feedback', { contentId: made.body['id'], rater: 'somebody', rating: 4 });
    expect(openBelow(data)).toEqual([]);
    await server.kill('SIGTERM');
    expect(openBelow(data)).toEqual([]);
    for (const [command, output] of [
      ['backup', 'copy'],
      ['export', 'events'],
      ['report', 'report.html'],
    ] as const) {
      const ended = await contentflow([command, '--data', data, '--output', join(outside, output)], folder.path).ended;
      expect({ command, code: ended.code, said: ended.stderr }).toEqual({ command, code: 0, said: '' });
    }
    expect(openBelow(outside)).toEqual([]);
  } finally {
    await server.kill('SIGKILL');
    await models.close();
    folder.remove();
  }
});
