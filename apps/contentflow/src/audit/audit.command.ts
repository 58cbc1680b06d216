import type { CommandDefinition } from '../command-line/command.ts';
import { json, log } from '../command-line/options.ts';

export const auditCommand: CommandDefinition = {
  name: 'audit',
  description: 'replays the log and recomputes every decision',
  examples: [
    'audit --data .contentflow/data',
    'audit --since-last',
    'audit --input ledger.jsonl --public-key keys.pem',
  ],
  configure: (to) =>
    json(log(to))
      .option('--input <file>', 'an export, instead of a folder')
      .option('--public-key <file>', "the keys that are known to be the installation's, as PEM")
      .option('--checkpoint <file>', 'a checkpoint that was kept elsewhere')
      .option('--allow-unsigned', 'take an export whose end nobody signed')
      .option(
        '--since-last',
        'only what came since the last audit of the folder that was kept; all of it where that cannot be told',
      )
      .option('--policy <file>', 'what would have been decided under this policy'),
  load: () => import('./audit.ts'),
};
