import { ContentFlowError, configurationError, isContentFlowError, systemRefusal } from '@contentflow/kernel';
import type { SystemState } from '@contentflow/decisions';
import type { DynamicModule, Type } from '@nestjs/common';
import { totalmem } from 'node:os';
import { accessOf } from '../access/access-settings.ts';
import type { Machines, Models } from '../platform.ts';
import { SystemStateReader } from '../system-state-reader.ts';
import { adoptPolicy } from './adopt-policy.ts';
import { type Configuration, loadConfiguration } from './configuration.ts';
import { mustBeFree } from './free-port.ts';
import { mongoAddress } from './mongo-address.ts';
import { openModels } from './open-models.ts';
import { openEmbeddedPlatform, openKafkaPlatform, type OpenPlatform } from './open-platform.ts';
import { assertKnownEnvironment, portOf } from './environment.ts';
import { createServiceApp, listen, startServices } from './service-app.ts';
import { startTelemetry } from './telemetry.ts';
import { untilStopped } from './stop-signals.ts';

export interface ServiceProcess {
  readonly name: string;
  /** What it runs, given the configuration. */
  readonly modules: (configuration: Configuration) => readonly (Type | DynamicModule)[];
  /** The machines it scales, where it is told of any; otherwise it knows of itself alone. */
  readonly machines?: (configuration: Configuration, usage: Machines['usage']) => Promise<Machines | undefined>;
  /** Whether this process calls models. */
  readonly callsModels?: boolean;
  /** Whether this process puts the configured policy in force. */
  readonly adoptsPolicy?: boolean;
  /** What whoever starts it ought to know. */
  readonly notes?: (state: SystemState, models: Models, configuration: Configuration) => readonly string[];
}

/**
 * One service as a process of its own. The environment says where: `KAFKA_BROKERS` and `MONGO_URI` (and `CONTENTFLOW_NAMESPACE` on shared ones), or `CONTENTFLOW_DATA` for the embedded
 * engine; `PORT` and `HOST` where it listens; `CONTENTFLOW_CONFIG` which configuration.
 */
export async function runService(service: ServiceProcess): Promise<void> {
  const { name, modules, callsModels, adoptsPolicy, notes } = service;
  // What is written is its owner's alone, in a folder that others may enter too.
  process.umask(0o077);
  try {
    assertKnownEnvironment(process.env);
    const configuration = await loadConfiguration(process.env['CONTENTFLOW_CONFIG']);
    const port = portOf(process.env);
    const host = process.env['HOST'] ?? '127.0.0.1';
    await mustBeFree(port, host);
    const observed = await startTelemetry(name);
    const platform = await openPlatform(configuration);
    const models = await openModels(platform, callsModels ? configuration : { ...configuration, providers: [] });
    const app = await createServiceApp({
      platform,
      models,
      machines: (await service.machines?.(configuration, processUsage())) ?? thisProcess(configuration),
      services: modules(configuration),
      admission: configuration.admission,
      access: accessOf(configuration.access, process.env),
    });
    await startServices(app);
    if (adoptsPolicy) await adoptPolicy(platform, app.get(SystemStateReader), configuration.policy);
    for (const note of notes?.(app.get(SystemStateReader).current(), models, configuration) ?? []) console.log(note);
    await listen(app, port, host);
    console.log(`${name} is ready at ${await app.getUrl()}`);
    await untilStopped();
    await app.close();
    await platform.close();
    await observed.stop();
    process.exit(0);
  } catch (error) {
    const known = isContentFlowError(error) ? error : systemRefusal(error);
    console.error(`${name}: ${known?.message ?? String(error)}`);
    process.exit(known ? 2 : 1);
  }
}

function openPlatform({ leaseMs }: Configuration): Promise<OpenPlatform> {
  const { KAFKA_BROKERS: brokers, MONGO_URI: mongo, CONTENTFLOW_DATA: folder } = process.env;
  if (brokers && mongo) return openKafkaPlatform(brokers.split(','), mongoAddress(mongo), leaseMs);
  if (folder) return openEmbeddedPlatform(folder, leaseMs);
  throw configurationError('environment', 'names no engine', 'set KAFKA_BROKERS and MONGO_URI, or CONTENTFLOW_DATA');
}

/** What a process deployed on its own knows of machines: itself. How many of it there are is its deployment's business. */
function thisProcess({ concurrency }: Configuration): Machines {
  return {
    executor: 'none',
    instances: () => 1,
    callsAtOnce: () => concurrency,
    scaleTo: async () => {
      throw new ContentFlowError(
        'no-executor',
        'no executor is configured; desired replicas are offered at /v1/scaling/desired',
      );
    },
    onChange: () => {},
    usage: processUsage(),
  };
}

/** Share of one core and of the machine's memory that this process used since it was last asked. */
function processUsage(): Machines['usage'] {
  let before = { cpu: process.cpuUsage(), at: process.uptime() };
  return () => {
    const cpu = process.cpuUsage();
    const at = process.uptime();
    const usedS = (cpu.user + cpu.system - before.cpu.user - before.cpu.system) / 1e6;
    const share = usedS / Math.max(0.001, at - before.at);
    before = { cpu, at };
    return { cpu: Math.min(1, share), memory: process.memoryUsage.rss() / totalmem() };
  };
}
