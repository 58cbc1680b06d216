import { isContentFlowError, messageOf, usageError } from '@contentflow/kernel';
import { codeVersion, assertKnownEnvironment } from '@contentflow/nest-platform/environment';
import { Command, CommanderError, Option } from 'commander';
import { onLauncherExit } from './launchers.ts';

/** Bad usage, or something that a person can fix: one line, exit code 2. */
const BAD_USAGE = 2;
/** As after SIGTERM: 128 and its number. */
const TERMINATED = 143;

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

/** Commands are loaded when they are called: most of them need only a part of the system. */
const command = (
  name: string,
  description: string,
  configure: (command: Command) => Command,
  load: () => Promise<Run>,
): void => {
  configure(program.command(name).description(description)).action(async (...args: unknown[]) => {
    if (Number(process.versions.node.split('.')[0]) < 24)
      throw usageError(`needs Node 24, runs on ${process.version}`, 'use "npx contentflow"');
    const { run } = await load();
    const positional = args.slice(0, -2);
    const code = await run(args.at(-2) as object, ...(positional as string[]));
    process.exitCode = code ?? 0;
  });
};
interface Run {
  /** Its options are those that its command declares. */
  run(options: object, ...positional: string[]): Promise<number | void>;
}

const data = (to: Command): Command =>
  to.addOption(
    new Option('--data <dir>', "the embedded engine's folder").env('CONTENTFLOW_DATA').default('.contentflow/data'),
  );
/** A folder, or the brokers of a deployment: for commands that read its log alone. */
const log = (to: Command): Command =>
  data(to).option('--kafka <brokers>', 'Kafka brokers, separated by commas, instead of a folder');
/** A folder, or the servers of a deployment. */
const engine = (to: Command): Command => log(to).option('--mongo <uri>', 'MongoDB, with --kafka');
const config = (to: Command): Command =>
  to.addOption(new Option('--config <file>', 'the configuration file').env('CONTENTFLOW_CONFIG'));
const json = (to: Command): Command => to.option('--json', 'JSON on standard output');

