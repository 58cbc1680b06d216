import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function nx(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/nx/dist/bin/nx.js', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return stdout;
}

describe('what Nx knows of the workspace', () => {
  it('an edit to the domain of the scaler affects the scaler, its app, and the command line with the libs that host all services', () => {
    const affected = nx('show', 'projects', '--affected', '--files=libs/scaler/src/domain/scaling.ts', '--json');
    expect((JSON.parse(affected) as string[]).toSorted()).toEqual([
      '@contentflow/cli',
      '@contentflow/scaler',
      '@contentflow/scaler-app',
      '@contentflow/services',
      '@contentflow/simulated-day',
    ]);
  }, 120_000);

  it('an app is checked, tested and built, and its build does not hang on tests', () => {
    const { targets } = JSON.parse(nx('show', 'project', '@contentflow/scaler-app', '--json')) as Project;
    expect(Object.keys(targets).toSorted()).toEqual(['build', 'lint', 'test', 'typecheck']);
    expect(targets['build']?.inputs).toEqual(expect.arrayContaining(['production', '^production']));
    expect(targets['build']?.cache).toBe(true);
  }, 120_000);
});

interface Project {
  readonly targets: Readonly<Record<string, { readonly inputs?: readonly string[]; readonly cache?: boolean }>>;
}
