import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtProgram, root } from '../built-program.ts';

const execute = promisify(execFile);

/** What is deployed, in the order in which it is rolled: who gives decisions their order first, who is asked last. */
export const APPS = ['ledger', 'monitor', 'optimizer', 'feedback-learner', 'scaler', 'generator', 'entry'] as const;
export type App = (typeof APPS)[number];

/** One release of all apps. */
export interface AppBuilds {
  /** What its decisions are recorded under; the release's own version where left out. */
  readonly codeVersion?: string;
  /** The main file of each. */
  main(app: App): string;
}

/** The builds of the sources as they are, copied, since the checkout may change before a run is over. */
export function currentBuilds(folder: string): AppBuilds {
  for (const app of APPS) {
    builtProgram(app);
    cpSync(join(root, 'dist/apps', app), join(folder, app), { recursive: true });
  }
  return { main: (app) => join(folder, app, 'main.js') };
}

/**
 * Builds a commit in a checkout of its own.
 * @param folder  where the checkout goes; a checkout that is there is built anew where a build is missing
 */
export async function buildsOf(commit: string, folder: string): Promise<AppBuilds> {
  if (!existsSync(folder)) {
    await execute('git', ['worktree', 'add', '--detach', folder, commit], { cwd: root });
    await install(folder);
  }
  const mainOf = (app: App): string => join(folder, 'dist/apps', app, 'main.js');
  for (const app of APPS)
    if (!existsSync(mainOf(app))) await execute(process.execPath, ['tools/build.mjs', app], { cwd: folder });
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const { stdout } = await execute('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder });
  return { codeVersion: `${version}-${stdout.trim()}`, main: mainOf };
}

/** Takes the checkout away again. */
export const forgetCheckout = (folder: string): Promise<unknown> =>
  execute('git', ['worktree', 'remove', '--force', folder], { cwd: root });

/** The packages of this checkout by hard links where the lockfile is the same, else from the registry. */
async function install(folder: string): Promise<void> {
  const lockOf = (at: string): string => readFileSync(join(at, 'package-lock.json'), 'utf8');
  if (lockOf(folder) !== lockOf(root)) {
    await execute('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
    return;
  }
  const packages = readdirSync(join(root, 'node_modules')).filter((name) => name !== '.cache');
  await execute('mkdir', [join(folder, 'node_modules')]);
  const sources = packages.map((name) => join(root, 'node_modules', name));
  await execute('cp', ['-al', ...sources, join(folder, 'node_modules')]);
}
