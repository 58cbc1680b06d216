import type { CommandDefinition } from '../command-line/command.ts';
import { engine, json } from '../command-line/options.ts';

export const forgetCommand: CommandDefinition = {
  name: 'forget',
  description: 'destroys the key of a person: what was said by them nobody can read any more',
  examples: ['forget ada@example.com'],
  configure: (to) =>
    json(engine(to)).argument('<subject>', 'the name they go by').option('--by <name>', 'who says so', 'operator'),
  load: () => import('./forget.ts'),
};
