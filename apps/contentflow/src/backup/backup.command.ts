import type { CommandDefinition } from '../command-line/command.ts';
import { engine } from '../command-line/options.ts';

export const backupCommand: CommandDefinition = {
  name: 'backup',
  description: 'copies an installation while it runs',
  configure: (to) => engine(to).requiredOption('--output <file>', 'a new folder; .tar, .tar.gz or .tgz for one file'),
  load: () => import('./backup.ts'),
};
