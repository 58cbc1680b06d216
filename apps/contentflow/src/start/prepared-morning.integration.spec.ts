import { topics } from '@contentflow/contracts';
import { canonicalJson, MINUTE_MS, partitionOfKey } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import type { Snapshots } from '@contentflow/nest-platform';
import { openSimulatedDay } from '@contentflow/simulated-day';
import { loadWorld } from '@contentflow/simulation';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMorning } from './morning.ts';
import { placeMorning, type Preparing } from './prepared-morning.ts';
import { folderForSimulatedDay } from './simulated-folder.ts';

describe('a morning that a build keeps, unpacked and folded', () => {
  const parent = mkdtempSync(join(tmpdir(), 'contentflow-prepared-'));
  const preparing: Preparing = { cache: join(parent, 'cache'), build: 'a build' };
  const morning = readMorning();
  let places = 0;
  afterAll(() => rmSync(parent, { recursive: true }));

  const kept = (): string[] => readdirSync(preparing.cache);
  const keptFile = (name: string): string => join(preparing.cache, kept()[0] as string, name);
  /** A new one is another file. */
  const made = (): number => statSync(keptFile('log.sqlite')).ino;
  const place = async (how: Preparing | undefined = preparing) => {
    const folder = join(parent, `${places++}`, 'simulated-day');
    return { folder, snapshots: await placeMorning(folder, morning, how) };
  };

  it('is made by the first start and copied by the next', async () => {
    const first = await place();
    const [names, file] = [kept(), made()];
    const second = await place();
    for (const { folder, snapshots } of [first, second]) {
      expect(await snapshots?.read('system-state')).toBeDefined();
      expect(readFileSync(join(folder, 'log.sqlite')).equals(readFileSync(keptFile('log.sqlite')))).toBe(true);
    }
    expect([kept(), made()]).toEqual([names, file]);
  });

  it('goes on as one that was unpacked and is folded', async () => {
    const copied = await place();
    const unpacked = await placedElsewhere();
    expect(unpacked.snapshots).toBeUndefined();
    const [one, other] = [await afternoonOf(copied), await afternoonOf(unpacked)];
    expect(one.events.length).toBeGreaterThan(20);
    expect(one.report).toEqual(other.report);
    expect(one.events.join('\n') === other.events.join('\n')).toBe(true);
  });

  it('is made anew where a byte of it is another', async () => {
    const [before, name] = [made(), 'snapshots/system-state.snapshot'];
    const whole = await (await place()).snapshots?.read('system-state');
    const bytes = readFileSync(keptFile(name));
    const at = Math.floor(bytes.length / 2);
    writeFileSync(keptFile(name), bytes.with(at, bytes[at]! ^ 1));
    const { folder, snapshots } = await place();
    expect(made()).not.toBe(before);
    expect(await snapshots?.read('system-state')).toEqual(whole);
    expect(readFileSync(join(folder, name)).equals(readFileSync(keptFile(name)))).toBe(true);
  });

  it('is of its build alone', async () => {
    const [before] = kept();
    const other = { ...preparing, build: 'another build' };
    expect(await (await place(other)).snapshots?.read('system-state')).toBeDefined();
    expect(kept()).toHaveLength(1);
    expect(kept()).not.toEqual([before]);
  });

  it('is not taken for whole where its making was killed', async () => {
    rmSync(preparing.cache, { recursive: true });
    const program = new URL('testing/place-morning.ts', import.meta.url).pathname;
    const at = join(parent, 'killed', 'simulated-day');
    const child = spawn(process.execPath, [...process.execArgv, program, at, preparing.cache, preparing.build], {
      stdio: 'inherit',
    });
    const ended = once(child, 'exit');
    await until(
      async () => existsSync(preparing.cache) && kept().some((name) => existsSync(keptFile(`../${name}/snapshots`))),
    );
    child.kill('SIGKILL');
    await ended;
    expect(kept()).toEqual([expect.stringMatching(/\.\d+$/)]);

    expect(await (await place()).snapshots?.read('system-state')).toBeDefined();
    expect(kept()).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
  });

  it('leaves a folder that the next start may take away, wherever it was killed', async () => {
    const { folder } = await place();
    for (const name of readdirSync(folder)) if (name !== 'signing.key') rmSync(join(folder, name), { recursive: true });
    expect(folderForSimulatedDay(join(folder, '../data'))).toEqual({ folder, leftAlone: [] });
  });

  it('is done without where nothing can be kept', async () => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const inTheWay = join(parent, 'in-the-way');
    writeFileSync(inTheWay, '');
    const { folder, snapshots } = await place({ ...preparing, cache: join(inTheWay, 'cache') });
    expect(snapshots).toBeUndefined();
    expect(existsSync(join(folder, 'log.sqlite'))).toBe(true);
    expect(told).toHaveBeenCalledWith(expect.stringContaining('is not kept'));
  });

  const placedElsewhere = () => {
    const folder = join(parent, `${places++}`, 'simulated-day');
    return placeMorning(folder, morning, undefined).then((snapshots) => ({ folder, snapshots }));
  };

  /** What is said and decided in the minutes after it. */
  async function afternoonOf({ folder, snapshots }: { folder: string; snapshots: Snapshots | undefined }) {
    const world = loadWorld(morning.world);
    const day = await openSimulatedDay({ world, seed: 'afternoon', folder, goesOnAtMs: morning.endsAtMs, snapshots });
    const names = topics.map(({ name }) => name);
    const before = await day.platform.log.ends(names);
    await day.run(10 * MINUTE_MS);
    const events: string[] = [];
    for (const [key, to] of Object.entries(await day.platform.log.ends(names)).toSorted())
      for await (const batch of day.platform.storedLog.read({ ...partitionOfKey(key), from: before[key] ?? 0, to }))
        events.push(...batch.map((event) => canonicalJson(event)));
    const { payload } = await day.app.inject({ url: '/v1/report' });
    await day.close();
    return { events, report: JSON.parse(payload) as unknown };
  }
});
