import { areRecipesAdopted, GeneratorModule, generatorOptions } from '@contentflow/generator';
import { systemClock } from '@contentflow/kernel';
import {
  accessOf,
  type Configuration,
  adoptPolicy,
  createServiceApp,
  openModels,
  type OpenPlatform,
  startServices,
  SystemStateReader,
} from '@contentflow/nest-platform';
import { WorkerProcesses } from '@contentflow/scaler';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fileURLToPath } from 'node:url';
import { type Engine, openEngine } from './open-engine.ts';
import { pricedByWorld, providerOf } from './sandbox-models.ts';
import { allServices } from '@contentflow/services';

export interface Running {
  readonly app: NestFastifyApplication;
  readonly platform: OpenPlatform;
  close(): Promise<void>;
}

/** Longest a start waits for the decision that adopts changed recipes; it comes, whatever is waited for. */
const RECIPES_ADOPTED_WITHIN_MS = 10_000;

/**
 * All services in this process, on the configured providers; the scaler adds worker processes on the same folder.
 * @param opening  the engine, where it is being opened already
 */
export async function startReal(
  configuration: Configuration,
  engine: Engine,
  configFile?: string,
  opening = openEngine(engine, configuration),
): Promise<Running> {
  const platform = await opening;
  const models = await openModels(platform, pricedByWorld(configuration), providerOf(platform));
  const machines = new WorkerProcesses({
    command: engine.kind === 'embedded' ? workerCommand(engine.folder, configFile) : [],
    clock: systemClock,
    logger: platform.logger,
    callsAtOnce: configuration.concurrency,
  });
  const options = generatorOptions(configuration);
  const services = allServices(options, configuration);
  const app = await createServiceApp({
    platform,
    models,
    machines,
    services,
    admission: configuration.admission,
    access: accessOf(configuration.access, process.env),
  });
  await startServices(app);
  const system = app.get(SystemStateReader);
  await adoptPolicy(platform, system, configuration.policy);
  // So that the first brief is made by what the file says.
  await system.until((state) => areRecipesAdopted(state, options.configured), RECIPES_ADOPTED_WITHIN_MS);
  return { app, platform, close: () => closeAll(app, platform, () => machines.stop()) };
}

/** One more generator on the same log. */
export async function startWorker(configuration: Configuration, engine: Engine): Promise<Running> {
  const platform = await openEngine(engine, configuration);
  const machines = new WorkerProcesses({
    command: [],
    clock: systemClock,
    logger: platform.logger,
    callsAtOnce: configuration.concurrency,
  });
  // It works by what the ledger has: the file may have changed since the installation was started.
  const { configured: _, ...options } = generatorOptions(configuration);
  const services = [GeneratorModule.of(options)];
  const app = await createServiceApp({
    platform,
    models: await openModels(platform, pricedByWorld(configuration), providerOf(platform)),
    machines,
    services,
  });
  await startServices(app);
  return { app, platform, close: () => closeAll(app, platform, async () => {}) };
}

async function closeAll(app: NestFastifyApplication, platform: OpenPlatform, also: () => Promise<void>): Promise<void> {
  const ended = await Promise.allSettled([app.close(), also()]);
  await platform.close();
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

const workerCommand = (folder: string, configFile: string | undefined): string[] => [
  ...process.execArgv,
  fileURLToPath(new URL('../main.ts', import.meta.url)),
  'work',
  '--data',
  folder,
  ...(configFile === undefined ? [] : ['--config', configFile]),
];
