import type { CommandDefinition } from '../command-line/command.ts';
import { config, data } from '../command-line/options.ts';

export const generateCommand: CommandDefinition = {
  name: 'generate',
  description: 'makes content for a file of briefs; run again, it goes on where it stopped',
  configure: (to) =>
    config(data(to))
      .requiredOption('--input <file>', 'briefs, JSONL or CSV')
      .requiredOption('--output <file>', 'contents, JSONL: one line out per line in')
      .option('--concurrency <n>', 'generations at once'),
  load: () => import('./generate.ts'),
};
