import { systemClock, type NewEvent } from '@contentflow/kernel';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openEmbeddedLog, type EmbeddedLog } from './embedded-log.ts';
import { InlineWriter } from './inline-writer.ts';
import { LogFile } from './log-file.ts';
import type { Placements } from './operations.ts';
import { Store } from './store.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'contentflow-log-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const TOPICS = [{ name: 'orders', partitions: 1 }];
const event = (id: string): NewEvent => ({
  id,
  topic: 'orders',
  type: 'test.v1',
  source: 'test',
  subject: 's',
  time: 0,
  correlationId: id,
  data: { text: 'x'.repeat(1_000) },
});
const open = (file: string, writer: 'thread' | 'inline' = 'thread'): Promise<EmbeddedLog> =>
  openEmbeddedLog({ file, topics: TOPICS, clock: systemClock, writer, onError: () => undefined });

describe('a file that is taken away while it is open', () => {
  it.each<[string, (file: string) => void]>([
    ['removed', (file) => rmSync(file)],
    ['removed with all that lies beside it', () => rmSync(folder, { recursive: true })],
    ['moved', (file) => renameSync(file, `${file}.old`)],
    [
      'replaced by a copy',
      (file) => {
        renameSync(file, `${file}.old`);
        copyFileSync(`${file}.old`, file);
      },
    ],
  ])('takes nothing more: %s', async (_, takeAway) => {
    const file = join(folder, 'log.db');
    const log = await open(file);
    await log.append([event('before')]);
    takeAway(file);
    await expect(log.append([event('after')])).rejects.toMatchObject({
      code: 'log-gone',
      message: expect.stringContaining(file),
    });
    await log.close();
    mkdirSync(folder, { recursive: true });
  });

  it('takes on again when it is back', async () => {
    const file = join(folder, 'log.db');
    const log = await open(file);
    renameSync(file, `${file}.old`);
    await expect(log.append([event('refused')])).rejects.toMatchObject({ code: 'log-gone' });
    renameSync(`${file}.old`, file);
    expect(await log.append([event('taken')])).toMatchObject([{ offset: 0 }]);
    await log.close();
  });
});

describe('a file that will not do gets one clear error that names it and the fix', () => {
  it('in a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'plain-file'), '');
    const file = join(folder, 'plain-file', 'log.db');
    await expect(open(file)).rejects.toMatchObject({
      code: 'log-not-writable',
      message: expect.stringContaining(file),
    });
  });
  it('that is a folder itself', async () => {
    await expect(open(folder)).rejects.toMatchObject({ code: 'log-not-writable', fix: expect.any(String) });
  });
  it('that is no database', async () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'not a database at all, but long enough to be read as one\n'.repeat(100));
    await expect(open(file)).rejects.toMatchObject({ code: 'log-corrupt', message: expect.stringContaining(file) });
  });
  it('that belongs to another program, which is left as it was', async () => {
    const file = join(folder, 'other.db');
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE customers (id INTEGER)');
    other.close();
    const before = readFileSync(file);
    await expect(open(file)).rejects.toMatchObject({ code: 'log-foreign' });
    expect(readFileSync(file)).toEqual(before);
  });
  it('that is damaged inside', async () => {
    const file = join(folder, 'log.db');
    const log = await open(file, 'inline');
    for (let i = 0; i < 200; i++) await log.append([event(`e${i}`)]);
    await log.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 3 * 4096, bytes.length);
    writeFileSync(file, bytes);
    const opening = open(file).then(async (damaged) => {
      try {
        for await (const _ of damaged.read({ topic: 'orders', partition: 0, from: 0, to: 200 })) continue;
      } finally {
        await damaged.close();
      }
    });
    await expect(opening).rejects.toMatchObject({ code: 'log-corrupt' });
  });
  it('in memory, which a thread cannot share', async () => {
    await expect(open(':memory:')).rejects.toMatchObject({ field: 'writer' });
  });
});

it('says that the disk is full, takes nothing of what did not fit, and goes on when there is room again', () => {
  const file = new LogFile(join(folder, 'log.db'), { isSynced: true });
  const [partition] = file.declare(TOPICS);
  const store = new Store(file);
  let made = 0;
  const append = (count: number): unknown =>
    file.transaction(() => {
      const ids = Array.from({ length: count }, () => `e${++made}`);
      const events = ids.map((id) => JSON.stringify(event(id)));
      return store.run({ kind: 'append', partitions: events.map(() => partition!.id), ids, events });
    });
  append(2);
  file.database.exec('PRAGMA max_page_count = 20');
  expect(() => append(1_000)).toThrow(expect.objectContaining({ code: 'log-disk-full', fix: expect.any(String) }));
  expect(file.end(partition!.id)).toBe(2);
  file.database.exec('PRAGMA max_page_count = 1000000');
  expect(append(1)).toEqual({ offsets: [2] });
  file.close();
});

