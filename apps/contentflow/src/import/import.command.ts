import type { CommandDefinition } from '../command-line/command.ts';
import { json } from '../command-line/options.ts';

export const importCommand: CommandDefinition = {
  name: 'import',
  description: 'takes prompts and configurations of other products over, as generation 0',
  examples: [
    'import openai prompt.json --dry-run',
    'import text welcome.md --content-type welcome_mail',
    'import litellm config.yaml --output contentflow.config.json',
  ],
  configure: (to) =>
    json(to)
      .argument('<kind>', 'openai, text, litellm, tensorzero, langfuse or dspy')
      .argument('<file>', 'as the other product wrote it')
      .option(
        '--output <file>',
        'the configuration that it is added to, or that begins with it',
        'contentflow.config.json',
      )
      .option('--content-type <name>', 'of a single prompt; by its own name where left out')
      .option('--model <name>', 'for prompts that name none')
      .option('--dry-run', 'shows what would be written, and what cannot be carried over, and writes nothing'),
  load: () => import('./import.ts'),
};
