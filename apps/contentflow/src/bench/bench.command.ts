import type { CommandDefinition } from '../command-line/command.ts';
import { numeric } from '../command-line/options.ts';

export const benchCommand: CommandDefinition = {
  name: 'bench',
  description: 'the benchmarks, as ratios against their baselines in the same run',
  examples: ['bench', 'bench faults --crashes 5'],
  configure: (to) =>
    to
      .argument('[name]', 'one of them; all when left out')
      .option('--engine <name>', 'faults: embedded or kafka', 'embedded')
      .addOption(numeric('--crashes <n>', 'faults: how many', { least: 1, most: 100_000, isWhole: true }).default(20))
      .addOption(numeric('--seed <n>', 'faults: of the first round of twenty', { least: 0, isWhole: true }).default(1))
      .option(
        '--keep',
        'faults: keeps the logs of rounds in which something did not hold; rolling-upgrade: the checkout',
      )
      .option(
        '--from <commit>',
        'rolling-upgrade: what is rolled from, or the folder of a checkout; the sources as they are when left out',
      )
      .option('--reverse', 'rolling-upgrade: from the sources as they are back to that commit')
      .option(
        '--kubeconfig <file>',
        'rolling-upgrade: of a control plane without nodes; the chart is installed there by HELM, and its pods are processes here',
      )
      .option('--at-once', 'rolling-upgrade: all apps by one upgrade, not one after the other'),
  load: () => import('./bench.ts'),
};
