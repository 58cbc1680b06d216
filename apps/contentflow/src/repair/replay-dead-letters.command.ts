import type { CommandDefinition } from '../command-line/command.ts';
import { engine, json } from '../command-line/options.ts';

export const replayDeadLettersCommand: CommandDefinition = {
  name: 'replay-dead-letters',
  description: 'has events that were set aside taken in, now that their reason is fixed',
  examples: ['replay-dead-letters'],
  configure: (to) => json(engine(to)).option('--consumer <name>', 'those of one service, fold or projection alone'),
  load: () => import('./replay-dead-letters.ts'),
};
