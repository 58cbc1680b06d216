import { BriefAccepted, newEvent, topics } from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { snapshotsOfOthers } from '@contentflow/nest-platform';
import { openEmbeddedReadModel } from '@contentflow/read-model';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { projectionsOf } from '@contentflow/services';
import { repairs } from './repairs.ts';

const root = mkdtempSync(join(tmpdir(), 'contentflow-doctor-'));
// As the command line has it.
const before = process.umask(0o077);
afterAll(() => {
  process.umask(before);
  rmSync(root, { recursive: true });
});

const opened = (folder: string): Promise<EventLog> =>
  openEmbeddedLog({ file: join(folder, 'log.sqlite'), topics, clock: systemClock, writer: 'thread' });
const brief = (number: number) =>
  newEvent(BriefAccepted, {
    subject: `content-${number}`,
    time: number,
    cause: { id: `brief-${number}` },
    data: {
      contentId: `content-${number}`,
      brief: { contentType: 'email', topic: `tea ${number}` },
      unit: 'tea',
      simulated: false,
    },
  });

/** A folder with a log of three briefs and the documents that were made of them. */
async function installation(name: string): Promise<string> {
  const folder = join(root, name);
  const log = await opened(folder);
  await log.append([brief(1), brief(2), brief(3)]);
  await log.close();
  const file = join(folder, 'read-models', 'generator.sqlite');
  await (await openEmbeddedReadModel({ file, writer: 'inline' })).close();
  await repairs(folder, true);
  return folder;
}
const documents = async (folder: string): Promise<number> => {
  const store = await openEmbeddedReadModel({
    file: join(folder, 'read-models', 'generator.sqlite'),
    writer: 'thread',
  });
  const collection = await store.collection(projectionsOf['generator']?.[0] as never);
  return collection.count().finally(() => store.close());
};
const eventsIn = (folder: string): Promise<unknown> =>
  opened(folder).then(async (log) => {
    const ends = await log.ends(topics.map(({ name }) => name));
    await log.close();
    return ends;
  });

it('a folder in which all is well is left as it is', async () => {
  const folder = await installation('well');
  expect(await documents(folder)).toBe(3);
  expect(await repairs(folder, false)).toEqual([]);
  expect(await repairs(folder, true)).toEqual([{ what: 'repairs', ok: true, detail: 'nothing to fix' }]);
  expect(await repairs(join(root, 'absent'), true)).toEqual([]);
});

describe('what can be made from the log is', () => {
  it.each<[string, boolean, RegExp, (file: string) => Promise<void>]>([
    [
      'documents with garbage in them',
      false,
      /damaged/,
      async (file) => writeFileSync(file, Buffer.alloc(20_000, 'garbage')),
    ],
    ['documents that are cut', false, /damaged/, async (file) => truncateSync(file, statSync(file).size - 4096)],
    ['documents that are empty', true, /3 events behind the log/, async (file) => rmSync(file)],
    [
      'documents that know more than the log',
      false,
      /have seen 7 events that the log does not have/,
      async (file) => {
        const store = await openEmbeddedReadModel({ file, writer: 'inline' });
        const projection = projectionsOf['generator']?.[0] as never as { name: string; indexes: string[] };
        const writer = await store.writer(projection);
        const [place, next] = Object.entries(await writer.positions())[0] as [string, number];
        await writer.write([], { [place]: next + 7 });
        await store.close();
      },
    ],
  ])('%s', async (name, isHarmless, says, harm) => {
    const folder = await installation(name);
    const file = join(folder, 'read-models', 'generator.sqlite');
    await harm(file);
    if (!existsSync(file)) await (await openEmbeddedReadModel({ file, writer: 'inline' })).close();
    const before = await eventsIn(folder);
    expect(await repairs(folder, false)).toEqual([
      { what: 'documents of the generator', ok: isHarmless, detail: expect.stringMatching(says) },
    ]);
    const [fixed] = await repairs(folder, true);
    expect(fixed).toMatchObject({ ok: true, detail: expect.stringMatching(/made again from \d+ events/) });
    expect(await repairs(folder, false)).toEqual([]);
    expect(await documents(folder)).toBe(3);
    expect(await eventsIn(folder)).toEqual(before);
  });
});

it('what was left behind goes, and nothing else', async () => {
  const folder = await installation('leftovers');
  mkdirSync(join(folder, 'snapshots'));
  const left = ['batch-0a1b.jsonl', 'out.jsonl.partial', 'snapshots/state.snapshot.4711-abcdef'];
  const kept = ['notes.jsonl', 'snapshots/state.snapshot'];
  for (const name of [...left, ...kept]) writeFileSync(join(folder, name), 'x');
  const [found] = await repairs(folder, false);
  expect(found).toMatchObject({ what: 'leftover files', ok: true });
  for (const name of left) expect(found?.detail).toContain(name);
  await repairs(folder, true);
  expect([...left, ...kept].filter((name) => existsSync(join(folder, name)))).toEqual(kept);
});