command(
  'start',
  'starts all services and the console',
  (to) =>
    config(data(to))
      .option('--port <n>', 'where to listen; PORT, or 4000')
      .option('--host <address>', 'the address to listen at', '127.0.0.1')
      .option('--engine <name>', 'embedded, or kafka with --kafka and --mongo', 'embedded')
      .option('--kafka <brokers>', 'Kafka brokers, separated by commas; KAFKA_BROKERS')
      .option('--mongo <uri>', 'MongoDB; MONGO_URI')
      .option('--no-demo', 'without the simulated day')
      .option('--accept-loss', 'goes on where the log has lost what was seen of it, and says so in the log')
      .option('--world <world>', 'the world of the simulated day', 'default')
      .option(
        '--seed <seed>',
        'what all draws of the simulated day come from; another day at each start where left out',
      )
      .option('--speed <n>', 'virtual seconds of the simulated day for each real one', '180'),
  () => import('./commands/start.ts'),
);
command(
  'work',
  'one more generator on the same folder; started and stopped by the scaler',
  (to) => config(data(to)),
  () => import('./commands/work.ts'),
);
command(
  'generate',
  'makes content for a file of briefs; run again, it goes on where it stopped',
  (to) =>
    config(data(to))
      .requiredOption('--input <file>', 'briefs, JSONL or CSV')
      .requiredOption('--output <file>', 'contents, JSONL: one line out per line in')
      .option('--concurrency <n>', 'generations at once'),
  () => import('./commands/generate.ts'),
);
command(
  'simulate',
  'a simulated day of all services on a virtual clock',
  (to) =>
    to
      .option('--hours <n>', 'how long', '24')
      .option('--seed <seed>', 'what all draws come from', '1')
      .option('--seeds <range>', 'many days, e.g. 1..50, in parallel processes; run again with --data, it goes on')
      .option('--jobs <n>', 'days at the same time')
      .option(
        '--world <world>',
        'a world file, the name of a shipped world, or random:SEED for a drawn one; several with --seeds, by commas',
        'default',
      )
      .option('--arrivals <file>', 'a CSV whose first column is a time, instead of the world’s traffic')
      .option('--policy <file>', 'a policy, JSON')
      .option('--data <dir>', 'where the ledger stays; with --seeds, where the outcome of each day does')
      .option('--truth <file>', 'the truth of every generation, CSV')
      .option('--missed <file>', 'where the oracle’s gain went, and why, Markdown')
      .option('--output <file>', 'the report; .html draws it')
      .option(
        '--baseline <name>',
        'no-learning: every lever only observed; literal: the specification’s rules word by word; several with --seeds, by commas',
      ),
  () => import('./commands/simulate.ts'),
);
command(
  'sandbox',
  'the sandbox as an OpenAI-compatible server in real time (sandbox serve)',
  (to) =>
    to
      .argument('<action>', 'serve')
      .option('--world <world>', 'a world file or name', 'default')
      .option('--port <n>', 'where to listen', '4010'),
  () => import('./commands/sandbox.ts'),
);
command(
  'report',
  'how the system evolved, from any ledger',
  (to) => json(log(to)).option('--at <time>', 'as of this time').option('--output <file>', 'a file; .html draws it'),
  () => import('./commands/report.ts'),
);
command(
  'audit',
  'replays the log and recomputes every decision',
  (to) =>
    json(log(to))
      .option('--input <file>', 'an export, instead of a folder')
      .option('--policy <file>', 'what would have been decided under this policy'),
  () => import('./commands/audit.ts'),
);
command(
  'export',
  'writes what an audit needs',
  (to) =>
    log(to)
      .requiredOption('--output <file>', 'JSONL')
      .option('--topics <names>', 'all, or names separated by commas', 'all'),
  () => import('./commands/export.ts'),
);
command(
  'backup',
  'copies an installation while it runs',
  (to) => engine(to).requiredOption('--output <file>', 'a new folder; .tar, .tar.gz or .tgz for one file'),
  () => import('./commands/backup.ts'),
);
command(
  'restore',
  'fills an empty folder from a backup, and audits it',
  (to) => engine(to).argument('<backup>', 'what "contentflow backup" wrote'),
  () => import('./commands/restore.ts'),
);
command(
  'history',
  'what the system was at a time, and by which events',
  (to) =>
    json(log(to))
      .option('--at <time>', 'epoch seconds or ISO 8601; now when left out')
      .option('--content-type <name>', 'of this content type alone'),
  () => import('./commands/history.ts'),
);
command(
  'rebuild',
  'drops a read model and builds it from the log',
  (to) => engine(to).argument('<service>', 'generator, monitor, optimizer, feedback-learner, scaler or ledger'),
  () => import('./commands/rebuild.ts'),
);
command(
  'replay-dead-letters',
  'has events that were set aside taken in, now that their reason is fixed',
  (to) => engine(to).option('--consumer <name>', 'those of one service, fold or projection alone'),
  () => import('./commands/replay-dead-letters.ts'),
);
command(
  'backtest',
  "one component alone, on one's own history",
  (to) =>
    config(to)
      .argument(
        '<component>',
        'detect, forecast, scale, experiment, stream-experiment, ratings, engagement, routing, cache, quality or comments',
      )
      .requiredOption('--input <file>', 'rows in')
      .requiredOption('--output <file>', 'rows out')
      .option('--train <share>', 'learns from the first part of rows or groups')
      .option('--seed <n>', 'what draws come from', '1')
      .option('--probation <n>', 'detect: rows only to learn from')
      .option('--horizon <duration>', 'forecast, scale: how far ahead, e.g. 30m')
      .option('--from <share>', 'forecast, scale: where the tested part begins')
      .option('--capacity <n>', 'scale: load that one instance carries')
      .option('--start-delay <duration>', 'scale: until an instance has started')
      .option('--control <name>', 'stream-experiment: the control variant')
      .option('--shares <list>', 'stream-experiment: NAME=0.5,…')
      .option('--mode <mode>', 'cache: pairs or store', 'pairs')
      .option('--plot <file>', 'routing: draws the curve of quality over calls to the most expensive model, as HTML'),
  () => import('./commands/backtest.ts'),
);
const running = (to: Command): Command =>
  json(
    to
      .addOption(
        new Option('--url <url>', 'where ContentFlow listens').env('CONTENTFLOW_URL').default('http://127.0.0.1:4000'),
      )
      .addOption(new Option('--key <key>', 'where it asks for one').env('CONTENTFLOW_KEY'))
      .option('--by <name>', 'who says so, where no key does', 'operator'),
  );
