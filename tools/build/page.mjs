/** Builds the console's page. */
import { isAbsolute, join, relative } from 'node:path';
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
  const modules = output
    .flatMap(({ moduleIds = [] }) => moduleIds)
    .filter((id) => isAbsolute(id) && !id.includes('node_modules'));
  const paths = modules.map((id) => relative(root, id.split('?')[0]));
  return [...new Set([...paths, 'apps/console/index.html', 'apps/console/vite.config.ts'])].toSorted();
}
