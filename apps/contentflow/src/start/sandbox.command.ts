import { PORTS } from '@contentflow/kernel';
import type { CommandDefinition } from '../command-line/command.ts';
import { numeric } from '../command-line/options.ts';

export const sandboxCommand: CommandDefinition = {
  name: 'sandbox',
  description: 'the sandbox as an OpenAI-compatible server in real time (sandbox serve)',
  examples: ['sandbox serve --port 4010'],
  configure: (to) =>
    to
      .argument('<action>', 'serve')
      .option('--world <world>', 'a world file or name', 'default')
      .addOption(numeric('--port <n>', 'where to listen', PORTS).default(4010)),
  load: () => import('./sandbox.ts'),
};
