import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { joinFolder, assertFolderUnused, processesOn } from './folder-processes.ts';

const program = fileURLToPath(new URL('../testing/folder-process.ts', import.meta.url));
const register = fileURLToPath(new URL('../../../../tools/register.mjs', import.meta.url));

describe('the processes on a data folder', () => {
  let folder: string;
  let children: ChildProcess[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-processes-'));
    children = [];
  });
  afterEach(async () => {
    for (const child of children) await killed(child);
    rmSync(folder, { recursive: true });
  });

  const started = async (...more: string[]): Promise<ChildProcess> => {
    const child = fork(program, [folder, ...more], { execArgv: ['--no-warnings', '--import', register] });
    children.push(child);
    await once(child, 'message');
    return child;
  };
  async function killed(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const files = () => readdirSync(join(folder, '.processes'));

  it('share it, and are told of each other', async () => {
    const [one, other] = [await started(), await started()];
    const { others, leave } = joinFolder(folder);
    expect(others.map(({ pid }) => pid).toSorted()).toEqual([one.pid, other.pid].toSorted());
    leave();
    expect(processesOn(folder)).toHaveLength(2);
  });

  it('are no more once killed, whatever program has their number by now', async () => {
    const child = await started();
    await killed(child);
    // Given what a process left that had the number of this one, which lives
    const left = new DatabaseSync(join(folder, '.processes', `${process.ppid}-left.sqlite`));
    left.exec('CREATE TABLE process (pid INTEGER, command TEXT, since INTEGER, alone INTEGER)');
    left.exec(`INSERT INTO process VALUES (${process.ppid}, 'contentflow simulate', 0, 1)`);
    left.close();
    const { others, leave } = joinFolder(folder, true);
    expect(others).toEqual([]);
    expect(files()).toHaveLength(1);
    leave();
    expect(files()).toEqual([]);
  });

  it('keep it when they are frozen', async () => {
    const child = await started();
    child.kill('SIGSTOP');
    expect(processesOn(folder)).toMatchObject([{ pid: child.pid }]);
  });

  it('let nobody in beside one that takes it for itself, and that one not in beside them', async () => {
    const child = await started('alone');
    const line = new RegExp(`is in use by process ${child.pid} \\(contentflow .*--data DIR`);
    expect(() => joinFolder(folder)).toThrow(line);
    expect(() => assertFolderUnused(folder)).toThrow(line);
    await killed(child);
    await started();
    expect(() => joinFolder(folder, true)).toThrow(/is in use by process/);
    expect(files()).toHaveLength(1);
  });
});
