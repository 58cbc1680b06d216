import type { CommandDefinition } from '../command-line/command.ts';
import { engine, json } from '../command-line/options.ts';

export const backupCommand: CommandDefinition = {
  name: 'backup',
  description: 'copies an installation while it runs',
  examples: ['backup --output copy.tar.gz'],
  configure: (to) =>
    json(engine(to)).requiredOption('--output <file>', 'a new folder; .tar, .tar.gz, .tgz or .tar.zst for one file'),
  load: () => import('./backup.ts'),
};
