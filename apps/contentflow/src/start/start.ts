import { configurationError } from '@contentflow/kernel';
import {
  accessOf,
  type Configuration,
  KnownKeys,
  loadConfiguration,
  mongoAddress,
  mustBeFree,
  requiresKeys,
  shownProcess,
  startTelemetry,
  SystemStateReader,
  untilStopped,
} from '@contentflow/nest-platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { answer } from './answer.ts';
import { type Engine, openEngine } from './open-engine.ts';
import type { StartOptions } from './start-options.ts';

/** What the scaler starts beside it. */
const WORKER = 'contentflow work';

/** Starts everything and prints one line when it answers. Without a provider it serves a simulated day. */
export async function run(options: StartOptions): Promise<void> {
  const configuration = await loadConfiguration(options.config);
  await mustBeFree(options.port, options.host);
  const telemetry = await startTelemetry('all');
  const isDemo = options.demo && options.engine === 'embedded' && configuration.providers.length === 0;
  // Each loads what it needs alone.
  if (isDemo) {
    const { serveSimulatedDay } = await import('./demo.ts');
    await serveSimulatedDay(options, accessOf(configuration.access, process.env));
  } else await serve(configuration, options);
  await telemetry.stop();
}

async function serve(configuration: Configuration, options: StartOptions): Promise<void> {
  const engine = { ...engineOf(options), acceptsLoss: options.acceptLoss === true };
  // Its threads begin while the services are loaded.
  const opening = openEngine(engine, configuration);
  opening.catch(() => undefined);
  const [{ startReal }, { notesAtStart }] = await Promise.all([
    import('./start-real.ts'),
    import('./startup-notes.ts'),
  ]);
  const running = await startReal(configuration, engine, options.config, opening);
  const beside = (running.platform.others ?? []).filter(({ command }) => command !== WORKER);
  for (const other of beside)
    console.log(`the data folder is shared with ${shownProcess(other)}: what is accepted is made by either, once`);
  for (const note of notesAtStart(running.app.get(SystemStateReader).current(), configuration)) console.log(note);
  await answer(running.app, options, '');
  if (requiresKeys(configuration.access, options.host)) console.log(keyInstructions(running.app, options));
  await untilStopped();
  await running.close();
}

function keyInstructions(app: NestFastifyApplication, { data, host, engine }: StartOptions): string {
  const where = engine === 'embedded' ? `--data ${data}` : '--kafka BROKERS';
  const notice = `at ${host} nothing but health answers without a key`;
  const open = app.get(KnownKeys).all().size;
  if (open > 0 || process.env['CONTENTFLOW_ADMIN_KEY']) return notice;
  return `${notice}; make the first with: npx contentflow keys create --name YOU --scopes admin ${where}`;
}

function engineOf({ engine, data, kafka, mongo }: StartOptions): Engine {
  if (engine === 'embedded') return { kind: 'embedded', folder: data };
  if (engine !== 'kafka')
    throw configurationError('--engine', `there is no engine "${engine}"`, 'write embedded or kafka');
  const brokers = kafka ?? process.env['KAFKA_BROKERS'];
  const mongoUri = mongo ?? process.env['MONGO_URI'];
  if (!brokers)
    throw configurationError('--kafka', 'names no broker', 'write --kafka localhost:9092, or set KAFKA_BROKERS');
  if (!mongoUri)
    throw configurationError('--mongo', 'names no server', 'write --mongo mongodb://localhost:27017, or set MONGO_URI');
  return { kind: 'kafka', brokers: brokers.split(','), mongoUri: mongoAddress(mongoUri) };
}
