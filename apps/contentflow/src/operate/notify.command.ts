import type { CommandDefinition } from '../command-line/command.ts';
import { running } from '../command-line/options.ts';

export const notifyCommand: CommandDefinition = {
  name: 'notify',
  description: 'who is told of incidents, and whether that works: --test sends a message to each channel',
  examples: ['notify', 'notify --test', 'notify --test --channel on-call'],
  configure: (to) =>
    running(to)
      .option('--test', 'send a test; exit code 1 where a channel does not take it')
      .option('--channel <name>', 'with --test: this one alone'),
  load: () => import('./notify.ts'),
};
