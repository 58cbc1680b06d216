import { isContentFlowError, messageOf, systemRefusal } from '@contentflow/kernel';
import { codeVersion, assertKnownEnvironment } from '@contentflow/nest-platform/environment';
import { nearestName } from '@contentflow/nest-platform/nearest-name';
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
  .configureOutput({ outputError: (text, write) => write(`${oneLine(text.replace(/^error: /, 'contentflow: '))}\n`) });

for (const each of commands) declare(program, each);

/** What a person has to do stands in one line. */
function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}

/** No await at the top: in the build a command may share code with this file, and would wait for it while it waits for the command. */
async function main(): Promise<void> {
  try {
    assertKnownEnvironment(process.env);
    const [name, topic] = process.argv.slice(2);
    // The help of a command that does not exist is not that of all the others.
    const asked = name === 'help' ? topic : name;
    const known = [...program.commands.map((each) => each.name()), 'help'];
    if (asked !== undefined && /^\w/.test(asked) && !known.includes(asked)) {
      const nearest = nearestName(asked, known);
      const meant = nearest === undefined ? '"contentflow --help" lists them' : `did you mean "${nearest}"?`;
      program.error(`error: unknown command '${asked}'; ${meant}`);
    }
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : BAD_USAGE;
    } else if (isContentFlowError(error) || systemRefusal(error)) {
      console.error(`contentflow: ${(systemRefusal(error) ?? (error as Error)).message.replaceAll('\n', ' ')}`);
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
