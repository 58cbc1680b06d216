import type { EventLog } from '@contentflow/event-log';
import { type Clock, systemClock } from '@contentflow/kernel';
import { type Machines, openModels, parseConfiguration } from '@contentflow/nest-platform';
import { startTestedService, type TestedService } from '@contentflow/nest-platform/testing';
import { generatorOptions, GeneratorModule } from '../index.ts';
import type { ScriptedModelServer } from './scripted-model-server.ts';

export interface TestedGeneratorOptions {
  readonly models: Pick<ScriptedModelServer, 'baseUrl'>;
  readonly configuration?: object;
  readonly instance?: string;
  readonly log?: EventLog;
  readonly callsAtOnce?: number;
  readonly clock?: Clock;
}

/** The generator in real time, where no other is given, on a real provider over HTTP. */
export function startTestedGenerator(options: TestedGeneratorOptions): Promise<TestedService> {
  const { models, instance = 'generator-1', log, callsAtOnce = 4, clock = systemClock } = options;
  const { baseUrl } = models;
  const configuration = parseConfiguration(
    {
      providers: [{ name: 'scripted', kind: 'openai-compatible', baseUrl, apiKey: 'none', models: ['m'] }],
      ...options.configuration,
    },
    'the test',
  );
  return startTestedService({
    services: [GeneratorModule.of(generatorOptions(configuration))],
    clock,
    models: (platform) => openModels(platform, configuration),
    machines: machinesOf(callsAtOnce),
    simulated: false,
    instance,
    leaseMs: configuration.leaseMs,
    ...(log ? { log } : {}),
  });
}

const machinesOf = (callsAtOnce: number): Machines => ({
  executor: 'none',
  instances: () => 1,
  callsAtOnce: () => callsAtOnce,
  scaleTo: async () => {},
  onChange: () => {},
  usage: () => ({ cpu: 0, memory: 0 }),
});

/**
 * The log as a process sees it that can die: from then on nothing of its reaches the log, and its group memberships lapse. What it waits for
 * then ends when it is buried, so that a test leaves nothing behind.
 */
export function mortalLog(log: EventLog): EventLog & { die(): Promise<void>; bury(): void } {
  let isDead = false;
  const afterDeath = Promise.withResolvers<never>();
  afterDeath.promise.catch(() => undefined);
  const subscriptions: { stop(): Promise<void> }[] = [];
  return {
    append: (events) => (isDead ? afterDeath.promise : log.append(events)),
    subscribe: async (options) => {
      const subscription = await log.subscribe(options);
      subscriptions.push(subscription);
      return subscription;
    },
    follow: async (options) => {
      const handle: typeof options.handle = async (events) => (isDead ? undefined : options.handle(events));
      const subscription = await log.follow({ ...options, handle });
      subscriptions.push(subscription);
      return subscription;
    },
    read: (range) => log.read(range),
    ends: (topics) => log.ends(topics),
    close: async () => {},
    die: async () => {
      isDead = true;
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    },
    bury: () => afterDeath.reject(new Error('the process is dead')),
  };
}
