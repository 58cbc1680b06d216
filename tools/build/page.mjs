/** Builds the console's page. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { root } from '../node24.mjs';

/** @param {string} folder where it goes @returns {Promise<string[]>} the sources that it was made of, as paths in the workspace */
export async function buildPage(folder) {
  const { output } = await build({
    root: join(root, 'apps/console'),
    configFile: join(root, 'apps/console/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder },
  });
  pack(folder);
  const modules = output
    .flatMap(({ moduleIds = [] }) => moduleIds)
    .filter((id) => isAbsolute(id) && !id.includes('node_modules'));
  const paths = modules.map((id) => relative(root, id.split('?')[0]));
  return [...new Set([...paths, 'apps/console/index.html', 'apps/console/vite.config.ts'])].toSorted();
}

/** Beside each text a packed one: it is sent to whoever takes it, and packed once. */
function pack(folder) {
  for (const file of readdirSync(folder, { recursive: true }))
    if (/\.(html|js|css|svg)$/.test(file)) {
      const path = join(folder, file);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
}