command(
  'proposals',
  'what waits for a person (list), and the answer (approve ID, refuse ID)',
  (to) =>
    running(to)
      .argument('[action]', 'list, approve or refuse', 'list')
      .argument('[id]', 'of the proposal')
      .option('--reason <text>', 'why, for the ledger')
      .option('--status <status>', 'waiting, approved, queued, refused or all', 'waiting'),
  () => import('./commands/proposals.ts'),
);
command(
  'cancel',
  'ends a brief that has no result yet',
  (to) => running(to).argument('<id>', 'of the content').option('--reason <text>', 'why'),
  () => import('./commands/cancel.ts'),
);
command(
  'intervene',
  "a person's hand on a running system: pin, unpin, threshold, stop or restore",
  (to) =>
    running(to)
      .argument('<action>', 'pin, unpin, threshold, stop or restore')
      .argument('<target>', 'TYPE/LEVER of a pin; TYPE of a threshold; id of the experiment or improvement')
      .requiredOption('--reason <text>', 'why, for the ledger')
      .option('--threshold <score>', '0 to 10'),
  () => import('./commands/intervene.ts'),
);
command(
  'keys',
  'keys to the API: list, create, rotate ID, revoke ID',
  (to) =>
    json(log(to))
      .argument('[action]', 'list, create, rotate or revoke', 'list')
      .argument('[id]', 'of the key')
      .option('--name <name>', 'create: whose it is')
      .option('--scopes <names>', 'create: content, feedback, read, operate, admin; separated by commas')
      .option('--expires-in-days <n>', 'create: how long it holds; until it is revoked where left out')
      .option('--requests-per-minute <n>', 'create: how often it may ask')
      .option('--overlap-hours <n>', 'rotate: how long the old key still holds', '24')
      .option('--reason <text>', 'revoke: why', 'revoked')
      .option('--by <name>', 'who says so', 'operator'),
  () => import('./commands/keys.ts'),
);
command(
  'forget',
  'destroys the key of a person: what was said by them nobody can read any more',
  (to) =>
    json(engine(to)).argument('<subject>', 'the name they go by').option('--by <name>', 'who says so', 'operator'),
  () => import('./commands/forget.ts'),
);
command(
  'subject',
  'what is held of a person: export SUBJECT',
  (to) =>
    engine(to)
      .argument('<action>', 'export')
      .argument('<subject>', 'the name they go by')
      .option('--output <file>', 'JSON; standard output where left out'),
  () => import('./commands/subject.ts'),
);
command(
  'doctor',
  'what works, what does not, and the fix',
  (to) => json(config(data(to))).option('--fix', 'fixes what is safe to fix; never what was said in the log'),
  () => import('./commands/doctor.ts'),
);
command(
  'bench',
  'the benchmarks, as ratios against their baselines in the same run',
  (to) =>
    to
      .argument('[name]', 'one of them; all when left out')
      .option('--engine <name>', 'faults: embedded or kafka', 'embedded')
      .option('--crashes <n>', 'faults: how many', '20')
      .option('--seed <n>', 'faults: of the first round of twenty', '1')
      .option('--keep', 'faults: keeps the logs of rounds in which something did not hold'),
  () => import('./commands/bench.ts'),
);

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
