import type { CommandDefinition } from '../command-line/command.ts';

export const benchCommand: CommandDefinition = {
  name: 'bench',
  description: 'the benchmarks, as ratios against their baselines in the same run',
  configure: (to) =>
    to
      .argument('[name]', 'one of them; all when left out')
      .option('--engine <name>', 'faults: embedded or kafka', 'embedded')
      .option('--crashes <n>', 'faults: how many', '20')
      .option('--seed <n>', 'faults: of the first round of twenty', '1')
      .option('--keep', 'faults: keeps the logs of rounds in which something did not hold'),
  load: () => import('./bench.ts'),
};
