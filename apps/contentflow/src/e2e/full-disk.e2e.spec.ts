import { until } from '@contentflow/kernel/testing';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { builtProgram } from '../built-program.ts';
import { watched } from './testing/child.ts';
import { clientOf } from './testing/client.ts';
import { startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

/** A file system of its own, as any user may have it in a namespace of theirs. */
const canMount = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const MB = 1024 * 1024;
const LARGE_DISK_MB = 48;

(canMount ? describe : describe.skip)('a disk that is full', () => {
  it('is said with 507 and in readiness, while reading goes on; with room again all is as before, and a stop needs no kill', async () => {
    const folder = temporaryFolder();
    const models = await startMockModelServer();
    const config = folder.file('contentflow.config.json', configurationOf(models));
    const disk = join(folder.path, 'disk');
    mkdirSync(disk);
    const program = [process.execPath, '--no-warnings', builtProgram('contentflow')];
    const words = [...program, 'start', '--data', join(disk, 'data'), '--port', '0', '--config', config];
    const mounted = `mount -t tmpfs -o size=${LARGE_DISK_MB}m none "$0" && exec "$@" 2>"$0/errors"`;
    const child = spawn('unshare', ['-Urm', 'sh', '-c', mounted, disk, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { url } = watched(child);
    try {
      const origin = await url;
      const client = clientOf(() => origin);
      const brief = (topic: string) => client.post('/v1/content', { contentType: 'ad_copy', topic });
      const filler = `/proc/${child.pid}/root${disk}/filler`;
      const fill = (): void => {
        for (const size of [MB, 64 * 1024, 4096, 1])
          try {
            for (;;) appendFileSync(filler, Buffer.alloc(size));
          } catch (error) {
            expect(error).toMatchObject({ code: 'ENOSPC' });
          }
      };
      const ended = async (id: unknown) =>
        until(
          async () => (await client.get(`/v1/content/${String(id)}`)).body['status'] as unknown as string,
          (status) => status === 'generated',
        );
      const first = (await brief('a bottle')).body['id'];
      await ended(first);

      fill();
      const refused = await until(
        () => brief('a second bottle'),
        ({ status }) => status !== 202,
      );
      expect(refused.status).toBe(507);
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      const ready = await client.get('/health/ready');
      expect([ready.status, ready.body['detail']]).toEqual([503, expect.stringContaining('is full')]);
      expect((await client.get('/health/live')).status).toBe(200);
      expect((await client.get(`/v1/content/${String(first)}`)).body).toMatchObject({ status: 'generated' });
      expect((await client.get('/v1/content?limit=5')).status).toBe(200);
      for (const [path, body] of [
        ['/v1/content/batch', { briefs: [{ contentType: 'ad_copy', topic: 'a third' }] }],
        [`/v1/content/${String(first)}/feedback`, { rating: 5 }],
      ] as const)
        expect([path, (await client.post(path, body)).status]).toEqual([path, 507]);

      rmSync(filler);
      await until(async () => (await client.get('/health/ready')).status === 200);
      const later = await until(
        () => brief('a fourth bottle'),
        ({ status }) => status === 202,
      );
      await ended(later.body['id']);

      fill();
      await until(
        () => brief('a fifth bottle'),
        ({ status }) => status === 507,
      );
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
      await models.close();
      folder.remove();
    }
  });
});
