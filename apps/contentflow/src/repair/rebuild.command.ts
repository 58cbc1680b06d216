import type { CommandDefinition } from '../command-line/command.ts';
import { engine } from '../command-line/options.ts';

export const rebuildCommand: CommandDefinition = {
  name: 'rebuild',
  description: 'drops a read model and builds it from the log',
  configure: (to) =>
    engine(to).argument('<service>', 'generator, monitor, optimizer, feedback-learner, scaler or ledger'),
  load: () => import('./rebuild.ts'),
};
