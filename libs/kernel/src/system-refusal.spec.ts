import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ContentFlowError } from './errors.ts';
import { systemRefusal } from './system-refusal.ts';

/** What the system, or SQLite, really throws. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

describe('what the system refuses', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'refusals-'));
    writeFileSync(join(folder, 'file'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each<[string, () => unknown, string]>([
    ['a folder that is read', () => readFileSync(folder), 'is a folder (EISDIR'],
    ['a file below a file', () => openSync(join(folder, 'file', 'x'), 'r'), 'lies below a file (ENOTDIR'],
    ['a name without end', () => openSync(join(folder, 'x'.repeat(300)), 'w'), 'has too long a name (ENAMETOOLONG'],
    [
      'a database where no folder is',
      () => new DatabaseSync(join(folder, 'no', 'x')),
      'cannot be opened (unable to open',
    ],
    ['what a disk takes no more of', () => writeFileSync('/dev/full', 'x'), 'has no room for more (ENOSPC'],
  ])('is said, with the place and the fix: %s', (_, work, says) => {
    const refusal = systemRefusal(thrownBy(work), '/the/place');
    expect(refusal).toMatchObject({ code: 'unreachable', fix: expect.stringMatching(/\w/) });
    expect(refusal?.message).toMatch(/^"\/.*; \w/);
    expect(refusal?.message).toContain(says);
  });

  it.each<[string, unknown]>([
    ['a database that is none', undefined],
    ['what is not there', Object.assign(new Error('ENOENT'), { code: 'ENOENT' })],
    ['an error of ours', new ContentFlowError('usage', 'is wrong')],
    ['a bug', new TypeError('x is undefined')],
    ['nothing', null],
    ['a word', 'EACCES'],
  ])('is nothing that others say: %s', (_, error) => {
    writeFileSync(join(folder, 'none'), 'no database, and long enough '.repeat(200));
    const thrown = error ?? thrownBy(() => new DatabaseSync(join(folder, 'none')).exec('PRAGMA quick_check'));
    expect(systemRefusal(error === null ? null : thrown)).toBeUndefined();
  });
});
