import type { CommandDefinition } from '../command-line/command.ts';
import { config } from '../command-line/options.ts';

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
      .option('--train <share>', 'learns from the first part of rows or groups')
      .option('--seed <n>', 'what draws come from', '1')
      .option('--probation <n>', 'detect: rows only to learn from')
      .option('--horizon <duration>', 'forecast, scale: how far ahead, e.g. 30m')
      .option('--from <share>', 'forecast, scale: where the tested part begins')
      .option('--capacity <n>', 'scale: load that one instance carries')
      .option('--start-delay <duration>', 'scale: until an instance has started')
      .option('--unserved-cost <n>', 'scale: of load that is not served, in that of capacity which idles (7)')
      .option('--control <name>', 'stream-experiment: the control variant')
      .option('--shares <list>', 'stream-experiment: NAME=0.5,…')
      .option('--mode <mode>', 'cache: pairs or store', 'pairs')
      .option('--topics <n>', 'routing: so many topics of the prompts, each scored by what was learned from others')
      .option('--cost <target>', 'routing: mean cost of a prompt that is never passed, in the unit of the costs')
      .option('--plot <file>', 'routing: draws the curve of quality over calls to the most expensive model, as HTML'),
  load: () => import('./run-backtest.ts'),
};
