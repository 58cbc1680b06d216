import type { CommandDefinition } from '../command-line/command.ts';
import { running } from '../command-line/options.ts';

export const cancelCommand: CommandDefinition = {
  name: 'cancel',
  description: 'ends a brief that has no result yet',
  examples: ["cancel ID --reason 'nobody wants it any more'"],
  configure: (to) => running(to).argument('<id>', 'of the content').option('--reason <text>', 'why'),
  load: () => import('./cancel.ts'),
};
