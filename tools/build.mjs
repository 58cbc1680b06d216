/**
 * `node tools/build.mjs APP`: builds apps/APP into dist/apps/APP, a folder that runs by itself with `node main.js`. It holds the bundled code, the
 * files that the code reads, and in package.json and package-lock.json what it was made of. `page` builds the console's page alone.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { buildFolder, isFresh, PAGE, recordSources, sourcesOf } from './build/builds.mjs';
import { bundle } from './build/bundle.mjs';
import { licenceTexts } from './build/licence-texts.mjs';
import { buildPage } from './build/page.mjs';
import { prunedLockfile } from './build/pruned-lockfile.mjs';
import { root } from './node24.mjs';

/** How long parts of earlier builds stay. */
const KEPT_MS = 60 * 60_000;

const [name = ''] = process.argv.slice(2);
process.env.NODE_ENV = 'production';
if (name === PAGE) await buildThePage();
else await buildApp(name);

async function buildApp(app) {
  const entry = `apps/${app}/src/main.ts`;
  if (!existsSync(join(root, entry)))
    throw new Error(`there is no app "${app}"; usage: node tools/build.mjs APP, for one of apps/`);
  const folder = join(root, buildFolder(app));
  const partial = `${folder}.${process.pid}`;
  try {
    const { sources, packages, files } = await bundle(entry, partial);
    const holdsPage = files.has(buildFolder(PAGE));
    if (holdsPage && !isFresh(PAGE)) await buildThePage();
    for (const [path, fileName] of files) cpSync(join(root, path), join(partial, fileName), { recursive: true });
    writeManifests(partial, app, packages, hashOfSources([...sources, 'package-lock.json']));
    replace(folder, partial, 'main.js');
    recordSources(app, holdsPage ? [...sources, ...sourcesOf(PAGE)] : sources);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function buildThePage() {
  const folder = join(root, buildFolder(PAGE));
  const partial = `${folder}.${process.pid}`;
  try {
    const sources = await buildPage(partial);
    replace(folder, partial, 'index.html');
    recordSources(PAGE, sources);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * File by file, the main one last: what runs from an earlier build may still load a part of it, and parts have the hash of their content in their names.
 * Those of builds more than an hour ago go.
 */
function replace(folder, partial, main) {
  const files = readdirSync(partial, { recursive: true }).filter((file) => statSync(join(partial, file)).isFile());
  for (const file of files.toSorted((a, b) => Number(a === main) - Number(b === main))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    renameSync(join(partial, file), join(folder, file));
  }
  const parts = new Set(files.map((file) => file.split(sep)[0]));
  for (const file of readdirSync(folder).filter((each) => !parts.has(each)))
    if (isOld(join(folder, file))) rmSync(join(folder, file), { recursive: true, force: true });
}

/** What another build at the same time took away is old no more. */
function isOld(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.mtimeMs < Date.now() - KEPT_MS;
}

/** What the code was made of, as one hash: state that it keeps for itself is of this build. */
function hashOfSources(paths) {
  const hash = createHash('sha256');
  for (const path of paths.toSorted())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex').slice(0, 32);
}

function writeManifests(folder, app, packages, build) {
  const { version, license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const about = { name: `@contentflow/${app}`, version, build, private: true, type: 'module', license, engines };
  const { manifest, lock } = prunedLockfile(about, packages);
  for (const [file, content] of Object.entries({ 'package.json': manifest, 'package-lock.json': lock }))
    writeFileSync(join(folder, file), `${JSON.stringify(content, null, 2)}\n`);
  writeFileSync(join(folder, 'third-party-licences.txt'), licenceTexts(lock.packages));
}
