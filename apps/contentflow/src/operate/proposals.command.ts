import type { CommandDefinition } from '../command-line/command.ts';
import { running } from '../command-line/options.ts';

export const proposalsCommand: CommandDefinition = {
  name: 'proposals',
  description: 'what waits for a person (list), and the answer (approve ID, refuse ID)',
  examples: ['proposals', "proposals approve ID --reason 'worth a trial'"],
  configure: (to) =>
    running(to)
      .argument('[action]', 'list, approve or refuse', 'list')
      .argument('[id]', 'of the proposal')
      .option('--reason <text>', 'why, for the ledger')
      .option('--status <status>', 'waiting, approved, queued, refused or all', 'waiting'),
  load: () => import('./proposals.ts'),
};
