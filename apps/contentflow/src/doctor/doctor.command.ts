import type { CommandDefinition } from '../command-line/command.ts';
import { config, data, json } from '../command-line/options.ts';

export const doctorCommand: CommandDefinition = {
  name: 'doctor',
  description: 'what works, what does not, and the fix',
  examples: ['doctor', 'doctor --fix'],
  configure: (to) =>
    json(config(data(to))).option('--fix', 'fixes what is safe to fix; never what was said in the log'),
  load: () => import('./doctor.ts'),
};
