import type { CommandDefinition } from '../command-line/command.ts';
import { numeric } from '../command-line/options.ts';

export const simulateCommand: CommandDefinition = {
  name: 'simulate',
  description: 'a simulated day of all services on a virtual clock',
  examples: ['simulate --hours 6 --seed 5 --data day --output day.html'],
  configure: (to) =>
    to
      .addOption(numeric('--hours <n>', 'how long', { above: 0, most: 8784 }).default(24))
      .option('--seed <seed>', 'what all draws come from', '1')
      .option('--seeds <range>', 'many days, e.g. 1..50, in parallel processes; run again with --data, it goes on')
      .addOption(numeric('--jobs <n>', 'days at the same time', { least: 1, most: 1024, isWhole: true }))
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
      .option('--output <file>', 'the report; .html draws it, .md is text, else JSON')
      .option('--json', 'the report as JSON on standard output, where no file takes it')
      .option(
        '--baseline <name>',
        'no-learning: every lever only observed; literal: the specification’s rules word by word; several with --seeds, by commas',
      ),
  load: () => import('./simulate.ts'),
};
