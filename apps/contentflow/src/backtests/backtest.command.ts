import type { CommandDefinition } from '../command-line/command.ts';
import type { NumberRange } from '@contentflow/kernel';
import { config, numeric, timeSpan } from '../command-line/options.ts';

const SHARE: NumberRange = { above: 0, below: 1 };

export const backtestCommand: CommandDefinition = {
  name: 'backtest',
  description: "one component alone, on one's own history",
  examples: ['backtest detect --input series.csv --output scores.csv --probation 600'],
  configure: (to) =>
    config(to)
      .argument(
        '<component>',
        'detect, forecast, scale, experiment, stream-experiment, ratings, engagement, routing, cache, quality or comments',
      )
      .requiredOption('--input <file>', 'rows in')
      .requiredOption('--output <file>', 'rows out')
      .addOption(numeric('--train <share>', 'learns from the first part of rows or groups', SHARE))
      .addOption(numeric('--seed <n>', 'what draws come from', { least: 0, isWhole: true }).default(1))
      .addOption(numeric('--probation <n>', 'detect: rows only to learn from', { least: 1, isWhole: true }))
      .addOption(timeSpan('--horizon <duration>', 'forecast, scale: how far ahead, e.g. 30m'))
      .addOption(numeric('--from <share>', 'forecast, scale: where the tested part begins', SHARE))
      .addOption(numeric('--capacity <n>', 'scale: load that one instance carries', { above: 0 }))
      .addOption(timeSpan('--start-delay <duration>', 'scale: until an instance has started'))
      .addOption(
        numeric('--unserved-cost <n>', 'scale: of load that is not served, in that of capacity which idles (7)', {
          above: 1,
        }),
      )
      .option('--control <name>', 'stream-experiment: the control variant')
      .option('--shares <list>', 'stream-experiment: NAME=0.5,…')
      .option('--mode <mode>', 'cache: pairs or store', 'pairs')
      .addOption(
        numeric('--topics <n>', 'routing: so many topics of the prompts, each scored by what was learned from others', {
          least: 2,
          isWhole: true,
        }),
      )
      .addOption(
        numeric('--cost <target>', 'routing: mean cost of a prompt that is never passed, in the unit of the costs', {
          least: 0,
        }),
      )
      .option('--plot <file>', 'routing: draws the curve of quality over calls to the most expensive model, as HTML'),
  load: () => import('./run-backtest.ts'),
};
