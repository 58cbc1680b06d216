/** The part of the workspace's lockfile that an app is made of, as a lockfile of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../node24.mjs';

const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

/**
 * @param {{ name: string, version: string }} manifest  of the app
 * @param {string[]} bundled                            what its code came from, as the lockfile names it: `node_modules/zod`
 * @returns the manifest with the dependencies that we ask for ourselves, at their exact versions, and the lockfile that `npm ci` accepts for it
 */
export function prunedLockfile(manifest, bundled) {
  const { packages, lockfileVersion } = read('package-lock.json');
  const asked = Object.entries(read('package.json').dependencies).filter(([name]) =>
    bundled.includes(`node_modules/${name}`),
  );
  const pinned = { ...manifest, dependencies: Object.fromEntries(asked) };
  const needed = new Map();
  for (const [name] of asked) need(packages, needed, '', name);
  const sorted = [...needed].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { name, version, dependencies } = pinned;
  return {
    manifest: pinned,
    lock: {
      name,
      version,
      lockfileVersion,
      requires: true,
      packages: { '': { name, version, dependencies }, ...Object.fromEntries(sorted) },
    },
  };
}

/** A package and, in turn, what it depends on, each where Node finds it. */
function need(packages, needed, from, name) {
  const path = nearest(packages, from, name);
  if (path === undefined) throw new Error(`package-lock.json holds no "${name}" for ${from}: run npm install`);
  if (needed.has(path)) return;
  const { dev: _dev, peer: _peer, ...entry } = packages[path];
  needed.set(path, entry);
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = entry;
  for (const each of Object.keys(dependencies)) need(packages, needed, path, each);
  for (const each of Object.keys(peerDependencies))
    if (!peerDependenciesMeta[each]?.optional || nearest(packages, path, each)) need(packages, needed, path, each);
  for (const each of Object.keys(optionalDependencies))
    if (nearest(packages, path, each)) need(packages, needed, path, each);
}

/** From the package's own `node_modules` upwards. */
function nearest(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder}${folder === '' ? '' : '/'}node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === '') return undefined;
  }
}
