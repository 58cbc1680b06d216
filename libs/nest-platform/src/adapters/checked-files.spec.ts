import { until } from '@contentflow/kernel/testing';
import {
  copyFileSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CheckedFiles } from './checked-files.ts';
import { LaterCheck } from './later-check.ts';

describe('the files of a folder that were read through', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-checked-'));
    file = join(folder, 'log.sqlite');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA journal_mode = WAL; BEGIN; CREATE TABLE words (word TEXT)');
    const insert = database.prepare('INSERT INTO words VALUES (?)');
    for (let n = 0; n < 500; n++) insert.run(`a word of some length, the ${n}th`);
    database.exec('COMMIT');
    database.close();
    const first = new CheckedFiles(folder);
    expect(first.isUnchanged(file)).toBe(false);
    first.leave();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const isUnchanged = (): boolean => new CheckedFiles(folder).isUnchanged(file);
  const zeroed = (page: number): void => {
    const open = openSync(file, 'r+');
    writeSync(open, Buffer.alloc(4096), 0, 4096, page * 4096);
    closeSync(open);
  };

  it('are as they were left, also when they have only been read since', () => {
    expect(isUnchanged()).toBe(true);
    const database = new DatabaseSync(file, { readOnly: true });
    database.prepare('SELECT count(*) FROM words').get();
    database.close();
    expect(isUnchanged()).toBe(true);
  });

  it.each<[string, () => void]>([
    ['a page is zeroed', () => zeroed(2)],
    [
      'a page is zeroed and the time set back',
      () => {
        const { atime, mtime } = statSync(file);
        zeroed(2);
        utimesSync(file, atime, mtime);
      },
    ],
    ['it is cut short', () => truncateSync(file, 8192)],
    [
      'a copy stands in its place',
      () => {
        copyFileSync(file, `${file}.copy`);
        renameSync(`${file}.copy`, file);
      },
    ],
    ['it is gone', () => rmSync(file)],
    ['a process that was killed left a write-ahead log', () => writeFileSync(`${file}-wal`, 'x')],
    [
      'another release left it',
      () => {
        const place = join(folder, '.checked.json');
        writeFileSync(place, readFileSync(place, 'utf8').replace(/"code":"[^"]*"/, '"code":"0.0.1"'));
      },
    ],
    ['what was noted is no JSON', () => writeFileSync(join(folder, '.checked.json'), '{"code":')],
    ['nothing was noted', () => rmSync(join(folder, '.checked.json'))],
  ])('are not when %s', (_, harm) => {
    harm();
    expect(isUnchanged()).toBe(false);
  });

  it('are not noted while another process has them open', () => {
    const other = new DatabaseSync(file);
    other.exec("INSERT INTO words VALUES ('one more')");
    const checked = new CheckedFiles(folder);
    checked.isUnchanged(file);
    checked.leave();
    other.close();
    expect(isUnchanged()).toBe(false);
  });

  it('are read again later, in case the disk has changed them by itself: then it is told, and nothing is as it was left', async () => {
    zeroed(3);
    const checked = new CheckedFiles(folder);
    checked.isUnchanged(file);
    checked.leave();
    expect(isUnchanged()).toBe(true);

    const reported: unknown[] = [];
    const logger = { error: (what: unknown) => reported.push(what) };
    const check = new LaterCheck({ logFile: file, checked, logger: logger as never, fix: 'restore it', afterMs: 0 });
    check.add(file);
    const problem = await until(
      async () => check.problem(),
      (found) => found !== undefined,
    );
    await check.close();
    expect(problem).toMatch(/^log\.sqlite is damaged: /);
    expect(reported).toEqual([{ found: [problem] }]);
    expect(isUnchanged()).toBe(false);
    checked.leave();
    expect(isUnchanged()).toBe(false);
  });
});
