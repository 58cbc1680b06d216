#!/usr/bin/env node
/** Runs the command line on the Node 24 that came with the project, whatever Node is on the path. */
import { spawn } from 'node:child_process';
import { ensureInstalled, node24, root } from '../../../tools/node24.mjs';

ensureInstalled();
const register = new URL('../../../tools/register.mjs', import.meta.url).href;
const command = process.argv.slice(2);
// A heap that is collected before it fills the machine: what is live is a fraction of it. Of what is new, most is gone before 32 MB are made.
const args = [
  '--no-warnings',
  '--max-old-space-size=768',
  '--max-semi-space-size=32',
  // A day is over in a minute: nothing is gained by collecting what it leaves on the way up to this.
  ...(command[0] === 'simulate' ? ['--initial-heap-size=512'] : []),
  '--import',
  register,
  `${root}/apps/contentflow/src/main.ts`,
];
const child = spawn(node24(), [...args, ...command], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
