import { UNFINISHED_RESTORE } from '@contentflow/kernel';
import { openEmbeddedPlatform } from '@contentflow/nest-platform';
import { openSimulatedDay } from '@contentflow/simulated-day';
import { parseWorld } from '@contentflow/simulation';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderForSimulatedDay } from './simulated-folder.ts';

describe('the folder of a simulated day', () => {
  let parent: string;
  let data: string;
  let folder: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'simulated-folder-'));
    data = join(parent, 'data');
    folder = join(parent, 'simulated-day');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('need not be there, and may be empty', () => {
    expect(folderForSimulatedDay(data)).toEqual({ folder, leftAlone: [] });
    mkdirSync(folder);
    expect(folderForSimulatedDay(data)).toEqual({ folder, leftAlone: [] });
    expect(existsSync(folder)).toBe(false);
  });

  it('is emptied of the day before', async () => {
    const day = await openSimulatedDay({ world: parseWorld({}), seed: '1', folder });
    await day.close();
    expect(readdirSync(folder)).toContain('log.sqlite');
    expect(folderForSimulatedDay(data)).toEqual({ folder, leftAlone: [] });
    expect(existsSync(folder)).toBe(false);
  });

  it('is emptied of a morning that was not unpacked to its end', () => {
    mkdirSync(join(folder, UNFINISHED_RESTORE), { recursive: true });
    expect(folderForSimulatedDay(data)).toEqual({ folder, leftAlone: [] });
    expect(existsSync(folder)).toBe(false);
  });

  it('is another where an installation, or a day of an earlier release, is in it', async () => {
    const platform = await openEmbeddedPlatform(folder, 1000);
    await platform.close();
    const before = readdirSync(folder);
    expect(folderForSimulatedDay(data)).toEqual({ folder: `${folder}-2`, leftAlone: [folder] });
    expect(readdirSync(folder)).toEqual(before);
  });

  it('is another where anything else is in it, as often as that is so', () => {
    for (const name of [folder, `${folder}-2`]) {
      mkdirSync(name);
      writeFileSync(join(name, 'novel.txt'), 'of somebody');
    }
    expect(folderForSimulatedDay(data)).toEqual({ folder: `${folder}-3`, leftAlone: [folder, `${folder}-2`] });
    expect(readdirSync(folder)).toEqual(['novel.txt']);
  });
});
