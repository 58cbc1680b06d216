import type { CommandDefinition } from '../command-line/command.ts';
import { config, data } from '../command-line/options.ts';

export const workCommand: CommandDefinition = {
  name: 'work',
  description: 'one more generator on the same folder; started and stopped by the scaler',
  examples: ['work --data .contentflow/data'],
  configure: (to) => config(data(to)),
  load: () => import('./work.ts'),
};
