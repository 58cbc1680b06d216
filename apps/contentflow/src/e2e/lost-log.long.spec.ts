import { until } from '@contentflow/kernel/testing';
import {
  closeSync,
  cpSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { contentflow } from './testing/child.ts';
import { type Client, clientOf } from './testing/client.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

/** More of the kind of `lost-log.e2e.spec.ts`: what a killed process left is harmed, and what a stopped one left, in its place. */
describe('files that are not what was left', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  let models: MockModelServer;
  let config: string;

  const server = async (data: string, ...more: string[]) => {
    const child = contentflow(['start', '--data', data, '--port', '0', '--config', config, ...more], folder.path);
    const url = await child.url;
    return { client: clientOf(() => url), end: (signal: NodeJS.Signals) => child.kill(signal) };
  };
  const made = async (client: Client, topic: string): Promise<void> => {
    const { body } = await client.post('/v1/content', { contentType: 'ad_copy', topic });
    await until(
      async () => ((await client.get(`/v1/content/${String(body['id'])}`)).body['status'] as unknown) === 'generated',
    );
  };
  const log = (data: string): string => join(data, 'log.sqlite');
  const wal = (data: string): string => `${log(data)}-wal`;
  const model = (data: string, service: string): string => join(data, 'read-models', `${service}.sqlite`);

  beforeAll(async () => {
    models = await startMockModelServer();
    config = folder.file('contentflow.config.json', configurationOf(models));
    const first = await server(at('stopped'));
    await made(first.client, 'a bottle');
    await first.end('SIGTERM');
    cpSync(at('stopped'), at('killed'), { recursive: true });
    cpSync(at('stopped'), at('older'), { recursive: true });
    const second = await server(at('killed'));
    await made(second.client, 'a second bottle');
    // What was made lies in the write-ahead log, and nothing takes it into the file.
    await second.end('SIGKILL');
    expect(statSync(wal(at('killed'))).size).toBeGreaterThan(0);
  });
  afterAll(async () => {
    await models.close();
    folder.remove();
  });

  /** What a start says, which ends with 2 and one line. */
  const refusal = async (data: string): Promise<string> => {
    const started = contentflow(['start', '--data', data, '--port', '0', '--config', config], folder.path);
    const { code, stderr } = await started.ended;
    expect({ code, lines: stderr.trim().split('\n').length, stderr }).toEqual({ code: 2, lines: 1, stderr });
    return stderr;
  };
  const doctor = (data: string, ...more: string[]) =>
    contentflow(['doctor', '--data', data, '--config', config, ...more], folder.path).ended;
  const goesOn = async (data: string, ...more: string[]): Promise<void> => {
    const { client, end } = await server(data, ...more);
    await made(client, 'a bottle after it');
    await end('SIGTERM');
  };

  const overwritten = (file: string, place: number, bytes: Buffer): void => {
    const open = openSync(file, 'r+');
    writeSync(open, bytes, 0, bytes.length, place);
    closeSync(open);
  };
  const sql = (file: string, statement: string): void => {
    const database = new DatabaseSync(file);
    database.exec(statement);
    database.close();
  };
  const middlePage = (file: string): number => 4096 * Math.floor(statSync(file).size / 8192);
  const SPAN = 2 ** 36;

  it.each<[string, RegExp, (data: string) => void]>([
    [
      'its write-ahead log is removed',
      /was committed to it: contentflow\.\S+ ends at \d+/,
      (data) => rmSync(wal(data)),
    ],
    [
      'its write-ahead log is cut short',
      /was committed to it: contentflow\.\S+ ends at \d+/,
      (data) => truncateSync(wal(data), Math.floor(statSync(wal(data)).size / 3)),
    ],
    [
      'its write-ahead log is nothing but zeros',
      /was committed to it/,
      (data) => writeFileSync(wal(data), Buffer.alloc(statSync(wal(data)).size)),
    ],
    [
      'read models are ahead of it, and no mark tells of its end',
      /the documents of \S+ have seen: contentflow\.\S+ ends at \d+, \d+ were seen/,
      (data) => {
        for (const each of ['', '-wal', '-shm']) rmSync(`${log(data)}${each}`, { force: true });
        rmSync(join(data, 'log.ends'));
        cpSync(log(at('older')), log(data));
      },
    ],
    [
      'it is swapped for an older one',
      /was committed to it/,
      (data) => {
        for (const each of ['-wal', '-shm']) rmSync(`${log(data)}${each}`, { force: true });
        cpSync(log(at('older')), log(data));
      },
    ],
    [
      'a whole topic is gone from it',
      /was committed to it: contentflow\.content\/\d+ ends at 0, \d+ were committed/,
      (data) =>
        sql(
          log(data),
          `DELETE FROM events WHERE place / ${SPAN} IN (SELECT id FROM partitions WHERE topic = 'contentflow.content')`,
        ),
    ],
  ])('are named after a kill when %s, and gone on from only when that is accepted', async (what, said, harm) => {
    const data = at(what);
    cpSync(at('killed'), data, { recursive: true });
    harm(data);
    expect(await refusal(data)).toMatch(
      new RegExp(`^contentflow: the log ends before what ${said.source}.*--accept-loss`),
    );
    expect(await doctor(data)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^BROKEN /m) });
    await goesOn(data, '--accept-loss');
    await goesOn(data);
  });

  /** Stopped where it lies, so that the next start finds all files as they were left, but for the harm. */
  const leftIn = async (data: string): Promise<void> => {
    cpSync(at('stopped'), data, { recursive: true });
    const { client, end } = await server(data);
    await made(client, 'a bottle that is left');
    expect((await end('SIGTERM')).code).toBe(0);
  };

  it.each<[string, RegExp, (data: string) => void]>([
    [
      'a page of the log is zeroed',
      /^contentflow: log\.sqlite is damaged: .*restore/,
      (data) => overwritten(log(data), middlePage(log(data)), Buffer.alloc(4096)),
    ],
    [
      'the log is cut short',
      /^contentflow: log\.sqlite is damaged: /,
      (data) => truncateSync(log(data), middlePage(log(data))),
    ],
    [
      'the head of the log is overwritten',
      /^contentflow: log\.sqlite is damaged: .*not a database/,
      (data) => overwritten(log(data), 0, Buffer.from('no log at all...')),
    ],
    [
      'a byte of the log is flipped',
      /damaged at contentflow\.content\/\d+\/\d+ \(event [0-9a-f]+\)/,
      (data) => overwritten(log(data), readFileSync(log(data)).indexOf('a bottle that is left'), Buffer.from('A')),
    ],
    [
      'an event is another text',
      /damaged at contentflow\.content\/\d+\/\d+ \(event [0-9a-f]+\)/,
      (data) => sql(log(data), `UPDATE events SET event = replace(event, 'a bottle that', 'a battle that')`),
    ],
    [
      'a page of a read model is zeroed',
      /^contentflow: generator\.sqlite is damaged: .*doctor --fix/,
      (data) => overwritten(model(data, 'generator'), middlePage(model(data, 'generator')), Buffer.alloc(4096)),
    ],
    [
      'a read model is cut short',
      /^contentflow: ledger\.sqlite is damaged: .*doctor --fix/,
      (data) => truncateSync(model(data, 'ledger'), middlePage(model(data, 'ledger'))),
    ],
  ])('are named in their place when %s', async (what, said, harm) => {
    const data = at(what);
    await leftIn(data);
    harm(data);
    expect(await refusal(data)).toMatch(said);
    expect(await doctor(data)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^BROKEN .*(damaged|not a database)/m),
    });
    if (!said.source.includes('--fix')) return;
    expect(await doctor(data, '--fix')).toMatchObject({ code: 0 });
    await goesOn(data);
  });

  it('are gone on from when nothing but the marks is damaged, which then say nothing', async () => {
    const data = at('marks');
    await leftIn(data);
    writeFileSync(join(data, 'log.ends'), 'no marks at all, and of no length either');
    await goesOn(data);
    expect(await doctor(data)).toMatchObject({ stdout: expect.not.stringMatching(/^BROKEN +(log|documents)/m) });
  });
});
