import type { CommandDefinition } from '../command-line/command.ts';
import { json, log } from '../command-line/options.ts';

export const historyCommand: CommandDefinition = {
  name: 'history',
  description: 'what the system was at a time, or what changed between two, and by which events',
  examples: ['history --content-type email', 'history --from 2026-01-05T09:00:00Z --to 2026-01-05T18:00:00Z'],
  configure: (to) =>
    json(log(to))
      .option('--at <time>', 'epoch seconds or ISO 8601; now when left out')
      .option('--from <time>', 'what differs from this time on')
      .option('--to <time>', 'until this one; now when left out')
      .option('--content-type <name>', 'of this content type alone'),
  load: () => import('./history.ts'),
};
