import type { CommandDefinition } from '../command-line/command.ts';
import { json, log } from '../command-line/options.ts';

export const exportCommand: CommandDefinition = {
  name: 'export',
  description: 'writes what an audit needs',
  examples: ['export --output ledger.jsonl.gz'],
  configure: (to) =>
    json(log(to))
      .requiredOption('--output <file>', 'JSONL, packed where it ends in .gz')
      .option('--topics <names>', 'all, or names separated by commas', 'all'),
  load: () => import('./export.ts'),
};
