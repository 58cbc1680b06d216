import { type NewEvent, systemClock } from '@contentflow/kernel';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openEmbeddedLog } from './embedded-log.ts';
import { areEndMarksDamaged, endMarksIn, endMarksOf, forgetEndMarks } from './end-marks.ts';
import { damagedEvents, lostEvents, quarantineDamaged } from './log-damage.ts';

const topics = [
  { name: 'orders', partitions: 2 },
  { name: 'news', partitions: 1 },
];
let made = 0;
const event = (text: string, topic = 'orders'): NewEvent => ({
  id: `e${made++}`,
  topic,
  type: 'shop.ordered.v1',
  source: 'shop',
  subject: 'a',
  time: 0,
  data: { text },
  correlationId: 'c',
});

describe('a log in a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-damage-'));
    file = join(folder, 'log.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = () => openEmbeddedLog({ file, topics, clock: systemClock, writer: 'thread' });
  const wrote = async (...texts: string[]): Promise<void> => {
    const log = await open();
    for (const text of texts) await log.append([event(text)]);
    await log.append([event('paper', 'news')]);
    await log.close();
  };
  const change = (from: string, to: string): void => {
    const bytes = readFileSync(file);
    bytes.write(to, bytes.indexOf(from), 'latin1');
    writeFileSync(file, bytes);
  };

  it('is as it was left', async () => {
    await wrote('apples', 'pears', '水', '\ud800 alone');
    expect([damagedEvents(file), lostEvents(file)]).toEqual([[], []]);
  });

  it('that is older than what was committed says where, also when written to by two processes', async () => {
    await wrote('apples');
    copyFileSync(file, `${file}.older`);
    const [one, other] = [await open(), await open()];
    for (let n = 0; n < 5; n++) await Promise.all([one.append([event('pears')]), other.append([event('plums')])]);
    await one.close();
    await other.close();
    expect(lostEvents(file)).toEqual([]);
    copyFileSync(`${file}.older`, file);
    expect(lostEvents(file)).toEqual([{ topic: 'orders', partition: expect.any(Number), end: 1, committed: 11 }]);
  });

  it('is not missed where nothing was committed, nor where its marks are gone, or damaged', async () => {
    await wrote('apples');
    forgetEndMarks(file);
    expect(lostEvents(file)).toEqual([]);
    await wrote('pears');
    expect(endMarksIn(file).size).toBe(2);
    writeFileSync(endMarksOf(file), readFileSync(endMarksOf(file)).fill(7, 16));
    expect([endMarksIn(file).size, lostEvents(file)]).toEqual([0, []]);
    writeFileSync(endMarksOf(file), 'short');
    await wrote('plums');
    expect(lostEvents(file)).toEqual([]);
  });

  it('has damaged marks where any of them says nothing, and none of those that are gone', async () => {
    await wrote('apples');
    const sound = readFileSync(endMarksOf(file));
    expect(areEndMarksDamaged(file)).toBe(false);
    for (const bytes of [
      Buffer.from('short'),
      sound.subarray(0, -1),
      Buffer.from(sound).fill(7, 16),
      Buffer.alloc(32, 1),
    ]) {
      writeFileSync(endMarksOf(file), bytes);
      expect(areEndMarksDamaged(file)).toBe(true);
    }
    rmSync(endMarksOf(file));
    mkdirSync(endMarksOf(file));
    expect([areEndMarksDamaged(file), lostEvents(file)]).toEqual([true, []]);
    forgetEndMarks(file);
    expect(areEndMarksDamaged(file)).toBe(false);
  });

  it('that was emptied has no damaged events: what is missing its marks say', async () => {
    await wrote('apples');
    truncateSync(file);
    expect(damagedEvents(file)).toEqual([]);
    await (await open()).close();
    const lost = { topic: 'orders', partition: expect.any(Number), end: 0, committed: 1 };
    expect(lostEvents(file)).toContainEqual(lost);
  });

  it('says nothing of what was rolled back', async () => {
    await wrote('apples');
    const log = await open();
    const lock = new DatabaseSync(file);
    lock.exec('PRAGMA locking_mode = NORMAL; BEGIN IMMEDIATE');
    const waiting = log.append([event('pears')]);
    expect([...endMarksIn(file).values()].toSorted()).toEqual([1, 1]);
    lock.exec('ROLLBACK');
    lock.close();
    await waiting;
    await log.close();
    expect([...endMarksIn(file).values()].toSorted()).toEqual([1, 2]);
  });

  it.each([
    ['a letter', 'pears', 'peers'],
    ['a mark of JSON', '"text":"pears"', '"text":"pears '],
    ['a topic', '"topic":"orders"', '"topic":"0rders"'],
    ['a byte to one that is no UTF-8', 'pears', 'pe\xffrs'],
    ['a byte to nothing', 'pears', 'pe\0rs'],
  ])('is damaged at the event that has changed %s', async (_, from, to) => {
    await wrote('apples', 'pears');
    change(from, to);
    const damaged = [
      { topic: 'orders', partition: expect.any(Number), offset: expect.any(Number), id: expect.stringMatching(/^e/) },
    ];
    expect(damagedEvents(file)).toEqual(damaged);
    // What is set aside is no event for anybody
    quarantineDamaged(file);
    expect(damagedEvents(file)).toEqual([]);
    const log = await open();
    const types: string[] = [];
    for (const partition of [0, 1])
      for await (const events of log.read({ topic: 'orders', partition, from: 0, to: 10 }))
        types.push(...events.map(({ type }) => type));
    await log.close();
    expect(types.toSorted()).toEqual(['contentflow.log.message-unreadable.v1', 'shop.ordered.v1']);
  });

  it('of a release without checksums goes without for what it holds, but for what is no JSON', async () => {
    await wrote('apples', 'pears');
    const old = new DatabaseSync(file);
    old.exec('ALTER TABLE events DROP COLUMN checksum; PRAGMA user_version = 2');
    old.close();
    expect(damagedEvents(file)).toEqual([]);
    await wrote('plums');
    change('apples', 'ap\\les');
    change('plums', 'plumb');
    expect(damagedEvents(file)).toHaveLength(2);
  });
});
