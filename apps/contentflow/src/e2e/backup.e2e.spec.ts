import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentflow, type Ended } from './testing/child.ts';
import { clientOf } from './testing/client.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

const folder = temporaryFolder();
let models: MockModelServer;
beforeAll(async () => {
  models = await startMockModelServer();
});
afterAll(async () => {
  await models.close();
  folder.remove();
});

const at = (name: string): string => join(folder.path, name);
const ended = (...args: string[]): Promise<Ended> => contentflow(args, folder.path).ended;
const exported = async (data: string): Promise<string[]> => {
  await ended('export', '--data', data, '--output', at('export.jsonl'));
  return readFileSync(at('export.jsonl'), 'utf8').trim().split('\n').slice(0, -1);
};

it('an installation is backed up while it works, and restored elsewhere with the same report', async () => {
  const config = folder.file('contentflow.config.json', configurationOf(models));
  const running = contentflow(['start', '--data', at('data'), '--port', '0', '--config', config], folder.path);
  const url = await running.url;
  const client = clientOf(() => url);
  let isOver = false;
  let posted = 0;
  const working = (async () => {
    for (; !isOver; posted++) await client.post('/v1/content', { contentType: 'email', topic: `bottle ${posted}` });
  })();
  const backup = await ended('backup', '--data', at('data'), '--output', at('copy.tar.gz'));
  isOver = true;
  await working;
  await running.kill('SIGTERM');
  expect({ code: backup.code, stderr: backup.stderr }).toEqual({ code: 0, stderr: '' });
  expect(backup.stdout).toMatch(/copy\.tar\.gz: \d+ events and \d+ files, .*read again, all is there/);
  expect(posted).toBeGreaterThan(0);

  const restored = await ended('restore', at('copy.tar.gz'), '--data', at('elsewhere'));
  expect({ code: restored.code, stderr: restored.stderr }).toEqual({ code: 0, stderr: '' });
  expect(restored.stdout).toMatch(
    /elsewhere: \d+ events as of .*\n\d+ events, \d+ decisions, \d+ recomputed: all as recorded/,
  );
  const [whole, copy] = [new Set(await exported(at('data'))), await exported(at('elsewhere'))];
  expect(copy.length).toBeGreaterThan(0);
  expect(copy.filter((line) => !whole.has(line))).toEqual([]);

  const again = await ended('restore', at('copy.tar.gz'), '--data', at('elsewhere'));
  expect({ code: again.code, says: again.stderr }).toEqual({
    code: 2,
    says: expect.stringMatching(/--data.*is not empty/),
  });
  const second = await ended('backup', '--data', at('elsewhere'), '--output', at('second'));
  const third = await ended('restore', at('second'), '--data', at('third'));
  expect([second.code, third.code]).toEqual([0, 0]);
  const report = async (data: string): Promise<string> => (await ended('report', '--json', '--data', data)).stdout;
  expect(await report(at('third'))).toBe(await report(at('elsewhere')));

  const goesOn = contentflow(['start', '--data', at('third'), '--port', '0', '--config', config], folder.path);
  const thirdUrl = await goesOn.url;
  const brief = { contentType: 'email', topic: 'after it all' };
  const { body } = await clientOf(() => thirdUrl).post('/v1/content', brief, { prefer: 'wait=20' });
  expect(body['status']).toBe('generated');
  await goesOn.kill('SIGTERM');
});
