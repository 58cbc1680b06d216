import type { CommandDefinition } from '../command-line/command.ts';
import { json, log, numeric } from '../command-line/options.ts';

export const keysCommand: CommandDefinition = {
  name: 'keys',
  description: 'keys to the API: list, create, rotate ID, revoke ID',
  examples: ['keys', 'keys create --name ada --scopes read,content'],
  configure: (to) =>
    json(log(to))
      .argument('[action]', 'list, create, rotate or revoke', 'list')
      .argument('[id]', 'of the key')
      .option('--name <name>', 'create: whose it is')
      .option('--scopes <names>', 'create: content, feedback, read, operate, admin; separated by commas')
      .addOption(
        numeric('--expires-in-days <n>', 'create: how long it holds; until it is revoked where left out', {
          above: 0,
          most: 3650,
        }),
      )
      .addOption(
        numeric('--requests-per-minute <n>', 'create: how often it may ask', {
          least: 1,
          most: 1_000_000,
          isWhole: true,
        }),
      )
      .addOption(
        numeric('--usd-per-day <n>', 'create: what it may spend on models in a day of UTC', {
          least: 0,
          most: 1_000_000,
        }),
      )
      .addOption(
        numeric('--overlap-hours <n>', 'rotate: how long the old key still holds', { least: 0, most: 720 }).default(24),
      )
      .option('--reason <text>', 'revoke: why', 'revoked')
      .option('--by <name>', 'who says so', 'operator'),
  load: () => import('./keys.ts'),
};
