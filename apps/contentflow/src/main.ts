import { isContentFlowError, messageOf } from '@contentflow/kernel';
import { codeVersion, assertKnownEnvironment } from '@contentflow/nest-platform/environment';
import { Command, CommanderError } from 'commander';
import { declare } from './command-line/command.ts';
import { onLauncherExit } from './command-line/launchers.ts';
import { commands } from './commands.ts';

/** Bad usage, or something that a person can fix: one line, exit code 2. */
const BAD_USAGE = 2;
/** As after SIGTERM: 128 and its number. */
const TERMINATED = 143;

// What is written is its owner's alone, in a folder that others may enter too.
process.umask(0o077);
// Whoever read what is printed may be gone, or its disk full: no reason to end, nor to stop ending.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
// Whoever started this process is gone: a server stops as for a signal, and what is no server, or not yet, ends as by one.
process.once('disconnect', () => {
  if (process.listenerCount('disconnect') === 0) process.exit(TERMINATED);
});
onLauncherExit(() => process.emit('disconnect'));

const program = new Command('contentflow')
  .description('Content generation that watches, tests and improves itself, and can prove every decision it took.')
  .version(codeVersion)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'contentflow: ')) });

for (const each of commands) declare(program, each);

/** No await at the top: in the build a command may share code with this file, and would wait for it while it waits for the command. */
async function main(): Promise<void> {
  try {
    assertKnownEnvironment(process.env);
    const [name] = process.argv.slice(2);
    // The help of a command that does not exist is not that of all the others.
    if (
      name !== undefined &&
      /^\w/.test(name) &&
      name !== 'help' &&
      !program.commands.some((each) => each.name() === name)
    )
      program.error(`error: unknown command '${name}'`);
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : BAD_USAGE;
    } else if (isContentFlowError(error)) {
      console.error(`contentflow: ${error.message.replaceAll('\n', ' ')}`);
      process.exitCode = BAD_USAGE;
    } else {
      console.error(`contentflow: ${messageOf(error)}`);
      if (process.env['LOG_LEVEL'] === 'debug') console.error(error);
      process.exitCode = 1;
    }
  }
  if (process.exitCode !== undefined && process.exitCode !== 0) process.exit();
}
void main();