it('snapshots of another build are told from those of this one', () => {
  const folder = join(root, 'snapshots');
  mkdirSync(folder);
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, name), bytes);
  write('own.snapshot', serialize({ build: 'b2', value: 1 }));
  write('other.snapshot', serialize({ build: 'b1', value: 1 }));
  write('cut.snapshot', serialize({ build: 'b2', value: 1 }).subarray(0, 5));
  write('no.thing', serialize({ build: 'b1' }));
  expect(snapshotsOfOthers(folder, 'b2')).toEqual([join(folder, 'cut.snapshot'), join(folder, 'other.snapshot')]);
  expect(snapshotsOfOthers(folder, undefined)).toEqual([]);
});

it('leases of processes that are gone are given up, those of one that works are not', async () => {
  const folder = await installation('leases');
  const log = await opened(folder);
  await log.subscribe({ group: 'makers', topics: [topics[0]?.name ?? ''], handle: async () => [] });
  // What a kill leaves: the files as they are while the member still holds its partitions.
  const killed = join(root, 'killed');
  cpSync(folder, killed, { recursive: true });
  expect(await repairs(folder, true)).toEqual([
    { what: 'repairs', ok: false, detail: 'a process works on the folder; stop it first' },
  ]);
  await log.close();
  const [found] = await repairs(killed, false);
  expect(found).toMatchObject({
    what: 'leases',
    ok: true,
    detail: expect.stringMatching(/^1 of processes that are gone/),
  });
  expect(await repairs(killed, true)).toMatchObject([
    { what: 'leases', detail: '1 of processes that are gone: given up' },
  ]);
  expect(await repairs(killed, false)).toEqual([]);
  expect(await eventsIn(killed)).toEqual(await eventsIn(folder));
});

it('files closed to their owner are opened again', async () => {
  const folder = await installation('closed');
  const file = join(folder, 'read-models', 'generator.sqlite');
  chmodSync(file, 0o400);
  expect(await repairs(folder, false)).toMatchObject([
    { what: 'permissions', ok: false, detail: expect.stringContaining(file) },
  ]);
  expect(await repairs(folder, true)).toMatchObject([
    { what: 'permissions', ok: true },
    { what: 'repairs', ok: true },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('files that others may read are closed to them, in a folder that they may enter', async () => {
  const folder = await installation('open');
  const file = join(folder, 'read-models', 'generator.sqlite');
  const openness = (): number[] =>
    readdirSync(folder, { recursive: true }).map((name) => statSync(join(folder, String(name))).mode & 0o077);
  chmodSync(folder, 0o755);
  chmodSync(file, 0o644);
  expect(await repairs(folder, false)).toContainEqual(
    expect.objectContaining({
      what: 'permissions',
      ok: false,
      detail: expect.stringContaining('read-models/generator.sqlite'),
    }),
  );
  expect(await repairs(folder, true)).toContainEqual(expect.objectContaining({ what: 'permissions', ok: true }));
  expect(new Set(openness())).toEqual(new Set([0]));
  expect(await repairs(folder, false)).toEqual([]);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
});

it('marks of the log’s end that are damaged are begun anew', async () => {
  const folder = await installation('marks');
  writeFileSync(join(folder, 'log.ends'), 'short');
  expect(await repairs(folder, false)).toMatchObject([{ what: 'marks of the log’s end', ok: true }]);
  expect(await repairs(folder, true)).toMatchObject([{ ok: true, detail: expect.stringContaining('begin anew') }]);
  expect(await repairs(folder, false)).toEqual([]);
});

it.each([
  ['idempotency-keys.sqlite', 'data folder', /idempotency-keys.sqlite is damaged.*--accept-loss/],
  ['budgets.sqlite', 'data folder', /budgets.sqlite is damaged.*--accept-loss/],
  ['log.sqlite', 'log', /log.sqlite is not there, or empty.*contentflow restore/],
])('a file that nothing can be made into again is left for a person: %s', async (name, what, said) => {
  const folder = await installation(`kept ${name}`);
  writeFileSync(join(folder, name), name === 'log.sqlite' ? '' : Buffer.alloc(8192, 'garbage'));
  expect(await repairs(folder, true)).toEqual([{ what, ok: false, detail: expect.stringMatching(said) }]);
});

it('of a restore that was interrupted it says how to go on, and touches nothing', async () => {
  const folder = join(root, 'restoring');
  mkdirSync(join(folder, '.restoring'), { recursive: true });
  expect(await repairs(folder, true)).toMatchObject([
    { ok: false, detail: expect.stringContaining('contentflow restore') },
  ]);
  expect(readdirSync(folder)).toEqual(['.restoring']);
});

it('a log that is damaged is left for a person', async () => {
  const folder = await installation('damaged log');
  writeFileSync(join(folder, 'log.sqlite'), Buffer.alloc(50_000, 'garbage'));
  await expect(repairs(folder, true)).resolves.toMatchObject([{ what: 'log', ok: false }]);
  expect(readFileSync(join(folder, 'log.sqlite'))).toEqual(Buffer.alloc(50_000, 'garbage'));
});
