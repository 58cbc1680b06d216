import type { CommandDefinition } from '../command-line/command.ts';
import { engine, json } from '../command-line/options.ts';

export const restoreCommand: CommandDefinition = {
  name: 'restore',
  description: 'fills an empty folder from a backup, and audits it',
  examples: ['restore copy.tar.gz --data .contentflow/data'],
  configure: (to) => json(engine(to)).argument('<backup>', 'what "contentflow backup" wrote'),
  load: () => import('./restore.ts'),
};
