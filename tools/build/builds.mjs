/** Where builds are, and whether one is of the sources as they are now. Read at every start of the command line: nothing heavy here. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, runNode24 } from '../node24.mjs';

/** The console's page, which two apps hold. */
export const PAGE = 'page';

/** The folder that is built, a path in the workspace. @param {string} name an app, or {@link PAGE} */
export const buildFolder = (name) => (name === PAGE ? 'apps/console/dist' : `dist/apps/${name}`);
const mainFile = (name) => join(root, buildFolder(name), name === PAGE ? 'index.html' : 'main.js');
/** Not in the build, since it speaks of this checkout: what each source was when it was built. */
const recordFile = (name) => join(root, 'dist', `${name}.sources.json`);

/** What builds, and with what. */
const TOOLS = [
  'package-lock.json',
  'tools/build.mjs',
  'tools/build/bundle.mjs',
  'tools/build/page.mjs',
  'tools/build/pruned-lockfile.mjs',
];

/** Remembers what a build was made of. @param {Iterable<string>} sources paths in the workspace */
export function recordSources(name, sources) {
  const paths = new Set([...TOOLS, ...sources]);
  const record = Object.fromEntries([...paths].map((path) => [path, { ...stampOf(path), hash: hashOf(path) }]));
  mkdirSync(dirname(recordFile(name)), { recursive: true });
  writeFileSync(recordFile(name), JSON.stringify(record));
}

/** What a build was made of. @returns {string[]} paths in the workspace */
export const sourcesOf = (name) => Object.keys(readRecord(name));

/** Whether the build is of the sources as they are now: by size and time where those are as they were, else by content. */
export function isFresh(name) {
  if (!existsSync(mainFile(name)) || !existsSync(recordFile(name))) return false;
  const record = Object.entries(readRecord(name));
  const touched = record.filter(([path, was]) => !isSame(was, stampOf(path)));
  if (touched.some(([path, { hash }]) => hashOf(path) !== hash)) return false;
  // The same text at another time, as after a checkout: noted, so that the next start need not read it.
  if (touched.length > 0) recordSources(name, sourcesOf(name));
  return true;
}

/**
 * @returns {string | undefined} the main file of the build of the sources as they are now, built first where it is not there; nothing
 *   where it cannot be built, and the program runs from source
 */
export function builtMain(app) {
  if (isFresh(app)) return mainFile(app);
  console.error(`Building ${app} …`);
  if (runNode24(['tools/build.mjs', app], { stdio: ['ignore', 'ignore', 'inherit'] }) === 0) return mainFile(app);
  console.error(`contentflow: ${app} could not be built; it runs from source`);
  return undefined;
}

const readRecord = (name) => JSON.parse(readFileSync(recordFile(name), 'utf8'));

function stampOf(path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  return { size: stats?.size, mtimeMs: stats?.mtimeMs };
}
const isSame = (was, now) => was.size === now.size && was.mtimeMs === now.mtimeMs;
const hashOf = (path) =>
  existsSync(join(root, path))
    ? createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex')
    : '';
