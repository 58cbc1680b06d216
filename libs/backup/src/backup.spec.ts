import { openEmbeddedLog, type EventLog } from '@contentflow/event-log';
import { seededRandom, systemClock, type NewEvent, partitionKey, UNFINISHED_RESTORE } from '@contentflow/kernel';
import { openEmbeddedReadModel } from '@contentflow/read-model';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp, embeddedSource } from './back-up.ts';
import { MANIFEST } from './manifest.ts';
import { restoreEmbedded } from './restore.ts';

const folder = mkdtempSync(join(tmpdir(), 'contentflow-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));
const data = join(folder, 'data');
const topics = [{ name: 'made', partitions: 3 }];
const release = '0.2.0';
const places = [0, 1, 2].map((partition) => partitionKey('made', partition));

const opened = (where: string): Promise<EventLog> =>
  openEmbeddedLog({ file: join(where, 'log.sqlite'), topics, clock: systemClock, writer: 'thread' });
const event = (number: number): NewEvent => ({
  id: `event-${number}`,
  topic: 'made',
  type: 'made',
  source: 'test',
  subject: `subject-${number % 17}`,
  time: number,
  correlationId: 'test',
  data: { number, text: 'x'.repeat(200) },
});

async function idsIn(log: EventLog): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [place, to] of Object.entries(await log.ends(['made']))) {
    found[place] = [];
    const partition = places.indexOf(place);
    for await (const events of log.read({ topic: 'made', partition, from: 0, to }))
      found[place].push(...events.map(({ id }) => id));
  }
  return found;
}

const backedUp = (output: string, more: object = {}) =>
  backUp({ source: embeddedSource(data), output, release, onProgress: () => undefined, ...more });
const restored = (from: string, to: string, by = release) =>
  restoreEmbedded({ from, data: to, release: by, onBytes: () => undefined });

let log: EventLog;
beforeAll(async () => {
  log = await opened(data);
  await log.append(Array.from({ length: 500 }, (_, number) => event(number)));
  const documents = await openEmbeddedReadModel({ file: join(data, 'read-models', 'maker.sqlite'), writer: 'thread' });
  await documents.close();
  mkdirSync(join(data, 'snapshots'));
  writeFileSync(join(data, 'snapshots', 'state.snapshot'), 'made again from the log');
});
afterAll(() => log.close());

it.each(['backup', 'backup.tar', 'backup.tar.gz', 'backup.tar.zst'])(
  '%s of a log that is written to holds a prefix of it, and is restored as it was',
  async (name) => {
    let number = 1000;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) await log.append([event(number++), event(number++)]);
    })();
    const shares: number[] = [];
    const manifest = await backedUp(join(folder, name), { onProgress: (share: number) => void shares.push(share) });
    isOver = true;
    await writing;

    const target = join(folder, `${name}-restored`);
    await restored(join(folder, name), target);
    const copy = await opened(target);
    const [before, after] = [await idsIn(log), await idsIn(copy)];
    expect(await copy.ends(['made'])).toEqual(manifest.positions);
    await copy.close();
    for (const place of places) expect(before[place]?.slice(0, after[place]?.length)).toEqual(after[place]);
    expect(manifest.events).toBeGreaterThanOrEqual(500);
    expect(manifest.events).toBe(Object.values(after).flat().length);
    expect(
      readdirSync(target)
        .filter((each) => !/-(wal|shm)$/.test(each))
        .toSorted(),
    ).toEqual(['log.ends', 'log.sqlite', 'read-models']);
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect(readdirSync(folder).filter((each) => each.includes('partial'))).toEqual([]);
  },
);

