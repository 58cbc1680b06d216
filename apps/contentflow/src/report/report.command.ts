import type { CommandDefinition } from '../command-line/command.ts';
import { json, log } from '../command-line/options.ts';

export const reportCommand: CommandDefinition = {
  name: 'report',
  description: 'how the system evolved, from any ledger',
  examples: ['report', 'report --output report.html', 'report --json'],
  configure: (to) =>
    json(log(to))
      .option('--at <time>', 'as of this time')
      .option('--output <file>', 'a file: .html draws it, .md is text, else JSON'),
  load: () => import('./report.ts'),
};
