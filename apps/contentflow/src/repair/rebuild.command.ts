import type { CommandDefinition } from '../command-line/command.ts';
import { engine, json } from '../command-line/options.ts';

export const rebuildCommand: CommandDefinition = {
  name: 'rebuild',
  description: 'drops a read model and builds it from the log',
  examples: ['rebuild generator'],
  configure: (to) =>
    json(engine(to)).argument('<service>', 'generator, monitor, optimizer, feedback-learner, scaler or ledger'),
  load: () => import('./rebuild.ts'),
};
