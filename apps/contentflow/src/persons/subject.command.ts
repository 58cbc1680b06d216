import type { CommandDefinition } from '../command-line/command.ts';
import { engine } from '../command-line/options.ts';

export const subjectCommand: CommandDefinition = {
  name: 'subject',
  description: 'what is held of a person: export SUBJECT',
  examples: ['subject export ada@example.com --output ada.json'],
  configure: (to) =>
    engine(to)
      .argument('<action>', 'export')
      .argument('<subject>', 'the name they go by')
      .option('--output <file>', 'JSON; standard output where left out'),
  load: () => import('./subject.ts'),
};
