import type { CommandDefinition } from '../command-line/command.ts';
import { json, log } from '../command-line/options.ts';

export const checkpointCommand: CommandDefinition = {
  name: 'checkpoint',
  description: 'the last signed checkpoint of the log, to be kept elsewhere',
  examples: ['checkpoint --output checkpoint.json'],
  configure: (to) =>
    json(log(to))
      .option('--output <file>', 'where to, instead of standard output')
      .option('--public-key', 'the key that signs, as PEM, instead')
      .option('--rotate-key', 'a new key for the folder, which the next start tells and signs with, instead'),
  load: () => import('./checkpoint.ts'),
};
