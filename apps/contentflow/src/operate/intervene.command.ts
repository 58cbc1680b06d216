import type { CommandDefinition } from '../command-line/command.ts';
import { numeric, running } from '../command-line/options.ts';

export const interveneCommand: CommandDefinition = {
  name: 'intervene',
  description: "a person's hand on a running system: pin, unpin, threshold, stop or restore",
  examples: [
    "intervene pin email/model --reason 'we agreed on it'",
    "intervene threshold email --threshold 7.5 --reason 'readers complain'",
  ],
  configure: (to) =>
    running(to)
      .argument('<action>', 'pin, unpin, threshold, stop or restore')
      .argument('<target>', 'TYPE/LEVER of a pin; TYPE of a threshold; id of the experiment or improvement')
      .requiredOption('--reason <text>', 'why, for the ledger')
      .addOption(numeric('--threshold <score>', 'of quality', { least: 0, most: 10 })),
  load: () => import('./intervene.ts'),
};
