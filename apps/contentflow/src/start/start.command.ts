import type { CommandDefinition } from '../command-line/command.ts';
import { PORTS } from '@contentflow/kernel';
import { config, data, numeric } from '../command-line/options.ts';

export const startCommand: CommandDefinition = {
  name: 'start',
  description: 'starts all services and the console',
  examples: ['start', 'start --port 8080 --no-demo'],
  configure: (to) =>
    config(data(to))
      .addOption(numeric('--port <n>', 'where to listen', PORTS, 'PORT').default(4000))
      .option('--host <address>', 'the address to listen at', '127.0.0.1')
      .option('--engine <name>', 'embedded, or kafka with --kafka and --mongo', 'embedded')
      .option('--kafka <brokers>', 'Kafka brokers, separated by commas; KAFKA_BROKERS')
      .option('--mongo <uri>', 'MongoDB; MONGO_URI')
      .option('--no-demo', 'without the simulated day')
      .option('--accept-loss', 'goes on where the log has lost what was seen of it, and says so in the log')
      .option('--world <world>', 'the world of the simulated day', 'default')
      .option(
        '--seed <seed>',
        'what all draws of the simulated day come from; another day at each start where left out',
      )
      .addOption(
        numeric('--speed <n>', 'virtual seconds of the simulated day for each real one, at most', {
          least: 1,
          most: 100_000,
        }).default(180),
      ),
  load: () => import('./start.ts'),
};
