import type { CommandDefinition } from '../command-line/command.ts';
import { numeric, running } from '../command-line/options.ts';

export const feedbackCommand: CommandDefinition = {
  name: 'feedback',
  description: 'gives a running system what readers said, from a file; run again, nothing counts twice',
  examples: [
    'feedback --input ratings.csv',
    'feedback --input ratings.csv --check',
    'feedback --input survey.csv --columns article=content,score=nps',
  ],
  configure: (to) =>
    running(to)
      .requiredOption(
        '--input <file>',
        'CSV, JSON lines or a JSON list: content, one of rating, stars, thumbs and nps, and comment, edit, rater, id',
      )
      .option('--check', 'reads all of the file, says what is wrong with it, and gives nothing')
      .option(
        '--columns <names>',
        'columns of other names: NAME=FIELD, … (article=content,score=nps); others are passed by with "-"',
      )
      .addOption(numeric('--concurrency <n>', 'rows under way at once', { least: 1, most: 256, isWhole: true })),
  load: () => import('./feedback.ts'),
};
