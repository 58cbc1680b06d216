import type { Random } from '@contentflow/kernel';
import { openEmbeddedPlatform, openKafkaPlatform, type OpenPlatform } from '@contentflow/nest-platform';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { PRICES, type PaidModels } from './paid-models.ts';
import { ProcessUnderTest } from './process-under-test.ts';
import type { Server } from './servers.ts';

export const LEASE_MS = 2_000;
const MODEL = 'm';

/** Of every process on Kafka and MongoDB: past one machine no master key is made by itself. */
const onServers = {
  KAFKAJS_NO_PARTITIONER_WARNING: '1',
  CONTENTFLOW_MASTER_KEY: 'the master key of broken installations',
};

export type Engine = 'embedded' | 'kafka';

export interface InstallationOptions {
  readonly engine: Engine;
  readonly folder: string;
  readonly program: string;
  readonly models: PaidModels;
  readonly budgetUsd: number;
  readonly random: Random;
  /** Of Kafka alone. */
  readonly servers?: { readonly kafka: Server; readonly mongo: Server; readonly namespace: string };
}

/** ContentFlow as it is deployed: processes over one log, which come and go, and what lies beneath them. */
export class Installation {
  readonly options: InstallationOptions;
  processes: ProcessUnderTest[] = [];
  /** How far the clocks of its processes are off; milliseconds. */
  clockOffsetMs = 0;
  private readonly config: string;
  private readonly clockFile: string;

  constructor(options: InstallationOptions) {
    this.options = options;
    mkdirSync(options.folder, { recursive: true });
    this.config = join(options.folder, 'contentflow.config.json');
    this.clockFile = join(options.folder, 'clock-offset');
    const { models, budgetUsd } = options;
    const model = { name: MODEL, ...PRICES };
    const provider = { name: 'p', kind: 'openai-compatible', baseUrl: models.baseUrl, apiKey: 'k', models: [model] };
    const configuration = {
      providers: [provider],
      leaseMs: LEASE_MS,
      concurrency: 8,
      budgets: { perDayUsd: budgetUsd },
    };
    writeFileSync(this.config, JSON.stringify(configuration));
    this.setClock(0);
  }

  get data(): string {
    return join(this.options.folder, 'data');
  }

  get random(): Random {
    return this.options.random;
  }

  /** One more process on the same log. It may not be ready yet. */
  launch(maxFileBytes?: number): ProcessUnderTest {
    const { program, servers, engine } = this.options;
    const at = servers
      ? ['--engine', engine, '--kafka', servers.kafka.address, '--mongo', servers.mongo.address]
      : ['--data', this.data];
    const process = new ProcessUnderTest({
      program,
      args: ['start', '--port', '0', '--config', this.config, ...at],
      env: servers ? { ...onServers, CONTENTFLOW_NAMESPACE: servers.namespace } : {},
      clockFile: this.clockFile,
      ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
    });
    this.processes.push(process);
    return process;
  }

  /** One of those that run, and one at least does. */
  async any(): Promise<ProcessUnderTest> {
    const alive = this.alive();
    if (alive.length === 0) return this.launch().ready();
    return alive[Math.floor(this.random.next() * alive.length)]!;
  }

  alive(): ProcessUnderTest[] {
    this.processes = this.processes.filter(({ isAlive }) => isAlive);
    return this.processes.filter(({ url }) => url !== '');
  }

  async killAll(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
    this.processes = [];
  }

  /** @returns how many had to be killed */
  async stopAll(): Promise<number> {
    const stopped = await Promise.all(this.processes.map((process) => process.stop()));
    this.processes = [];
    return stopped.filter((isInTime) => !isInTime).length;
  }

  /** For those that run, and for those that start from now on. */
  setClock(offsetMs: number): void {
    this.clockOffsetMs = offsetMs;
    writeFileSync(this.clockFile, String(offsetMs));
    for (const process of this.processes) process.signal('SIGUSR2');
  }

  /** The size of the largest file of the data folder; bytes. */
  largestFile(): number {
    return Math.max(
      ...['log.sqlite', 'log.sqlite-wal']
        .map((name) => join(this.data, name))
        .map((path) => (existsSync(path) ? statSync(path).size : 0)),
    );
  }

  /** Its log and documents, for whoever looks on. Close it. */
  async platform(): Promise<OpenPlatform> {
    const { servers } = this.options;
    const silent = pino({ level: 'silent' });
    if (!servers) return openEmbeddedPlatform(this.data, LEASE_MS, silent);
    process.env['CONTENTFLOW_NAMESPACE'] = servers.namespace;
    return openKafkaPlatform(servers.kafka.address.split(','), servers.mongo.address, LEASE_MS, silent);
  }
}
