import { DecisionSequenced, newEvent, Topic, topics } from '@contentflow/contracts';
import {
  decodedLog,
  type EmbeddedLog,
  type EventLog,
  openEmbeddedLog,
  type Subscription,
} from '@contentflow/event-log';
import { type Clock, type NewEvent, seededRandom, type StoredEvent } from '@contentflow/kernel';
import { openEmbeddedReadModel, type ReadModelStore } from '@contentflow/read-model';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { createServiceApp, startServices } from '../adapters/service-app.ts';
import type { Access } from '../access/access-settings.ts';
import type { Machines, Models, Platform } from '../platform.ts';
import { schemaMismatch } from './described-answers.ts';

export { type LoginProvider, startLoginProvider } from './login-provider.ts';
export { routesOf } from '../http/routes.ts';
export { untypedAnswers } from './untyped-answers.ts';

/** A Monday, midnight UTC. */
export const START_MS = Date.UTC(2026, 0, 5);

/** Time moves when the test says so. */
export class SteppedClock implements Clock {
  private time = START_MS;
  private readonly sleepers = new Set<{ until: number; wake: () => void }>();

  /** @param instantMs  what sleeps for less waits for the log, and wakes at once */
  constructor(private readonly instantMs = 0) {}

  now(): number {
    return this.time;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < this.instantMs) return pause(1);
    return new Promise((wake) => {
      this.sleepers.add({ until: this.time + ms, wake });
      signal?.addEventListener('abort', () => wake(), { once: true });
    });
  }
  advance(ms: number): void {
    this.time += ms;
    for (const sleeper of [...this.sleepers])
      if (sleeper.until <= this.time && this.sleepers.delete(sleeper)) sleeper.wake();
  }
}

export interface TestedServiceOptions {
  readonly services: readonly (Type | DynamicModule)[];
  readonly clock: Clock;
  /** Gives the way to models, once there is a platform; a service that calls none needs none. */
  readonly models?: (platform: Platform) => Promise<Models>;
  readonly machines?: Machines;
  readonly access?: Access;
  readonly simulated?: boolean;
  readonly instance?: string;
  readonly leaseMs?: number;
  readonly signingKeys?: Platform['signingKeys'];
  /** Whether the ledger is among the services; where it is not, decisions are put in order without it. */
  readonly hasLedger?: boolean;
  /** Where the log's file is, for who reads it himself. */
  readonly folder?: string;
  /** Shared with others, who close it; else the embedded log in memory, its own. */
  readonly log?: EventLog;
  /** What stands before the documents in memory: a store that fails now and then. */
  readonly storeOf?: (store: ReadModelStore) => ReadModelStore;
}

/** A service as its process runs it, but for clock, models and machines; its documents are in memory. */
export interface TestedService {
  readonly app: NestFastifyApplication;
  readonly platform: Platform;
  readonly log: EventLog;
  /** Appends, and lets all that follows from it happen. */
  happened(...events: NewEvent[]): Promise<void>;
  /** Nothing more follows from what has happened. Of the embedded log alone. */
  settled(): Promise<void>;
  /** @throws for an answer that is not what the API's description says */
  answer(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    url: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** @throws for any answer but 200 */
  get<Body>(url: string): Promise<Body>;
  events<Data>(topic: string): Promise<StoredEvent<Data>[]>;
  close(): Promise<void>;
}
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: never;
}

export async function startTestedService(options: TestedServiceOptions): Promise<TestedService> {
  const { clock, services, instance = 'test', leaseMs = 60_000, simulated = true } = options;
  const quiet = { onError: () => {} };
  const log = options.log ?? (await openEmbeddedLog({ file: ':memory:', topics, clock, writer: 'inline', ...quiet }));
  const store = await openEmbeddedReadModel({ file: ':memory:', writer: 'inline' });
  const closing = new AbortController();
  const platform: Platform = {
    log: decodedLog(log),
    storedLog: log,
    readModel: async () => options.storeOf?.(store) ?? store,
    clock,
    random: seededRandom(instance),
    logger: pino({ level: 'silent' }),
    instance,
    code: 'test',
    simulated,
    leaseMs,
    ...(options.folder !== undefined && { folder: options.folder }),
    ...(options.signingKeys && { signingKeys: options.signingKeys }),
    closing: closing.signal,
  };
  const sequencer = options.hasLedger ? undefined : await sequenceDecisions(log, clock);
  const models = (await options.models?.(platform)) ?? ({} as Models);
  const machines = options.machines ?? ({} as Machines);
  const app = await createServiceApp({
    platform,
    models,
    machines,
    services,
    ...(options.access && { access: options.access }),
  });
  await startServices(app);
  await app.getHttpAdapter().getInstance().ready();

  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) {
      await pause(1);
      while (!(log as EmbeddedLog).isQuiet()) await pause(1);
    }
  };
  const answer: TestedService['answer'] = async (method, url, payload, headers = {}) => {
    const response = await app.inject({ method, url, payload, headers });
    const isJson = /json/.test(String(response.headers['content-type']));
    const body = (isJson ? JSON.parse(response.body) : response.body) as never;
    const fault = schemaMismatch({ method, url, status: response.statusCode, body });
    if (fault) throw new Error(fault);
    return { status: response.statusCode, headers: response.headers, body };
  };
  return {
    app,
    platform,
    log,
    settled,
    answer,
    happened: async (...events) => {
      await log.append(events);
      await settled();
    },
    get: async (url) => {
      const { status, body } = await answer('GET', url);
      if (status !== 200) throw new Error(`GET ${url} answered ${status}: ${JSON.stringify(body)}`);
      return body;
    },
    events: <Data>(topic: string) => eventsOf<Data>(log, topic),
    close: async () => {
      closing.abort();
      await app.close();
      await sequencer?.stop();
      if (!options.log) await log.close();
      await store.close();
    },
  };
}

/** In place of the ledger's sequencer. */
function sequenceDecisions(log: EventLog, clock: Clock): Promise<Subscription> {
  let seq = 0;
  return log.subscribe({
    group: 'ledger',
    topics: [Topic.decisions],
    handle: async ({ topic: _t, partition: _p, offset: _o, traceparent: _c, ...decision }) => [
      newEvent(DecisionSequenced, {
        subject: 'ledger',
        time: clock.now(),
        cause: decision,
        data: { seq: seq++, previousHash: '', hash: '', hashVersion: 2, decision },
      }),
    ],
  });
}

/** All events of a topic. */
export async function eventsOf<Data>(log: EventLog, topic: string): Promise<StoredEvent<Data>[]> {
  const found: StoredEvent<Data>[] = [];
  for (const [key, to] of Object.entries(await log.ends([topic])))
    for await (const batch of log.read({ topic, partition: Number(key.split('/').at(-1)), from: 0, to }))
      found.push(...(batch as StoredEvent<Data>[]));
  return found;
}
