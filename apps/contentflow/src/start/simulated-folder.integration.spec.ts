import { openEmbeddedPlatform } from '@contentflow/nest-platform';
import { openSimulatedDay } from '@contentflow/simulated-day';
import { parseWorld } from '@contentflow/simulation';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyForSimulatedDay } from './simulated-folder.ts';

describe('the folder of a simulated day', () => {
  let parent: string;
  let folder: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'simulated-folder-'));
    folder = join(parent, 'simulated-day');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('need not be there, and may be empty', () => {
    emptyForSimulatedDay(folder);
    mkdirSync(folder);
    emptyForSimulatedDay(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('is emptied of the day before', async () => {
    const day = await openSimulatedDay({ world: parseWorld({}), seed: '1', folder });
    await day.close();
    expect(readdirSync(folder)).toContain('log.sqlite');
    emptyForSimulatedDay(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('is left alone where it is an installation', async () => {
    const platform = await openEmbeddedPlatform(folder, 1000);
    await platform.close();
    const before = readdirSync(folder);
    expect(() => emptyForSimulatedDay(folder)).toThrow(
      expect.objectContaining({ code: 'configuration', field: '--data' }),
    );
    expect(readdirSync(folder)).toEqual(before);
  });

  it('is left alone where anything else is in it', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'novel.txt'), 'of somebody');
    expect(() => emptyForSimulatedDay(folder)).toThrow(/something else is/);
    expect(readdirSync(folder)).toEqual(['novel.txt']);
  });
});
