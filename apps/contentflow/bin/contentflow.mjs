#!/usr/bin/env node
/** The command line: its build, made first where the sources have changed, on the Node 24 that came with the project, whatever Node is on the path. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { pathToFileURL } from 'node:url';
import { builtMain } from '../../../tools/build/builds.mjs';
import { launchers } from '../../../tools/launchers.mjs';
import { compileCache, ensureInstalled, node24, preparedMornings, root } from '../../../tools/node24.mjs';

/** Who started this process, asked before anything takes long. */
const startedBy = launchers();
ensureInstalled();
const command = process.argv.slice(2);
// Benchmarks measure the checkout, not what is shipped of it.
const main = command[0] === 'bench' ? undefined : builtMain('contentflow');
if (main && isAboutUsage(command)) await import(pathToFileURL(main).href);
else run(main);

/** What any Node can answer, in this process. */
function isAboutUsage(words) {
  return (
    words.length === 0 ||
    words[0] === 'help' ||
    words.some((word) => ['--help', '-h', '--version', '-V'].includes(word))
  );
}

function run(main) {
  const graceS = Number(process.env.CONTENTFLOW_GRACE_S) || 8;
  const source = [
    '--import',
    new URL('../../../tools/register.mjs', import.meta.url).href,
    `${root}/apps/contentflow/src/main.ts`,
  ];
  const args = [
    '--no-warnings',
    // A heap that is collected before it fills the machine: what is live is a fraction of it. Of what is new, most is gone before 32 MB are made.
    '--max-old-space-size=768',
    '--max-semi-space-size=32',
    // A day is over in a minute, and sooner audited: nothing is gained by collecting what it leaves on the way up to this.
    ...(['simulate', 'audit'].includes(command[0]) ? ['--initial-heap-size=512'] : []),
    ...(main ? [main] : source),
  ];
  // The child watches those above it, since none of them takes it along when it is killed.
  const env = {
    NODE_COMPILE_CACHE: compileCache,
    CONTENTFLOW_PREPARED: preparedMornings,
    ...process.env,
    CONTENTFLOW_LAUNCHERS: startedBy.join(),
  };
  const child = spawn(node24(), [...args, ...command], { stdio: 'inherit', env });
  let end;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])
    process.on(signal, () => {
      child.kill(signal);
      // Its own grace has passed: whatever it is busy with, it hears no signal.
      end ??= setTimeout(() => child.kill('SIGKILL'), 1000 * (graceS + 2)).unref();
    });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
