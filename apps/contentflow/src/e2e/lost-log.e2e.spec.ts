import { until } from '@contentflow/kernel/testing';
import { cpSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { contentflow } from './testing/child.ts';
import { type Client, clientOf } from './testing/client.ts';
import { startMockModelServer, type MockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

describe('a log that is not what was left', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  let models: MockModelServer;
  let config: string;

  const server = async (data: string, ...more: string[]) => {
    const child = contentflow(['start', '--data', data, '--port', '0', '--config', config, ...more], folder.path);
    const url = await child.url;
    return { client: clientOf(() => url), stop: () => child.kill('SIGTERM') };
  };
  const made = async (client: Client, topic: string): Promise<void> => {
    const { body } = await client.post('/v1/content', { contentType: 'ad_copy', topic });
    await until(
      async () => ((await client.get(`/v1/content/${String(body['id'])}`)).body['status'] as unknown) === 'generated',
    );
  };

  beforeAll(async () => {
    models = await startMockModelServer();
    config = folder.file('contentflow.config.json', configurationOf(models));
    const { client, stop } = await server(at('whole'));
    await made(client, 'a bottle');
    await stop();
    cpSync(at('whole'), at('older'), { recursive: true });
    const again = await server(at('whole'));
    await made(again.client, 'a second bottle');
    await again.stop();
  });
  afterAll(async () => {
    await models.close();
    folder.remove();
  });

  /** What a start says, which ends with 2 and one line. */
  const refusal = async (data: string): Promise<string> => {
    const { code, stderr } = await contentflow(
      ['start', '--data', data, '--port', '0', '--config', config],
      folder.path,
    ).ended;
    expect({ code, lines: stderr.trim().split('\n').length, stderr }).toEqual({ code: 2, lines: 1, stderr });
    return stderr;
  };
  const copy = (name: string): string => {
    cpSync(at('whole'), at(name), { recursive: true });
    return at(name);
  };
  const log = (data: string): string => join(data, 'log.sqlite');
  const zeroPage = (file: string): void => {
    const middle = 4096 * Math.floor(statSync(file).size / 4096 / 2);
    writeSync(openSync(file, 'r+'), Buffer.alloc(4096), 0, 4096, middle);
  };

  const committed = 'was committed to it: contentflow\\.\\S+ ends at \\d+, \\d+ were committed';
  const seen = 'the documents of \\S+ have seen: contentflow\\.\\S+ ends at \\d+, \\d+ were seen';
  /** All that is made from the log. */
  const forgetDocuments = (data: string): void => {
    for (const name of ['read-models', 'snapshots', 'idempotency-keys.sqlite'])
      rmSync(join(data, name), { recursive: true, force: true });
  };

  it.each<[string, string, (data: string) => void]>([
    ['an older copy', committed, (data) => cpSync(log(at('older')), log(data))],
    [
      'an older copy, with its documents',
      committed,
      (data) => {
        cpSync(log(at('older')), log(data));
        forgetDocuments(data);
      },
    ],
    [
      'gone with its documents',
      committed,
      (data) => {
        rmSync(log(data));
        forgetDocuments(data);
      },
    ],
    [
      'without its tail',
      committed,
      (data) => {
        const database = new DatabaseSync(log(data));
        database.exec('DELETE FROM events WHERE place IN (SELECT max(place) FROM events GROUP BY place / 68719476736)');
        database.close();
      },
    ],
    ['gone', committed, (data) => rmSync(log(data))],
    [
      'another installation’s',
      seen,
      (data) => {
        rmSync(join(data, 'read-models'), { recursive: true });
        for (const name of ['log.sqlite', 'log.ends']) rmSync(join(data, name));
        cpSync(join(at('whole'), 'read-models'), join(data, 'read-models'), { recursive: true });
      },
    ],
  ])('is named when it is %s, and gone on with only when that is accepted', async (what, said, harm) => {
    const data = copy(`lost ${what}`);
    harm(data);
    expect(await refusal(data)).toMatch(new RegExp(`^contentflow: the log ends before what ${said}.*--accept-loss`));

    const doctor = await contentflow(['doctor', '--data', data, '--config', config], folder.path).ended;
    expect(doctor).toMatchObject({ code: 1, stdout: expect.stringMatching(/^BROKEN /m) });

    const { client, stop } = await server(data, '--accept-loss');
    await made(client, 'a bottle after it');
    await until(async () => JSON.stringify((await client.get('/v1/decisions?limit=100')).body).includes('accept_loss'));
    await stop();
    const next = await server(data);
    await next.stop();
  });

  it.each<[string, RegExp, (data: string) => void]>([
    ['a zeroed page of the log', /^contentflow: log\.sqlite is damaged: .*restore/, (data) => zeroPage(log(data))],
    [
      'a log cut short',
      /^contentflow: log\.sqlite is damaged: /,
      (data) => truncateSync(log(data), 4096 * Math.floor(statSync(log(data)).size / 8192)),
    ],
    [
      'a log that is none',
      /^contentflow: log\.sqlite is damaged: .*not a database/,
      (data) => writeFileSync(log(data), 'x'.repeat(8192)),
    ],
    [
      'a zeroed page of a read model',
      /^contentflow: generator\.sqlite is damaged: .*doctor --fix/,
      (data) => zeroPage(join(data, 'read-models/generator.sqlite')),
    ],
  ])('is named where it is %s', async (what, said, harm) => {
    const data = copy(what);
    harm(data);
    expect(await refusal(data)).toMatch(said);
    const doctor = await contentflow(['doctor', '--data', data, '--config', config], folder.path).ended;
    expect(doctor).toMatchObject({ code: 1, stdout: expect.stringMatching(/^BROKEN .*(damaged|not a database)/m) });
    expect(readFileSync(log(data)).length).toBeGreaterThan(0);
  });

  /** Where one event's text says something, it says something else from now on. */
  const changed = (data: string, text: string, by: string): void => {
    const bytes = readFileSync(log(data));
    const place = bytes.indexOf(text);
    expect(place).toBeGreaterThan(0);
    bytes.write(by, place, 'latin1');
    writeFileSync(log(data), bytes);
  };
  it.each([
    ['a letter of a word', '"topic":"a second bottle"', '"topic":"a second battle"'],
    ['the name of a field', '"leaseUntil":', '"leaseUnti1":'],
    ['a figure', '"tokensOut":', '"tokensOut" :'],
    ['a quotation mark, so that it is no JSON any more', '"topic":"a second bottle"', '"topic":"a second bottle '],
    ['a byte that is no UTF-8', '"topic":"a second bottle"', '"topic":"a second b\xffttle"'],
  ])('is located where its text lost %s, and gone on with only when that is accepted', async (what, text, by) => {
    const data = copy(`changed ${what}`);
    changed(data, text, by);
    const place = /damaged at contentflow\.\w+\/\d+\/\d+ \(event [0-9a-f]+\)/;
    expect(await refusal(data)).toMatch(place);
    for (const command of [['doctor', '--config', config], ['audit']]) {
      const { code, stdout, stderr } = await contentflow([...command, '--data', data], folder.path).ended;
      expect({ code, said: stdout + stderr }).toMatchObject({
        code: command[0] === 'doctor' ? 1 : 2,
        said: expect.stringMatching(place),
      });
    }
    const { client, stop } = await server(data, '--accept-loss');
    await made(client, 'a bottle after it');
    expect(await client.get('/health/ready')).toMatchObject({ body: { deadLetters: expect.anything() } });
    await stop();
    const next = await server(data);
    await next.stop();
  });
});
