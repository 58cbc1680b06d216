import type { CommandDefinition } from '../command-line/command.ts';

export const benchCommand: CommandDefinition = {
  name: 'bench',
  description: 'the benchmarks, as ratios against their baselines in the same run',
  examples: ['bench', 'bench faults --crashes 5'],
  configure: (to) =>
    to
      .argument('[name]', 'one of them; all when left out')
      .option('--engine <name>', 'faults: embedded or kafka', 'embedded')
      .option('--crashes <n>', 'faults: how many', '20')
      .option('--seed <n>', 'faults: of the first round of twenty', '1')
      .option(
        '--keep',
        'faults: keeps the logs of rounds in which something did not hold; rolling-upgrade: the checkout',
      )
      .option(
        '--from <commit>',
        'rolling-upgrade: what is rolled from, or the folder of a checkout; the sources as they are when left out',
      )
      .option('--reverse', 'rolling-upgrade: from the sources as they are back to that commit'),
  load: () => import('./bench.ts'),
};
