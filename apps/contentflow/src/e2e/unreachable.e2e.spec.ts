import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtProgram, cached } from '../built-program.ts';
import { type Ended, watched } from './testing/child.ts';
import { LeftFolders, logOf, readModelOf } from './testing/left-folder.ts';

/** Permissions hold nobody back who is root: then it is somebody else that works on the folder. */
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const asUser = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** What is closed to the process, and what a start says of it. */
const cases: [what: string, close: (data: string) => string, says: RegExp][] = [
  ['a log that may not be read', (data) => closed(logOf(data), 0), /may not be used by this user \(EACCES/],
  ['a log that may not be written', (data) => closed(logOf(data), 0o444), /may not be used by this user/],
  ['read models that may not be entered', (data) => closed(join(data, 'read-models'), 0), /may not be used/],
  ['read models that may not be written', (data) => closed(join(data, 'read-models'), 0o555), /may not be used/],
  ['one read model', (data) => closed(readModelOf(data, 'ledger'), 0), /may not be used by this user/],
  ['budgets', (data) => closed(join(data, 'budgets.sqlite'), 0), /may not be used by this user/],
  ['the signing key', (data) => closed(join(data, 'signing.key'), 0), /may not be used by this user/],
  ['snapshots', (data) => closed(join(data, 'snapshots'), 0o500), /may not be used by this user/],
  ['a folder in the place of the log', (data) => replaced(logOf(data), true), /is a folder/],
  ['a folder in the place of a read model', (data) => replaced(readModelOf(data, 'ledger'), true), /is a folder/],
  ['a file in the place of read models', (data) => replaced(join(data, 'read-models'), false), /is no folder/],
  ...(isRoot
    ? ([
        [
          'a read model of another',
          (data) => givenAway(readModelOf(data, 'ledger')),
          /belongs to user 0, this process to user 65534.*chown/,
        ],
        [
          'budgets of another',
          (data) => givenAway(join(data, 'budgets.sqlite')),
          /belongs to user 0, this process to user 65534.*chown/,
        ],
      ] as [string, (data: string) => string, RegExp][])
    : []),
];

function closed(path: string, mode: number): string {
  chmodSync(path, mode);
  return path;
}

function replaced(path: string, byFolder: boolean): string {
  rmSync(path, { recursive: true });
  if (byFolder) mkdirSync(path);
  else writeFileSync(path, '');
  if (isRoot) chownSync(path, NOBODY, NOBODY);
  return path;
}

function givenAway(path: string): string {
  chownSync(path, 0, 0);
  return path;
}

describe('what this process may not read or write', () => {
  const folders = new LeftFolders();
  beforeAll(async () => {
    await folders.open();
    await folders.makes(folders.at('whole'), 'a bottle');
    if (isRoot) chmodSync(folders.at('.'), 0o755);
  });
  afterAll(() => folders.close());

  /** A copy of its own, which belongs to who works on it. */
  function copy(name: string): string {
    const data = folders.copied('whole', name);
    if (isRoot)
      for (const path of ['.', ...readdirSync(data, { recursive: true }).map(String)])
        chownSync(join(data, path), NOBODY, NOBODY);
    return data;
  }

  function command(words: readonly string[], before = 'exec "$@"'): Promise<Ended> {
    const program = [process.execPath, '--no-warnings', builtProgram('contentflow'), ...words];
    return watched(
      spawn('sh', ['-c', before, 'sh', ...program], {
        ...asUser,
        cwd: folders.at('.'),
        env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...cached },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    ).ended;
  }
  const started = (data: string): string[] => ['start', '--data', data, '--port', '0', '--config', folders.config];

  it.each(cases)('is called what it is, and nothing is made anew for it: %s', async (what, close, says) => {
    const data = copy(what.replaceAll(' ', '-'));
    const path = close(data);
    const inode = statSync(path).ino;

    const { code, stderr } = await command(started(data));
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, lines: 1 });
    expect(stderr).toMatch(says);
    expect(stderr).toContain(`"${path}"`);
    expect(stderr).not.toMatch(/damaged|rebuil|accept-loss/);

    const { stdout } = await command(['doctor', '--fix', '--data', data, '--config', folders.config]);
    expect(stdout).toContain(path);
    expect(stdout).not.toMatch(/damaged/);
    // Opened again or left as it was, and never made anew.
    expect(statSync(path).ino).toBe(inode);
    expect(readdirSync(data).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  it('is called what it is where too many files are open', async () => {
    const { code, stderr } = await command(started(copy('few-files')), 'ulimit -n 26; exec "$@"');
    expect({ code, lines: stderr.trim().split('\n').length, stderr }).toEqual({ code: 2, lines: 1, stderr });
    expect(stderr).toMatch(/as many files open as it may.*ulimit -n|cannot be opened.*who may read and write/);
    expect(stderr).not.toMatch(/damaged/);
  });

  const canMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;
  (canMount ? it : it.skip)('is called what it is on what is mounted for reading alone', async () => {
    const data = copy('mounted');
    for (const place of ['.', 'read-models', 'snapshots']) {
      const mounted = join(data, place);
      const program = [process.execPath, '--no-warnings', builtProgram('contentflow'), ...started(data)];
      const { stderr, status } = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"', mounted, ...program],
        { encoding: 'utf8', env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...cached } },
      );
      expect({ status, lines: stderr.trim().split('\n').length, stderr }).toEqual({ status: 2, lines: 1, stderr });
      expect(stderr).toMatch(/read-only/);
      expect(stderr).not.toMatch(/damaged/);
    }
  });

  it('is read as before once it is open again', async () => {
    const data = copy('opened');
    const path = closed(readModelOf(data, 'ledger'), 0);
    const before = isRoot ? readFileSync(path) : undefined;
    expect(await command(['doctor', '--fix', '--data', data, '--config', folders.config])).toMatchObject({
      stdout: expect.stringMatching(/^works {3}permissions: .*its owner may again/m),
    });
    if (before) expect(readFileSync(path).equals(before)).toBe(true);
    expect(await command(['audit', '--data', data])).toMatchObject({ code: 0 });
  });
});