it('lets a member that lost its partition commit nothing', async () => {
  const file = new LogFile(join(folder, 'log.db'), { isSynced: false });
  const partition = file.declare(TOPICS)[0]!.id;
  const writer = new InlineWriter(file, 1);
  const share = (member: string, now: number): ReturnType<typeof writer.write<'coordinate'>> =>
    writer.write('coordinate', { group: 'g', member, wants: [partition], released: [], now, expires: now + 100 });
  const commit = (member: string, epoch: number, from: number): Promise<Placements | null> =>
    writer.write('commit', {
      group: 'g',
      member,
      partition,
      epoch,
      from,
      to: from + 1,
      partitions: [partition],
      ids: [`${member}-${from}`],
      events: ['{}'],
    });

  const [zombie] = (await share('zombie', 0)).owned;
  expect(await commit('zombie', zombie!.epoch, 0)).toEqual({ offsets: [0] });
  expect((await share('heir', 50)).owned).toEqual([]);
  const [heir] = (await share('heir', 200)).owned;
  expect(heir).toEqual({ partition, epoch: zombie!.epoch + 1, next: 1 });
  expect(await commit('zombie', zombie!.epoch, 1)).toBeNull();
  expect(await commit('heir', heir!.epoch, 0)).toBeNull();
  expect(await commit('heir', heir!.epoch, 1)).toEqual({ offsets: [1] });
  await writer.close();
  file.close();
});

it('leaves one plain file behind that any SQLite shell can read', async () => {
  const path = join(folder, 'log.db');
  const log = await open(path);
  await log.append([event('a'), event('b')]);
  await log.close();
  expect([existsSync(`${path}-wal`), existsSync(`${path}-shm`)]).toEqual([false, false]);
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare(`SELECT topic, partition, "offset", event ->> 'id' AS id FROM log`).all();
  database.close();
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { topic: 'orders', partition: 0, offset: 0, id: 'a' },
    { topic: 'orders', partition: 0, offset: 1, id: 'b' },
  ]);
});

describe('a log that was begun before ids were kept', () => {
  /** As format 1 left it: no ids, and events that came twice. */
  async function oldLog(path: string, ids: readonly string[]): Promise<void> {
    const log = await open(path);
    await log.append(ids.map((_, i) => event(`new-${i}`)));
    await log.close();
    const database = new DatabaseSync(path);
    const rename = database.prepare(
      "UPDATE events SET event = json_set(event, '$.id', ?) WHERE place % 68719476736 = ?",
    );
    ids.forEach((id, offset) => rename.run(id, offset));
    database.exec('DROP TABLE ids; DROP TABLE repeats; PRAGMA user_version = 1');
    database.close();
  }
  const read = async (log: EmbeddedLog): Promise<string[]> => {
    const found: string[] = [];
    for await (const batch of log.read({ topic: 'orders', partition: 0, from: 0, to: 100 }))
      found.push(...batch.map(({ id, isRepeat }) => `${id}${isRepeat ? ' again' : ''}`));
    return found;
  };

  it('has its repeats marked, in their places, and takes no id of its again', async () => {
    const path = join(folder, 'log.db');
    await oldLog(path, ['a', 'b', 'a', 'c', 'a', 'b']);
    const log = await open(path);
    expect(await read(log)).toEqual(['a', 'b', 'a again', 'c', 'a again', 'b again']);
    expect((await log.append([event('c'), event('d')])).map(({ offset }) => offset)).toEqual([3, 6]);
    await log.close();
    const later = await open(path, 'inline');
    expect(await read(later)).toEqual(['a', 'b', 'a again', 'c', 'a again', 'b again', 'd']);
    await later.close();
  });

  it('is left alone where nothing came twice', async () => {
    const path = join(folder, 'log.db');
    await oldLog(path, ['a', 'b', 'c']);
    const log = await open(path);
    expect(await read(log)).toEqual(['a', 'b', 'c']);
    await log.close();
  });
});
