/** `node tools/build-client.mjs [FOLDER]`: the client as a package to publish or `npm install`, in dist/client where no folder is named. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root, runNode24 } from './node24.mjs';

const folder = resolve(process.argv[2] ?? join(root, 'dist/client'));
const manifestOf = (path) => JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
const { name, type, license, description, sideEffects } = manifestOf('libs/client');
const { version, engines, dependencies } = manifestOf('.');

rmSync(folder, { recursive: true, force: true });
const compiled = runNode24(['node_modules/ts7/bin/tsc', '-p', 'libs/client/tsconfig.build.json', '--outDir', folder]);
if (compiled !== 0) process.exit(compiled);
const manifest = {
  ...{ name, version, description, license, type, sideEffects, engines },
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  dependencies: { 'openapi-fetch': dependencies['openapi-fetch'] },
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
for (const [from, to] of [
  ['libs/client/README.md', 'README.md'],
  ['LICENSE', 'LICENSE'],
])
  cpSync(join(root, from), join(folder, to));
