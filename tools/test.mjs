/** `npm test [-- jest arguments]`: installs when needed, then every suite that can run here. */
import { runNode24, ensureInstalled } from './node24.mjs';

ensureInstalled();
process.exitCode = runNode24([
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
  ...process.argv.slice(2),
]);