describe('a restore refuses', () => {
  const archive = join(folder, 'whole.tar');
  let bytes: Buffer;
  beforeAll(async () => {
    await backedUp(archive);
    bytes = readFileSync(archive);
  });

  const refused = async (from: string, says: RegExp, by = release): Promise<void> => {
    const target = join(folder, 'refused');
    await expect(restored(from, target, by)).rejects.toThrow(says);
    expect(existsSync(target) ? readdirSync(target) : []).toEqual([]);
  };
  const file = (content: Buffer): string => {
    writeFileSync(join(folder, 'bad.tar'), content);
    return join(folder, 'bad.tar');
  };

  it('every backup that is cut', async () => {
    const random = seededRandom('cut');
    // The last two blocks of a tar are zeros that say nothing.
    const cuts = [0, 1, 511, 512, 700, ...Array.from({ length: 25 }, () => random.below(bytes.length - 1024 - 512))];
    for (const cut of cuts) await refused(file(bytes.subarray(0, cut)), /damaged|no backup/);
  }, 60_000);

  it('every backup with a byte that is not what was written', async () => {
    const random = seededRandom('flip');
    const log = bytes.indexOf('SQLite format 3');
    for (let turn = 0; turn < 25; turn++) {
      const flipped = Buffer.from(bytes);
      const at = log + random.below(4096 * 20);
      flipped[at] = (flipped[at] as number) ^ 0x10;
      await refused(file(flipped), /damaged/);
    }
  }, 60_000);

  it('a folder that lacks a piece, and one whose pieces are of another backup', async () => {
    const whole = join(folder, 'whole');
    await backedUp(whole);
    await log.append([event(1_000_000)]);
    await backedUp(join(folder, 'later'));
    writeFileSync(join(whole, 'log.sqlite'), readFileSync(join(folder, 'later', 'log.sqlite')));
    await refused(whole, /"log\.sqlite" (is not what was written|has \d+ bytes)/);
    rmSync(join(whole, 'log.sqlite'));
    await refused(whole, /"log\.sqlite" is missing/);
    rmSync(join(whole, MANIFEST));
    await refused(whole, /is no backup: it holds no manifest\.json/);
  });

  it('one of a newer release or format, and one that would write elsewhere', async () => {
    await refused(archive, /made by release 0\.2\.0, this is 0\.1\.9/, '0.1.9');
    const made = join(folder, 'made');
    await backedUp(made);
    const manifest = JSON.parse(readFileSync(join(made, MANIFEST), 'utf8')) as { pieces: { name: string }[] };
    const say = (value: object): void => writeFileSync(join(made, MANIFEST), JSON.stringify(value));
    say({ ...manifest, format: 2 });
    await refused(made, /backup|release/);
    say({ ...manifest, pieces: [{ ...manifest.pieces[0], name: '../elsewhere.sqlite' }] });
    await refused(made, /pieces\.0\.name/);
    say({ type: 'another thing' });
    await refused(made, /is no backup/);
  });

  it('a folder in which there is something, and leaves it as it is', async () => {
    const target = join(folder, 'full');
    mkdirSync(target);
    writeFileSync(join(target, 'mine'), 'kept');
    await expect(restored(archive, target)).rejects.toThrow(/--data: "\S+full" is not empty/);
    expect(readFileSync(join(target, 'mine'), 'utf8')).toBe('kept');
    await expect(restored(archive, data)).rejects.toThrow(/is not empty/);
  });
});

it('a restore that was interrupted begins again when it is run again', async () => {
  const target = join(folder, 'interrupted');
  await backedUp(join(folder, 'again.tar.gz'));
  mkdirSync(join(target, UNFINISHED_RESTORE), { recursive: true });
  mkdirSync(join(target, 'read-models'));
  writeFileSync(join(target, UNFINISHED_RESTORE, 'log.sqlite'), 'half of it');
  writeFileSync(join(target, 'read-models', 'maker.sqlite'), 'moved already');
  const { positions } = await restored(join(folder, 'again.tar.gz'), target);
  const copy = await opened(target);
  expect(await copy.ends(['made'])).toEqual(positions);
  await copy.close();
  expect(existsSync(join(target, UNFINISHED_RESTORE))).toBe(false);
});

it('a backup replaces nothing, and leaves nothing where it cannot be made', async () => {
  const output = join(folder, 'mine.tar');
  writeFileSync(output, 'mine');
  await expect(backedUp(output)).rejects.toThrow(/--output: "\S+mine\.tar" is there already/);
  expect(readFileSync(output, 'utf8')).toBe('mine');
  await expect(backedUp(join(output, 'below'))).rejects.toThrow(/--output: cannot write/);
  const ill = join(folder, 'ill');
  mkdirSync(ill);
  const bytes = readFileSync(join(folder, 'again.tar.gz'));
  writeFileSync(join(ill, 'log.sqlite'), bytes);
  await expect(
    backUp({ source: embeddedSource(ill), output: join(folder, 'ill.tar'), release, onProgress: () => undefined }),
  ).rejects.toThrow(/ill\/log\.sqlite" cannot be copied/);
  expect(readdirSync(folder).filter((each) => each.startsWith('ill.'))).toEqual([]);
});

it.each(['copy', 'copy.tar.gz', join('new', 'copy'), join('read-models', 'copy.tar'), '.'])(
  'a backup is no part of what is copied: %s',
  async (name) => {
    const link = join(folder, 'linked');
    rmSync(link, { force: true });
    symlinkSync(data, link);
    const before = readdirSync(data, { recursive: true }).toSorted();
    for (const place of [data, link])
      await expect(backedUp(join(place, name))).rejects.toMatchObject({ code: 'configuration', field: '--output' });
    expect(readdirSync(data, { recursive: true }).toSorted()).toEqual(before);
  },
);

it('a backup beside what is copied, of a name that begins alike, is none of it', async () => {
  await backedUp(`${data}-copy`);
  expect(existsSync(join(`${data}-copy`, MANIFEST))).toBe(true);
});
