/**
 * `npm test [-- KIND…] [jest arguments]`: installs when needed, then every suite that can run here.
 * KIND is --unit, --integration, --contract, --e2e or --long, by the name of the file; without one it is all but --long,
 * simulations of many runs, and more cases of a kind, that CI requires; with --all it is every kind.
 */
import { runNode24, ensureInstalled } from './node24.mjs';

const filesOf = {
  unit: '**/!(*.integration|*.contract|*.e2e|*.long).spec.ts',
  integration: '**/*.integration.spec.ts',
  contract: '**/*.contract.spec.ts',
  e2e: '**/*.e2e.spec.ts',
  long: '**/*.long.spec.ts',
};
const kinds = Object.keys(filesOf);

const asked = process.argv.slice(2);
const named = asked.includes('--all') ? kinds : kinds.filter((kind) => asked.includes(`--${kind}`));
const wanted = named.length > 0 ? named : kinds.filter((kind) => kind !== 'long');
const ofJest = asked.filter((argument) => argument !== '--all' && !kinds.includes(argument.replace(/^--/, '')));

ensureInstalled();
process.exitCode = runNode24([
  '--no-warnings',
  // Before Jest, so that threads and workers find it too.
  '--import=./tools/register.mjs',
  'node_modules/jest/bin/jest.js',
  // Before the patterns, of which Jest would take a path after them for one more.
  ...ofJest,
  ...wanted.map((kind) => `--testMatch=${filesOf[kind]}`),
]);
