import { configurationError, DAY_MS } from '@contentflow/kernel';
import {
  type Access,
  accessOf,
  requiresKeys,
  KnownKeys,
  listen,
  loadConfiguration,
  mongoAddress,
  shownConfigurationFile,
  mustBeFree,
  shownProcess,
  startTelemetry,
  SystemStateReader,
  untilStopped,
} from '@contentflow/nest-platform';
import { loadWorld } from '@contentflow/simulation';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { serveConsole } from './console.ts';
import { notesAtStart } from './startup-notes.ts';
import { readMorning, unpackMorning } from './morning.ts';
import { folderForSimulatedDay } from './simulated-folder.ts';
import { openSimulatedDay, type SimulatedDay } from '@contentflow/simulated-day';
import { type Engine, startReal } from './start-real.ts';

/** What the scaler starts beside it. */
const WORKER = 'contentflow work';

export interface StartOptions {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly engine: string;
  readonly kafka?: string;
  readonly mongo?: string;
  readonly demo: boolean;
  readonly world: string;
  readonly seed?: string;
  readonly speed: number;
  readonly config?: string;
  readonly acceptLoss?: boolean;
}

/** Starts everything and prints one line when it answers. Without a provider it serves a simulated day. */
export async function run(options: StartOptions): Promise<void> {
  const configuration = await loadConfiguration(options.config);
  await mustBeFree(options.port, options.host);
  const telemetry = await startTelemetry('all');
  const isDemo = options.demo && options.engine === 'embedded' && configuration.providers.length === 0;
  if (isDemo) await serveSimulatedDay(options, accessOf(configuration.access, process.env));
  else {
    const running = await startReal(
      configuration,
      { ...engineOf(options), acceptsLoss: options.acceptLoss === true },
      options.config,
    );
    const beside = (running.platform.others ?? []).filter(({ command }) => command !== WORKER);
    for (const other of beside)
      console.log(`the data folder is shared with ${shownProcess(other)}: what is accepted is made by either, once`);
    for (const note of notesAtStart(running.app.get(SystemStateReader).current(), configuration)) console.log(note);
    await answer(running.app, options, '');
    if (requiresKeys(configuration.access, options.host)) console.log(keyInstructions(running.app, options));
    await untilStopped();
    await running.close();
  }
  await telemetry.stop();
}

async function serveSimulatedDay(options: StartOptions, given: Access): Promise<void> {
  // Each start begins a new day, in a folder of its own.
  const { folder, leftAlone } = folderForSimulatedDay(options.data);
  for (const other of leftAlone)
    console.log(`what is in ${other} is left alone: no simulated day of this release made it; today's is in ${folder}`);
  if (existsSync(join(options.data, 'log.sqlite')))
    console.log(
      `what is in ${options.data} is not served: no provider is configured (--no-demo serves it all the same)`,
    );
  const { speed } = options;
  const isAsked = requiresKeys(given.settings, options.host);
  // No log outlives such a day, so that its key need not either.
  const access = isAsked ? { ...given, adminKey: given.adminKey ?? randomBytes(32).toString('base64url') } : given;
  const seed = options.seed ?? String(randomInt(1_000_000));
  // A day that somebody asks for by its seed begins at midnight.
  const morning = options.seed === undefined && options.world === readMorning().world ? readMorning() : undefined;
  if (morning) await unpackMorning(folder, morning);
  const world = loadWorld(options.world);
  const day = await openSimulatedDay({ world, seed, folder, speed, access, goesOnAtMs: morning?.endsAtMs });
  if (morning)
    console.log(
      `the simulated day opens at ${shownTime(morning.endsAtMs)}: its morning, ${morning.contents} contents, came with ContentFlow (npx contentflow audit --data ${folder} takes each of its decisions again)`,
    );
  await answer(
    day.app,
    options,
    `; a simulated day (seed ${seed}) runs at up to ${speed} times real time, as fast as this machine makes it: the console shows how fast (configure a provider, or --no-demo, to turn it off)`,
  );
  if (access.adminKey !== given.adminKey) console.log(`its key, as long as it runs: ${access.adminKey}`);
  const stopping = new AbortController();
  const running = runFor(day, stopping.signal);
  await untilStopped();
  stopping.abort();
  await running;
  await day.close();
}

function keyInstructions(app: NestFastifyApplication, { data, host, engine }: StartOptions): string {
  const where = engine === 'embedded' ? `--data ${data}` : '--kafka BROKERS';
  const notice = `at ${host} nothing but health answers without a key`;
  const open = app.get(KnownKeys).all().size;
  if (open > 0 || process.env['CONTENTFLOW_ADMIN_KEY']) return notice;
  return `${notice}; make the first with: npx contentflow keys create --name YOU --scopes admin ${where}`;
}

const shownTime = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

/** Day after day. */
async function runFor(day: SimulatedDay, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await day.run(DAY_MS, undefined, signal);
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

async function answer(app: NestFastifyApplication, options: StartOptions, note: string): Promise<void> {
  await serveConsole(app);
  await listen(app, options.port, options.host);
  console.log(`configuration: ${shownConfigurationFile(options.config)}`);
  console.log(`ContentFlow is ready at ${await app.getUrl()}${note}`);
  // What has been compiled by now is all that the next start needs, however this one ends.
  flushCompileCache();
}
