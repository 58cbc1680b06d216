/** Finds the Node 24 that npm installed with the project, whatever Node the host has, and runs it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, 'node_modules/.cache/contentflow');
/** Where V8 keeps what it has compiled. */
export const compileCache = join(cache, 'compiled');
/** Where a build keeps the morning that its demo opens on, unpacked and folded. */
export const preparedMornings = join(cache, 'mornings');

/** Installs from the lockfile when the dependencies are not there yet. */
export function ensureInstalled() {
  if (existsSync(join(root, 'node_modules', '.package-lock.json'))) return;
  // What a command prints may be read by a program.
  console.error('Installing dependencies from the lockfile …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error('contentflow: the dependencies could not be installed; run "npm ci" to see why');
    process.exit(1);
  }
}

/** @returns the path of a Node that is at least version 24. */
export function node24() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const packaged = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  console.error(
    `contentflow: needs Node 24, found ${process.version} and no packaged one for ${name}; install Node 24 or run "npm ci"`,
  );
  process.exit(1);
}

/** Runs Node 24 with these arguments in the project's root and waits. @returns its exit code */
export function runNode24(args, options = {}) {
  const node = node24();
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
  const { status, signal } = spawnSync(node, args, { cwd: root, stdio: 'inherit', env, ...options });
  return status ?? (signal ? 1 : 0);
}
