import type { CommandDefinition } from '../command-line/command.ts';
import { config, data, json, numeric } from '../command-line/options.ts';

export const generateCommand: CommandDefinition = {
  name: 'generate',
  description: 'makes content for a file of briefs; run again, it goes on where it stopped',
  examples: [
    'generate --input briefs.csv --output content.jsonl',
    'generate --input briefs.csv --check',
    'generate --input shop.csv --output content.jsonl --columns title=topic,sku=metadata.sku',
  ],
  configure: (to) =>
    json(config(data(to)))
      .requiredOption('--input <file>', 'briefs, JSONL or CSV')
      .option('--output <file>', 'contents, JSONL: one line out per line in')
      .option('--check', 'reads all of the file, says what is wrong with it, and makes nothing')
      .option(
        '--columns <names>',
        'columns of other names: FIELD of the brief by NAME=FIELD, … (title=topic,sku=metadata.sku); "metadata" takes all that are not known as metadata.NAME',
      )
      .addOption(numeric('--concurrency <n>', 'generations at once', { least: 1, most: 10_000, isWhole: true })),
  load: () => import('./generate.ts'),
};
