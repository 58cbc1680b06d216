/** `npm start [-- options of "contentflow start"]`: installs and builds the console when needed, then starts everything. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root, runNode24 } from './node24.mjs';

ensureInstalled();
if (!existsSync(join(root, 'apps/console/dist/index.html'))) {
  const built = runNode24(['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', 'apps/console']);
  if (built !== 0) process.exit(built);
}
process.argv.splice(2, 0, 'start');
await import('../apps/contentflow/bin/contentflow.mjs');
