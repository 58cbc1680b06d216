import {
  ContentGenerated,
  DecisionSequenced,
  type EventData,
  GenerationFailed,
  newEvent,
  Topic,
  topics,
} from '@contentflow/contracts';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { type Clock, type NewEvent, seededRandom, type StoredEvent } from '@contentflow/kernel';
import {
  LogTransport,
  type Machines,
  type Models,
  type Platform,
  PlatformModule,
  ProblemFilter,
} from '@contentflow/nest-platform';
import { openEmbeddedReadModel, type ReadModelStore } from '@contentflow/read-model';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { MonitorModule } from './index.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);

/** Time moves when the test says so. */
class SteppedClock implements Clock {
  private time = START;
  private readonly sleepers = new Set<{ until: number; wake: () => void }>();
  now(): number {
    return this.time;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.sleepers.add({ until: this.time + ms, wake: () => resolve() });
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  advance(ms: number): void {
    this.time += ms;
    for (const sleeper of [...this.sleepers])
      if (sleeper.until <= this.time && this.sleepers.delete(sleeper)) sleeper.wake();
  }
}

describe('the monitor, over the embedded log', () => {
  const clock = new SteppedClock();
  const random = seededRandom('monitor');
  let log: EmbeddedLog;
  let store: ReadModelStore;
  let app: NestFastifyApplication;
  let made = 0;

  beforeAll(async () => {
    log = await openEmbeddedLog({ file: ':memory:', topics, clock, writer: 'inline' });
    store = await openEmbeddedReadModel({ file: ':memory:', writer: 'inline' });
    const logger = pino({ level: 'silent' });
    const platform: Platform = {
      log,
      readModel: async () => store,
      clock,
      random,
      logger,
      instance: 'test',
      code: 'test',
      simulated: true,
      leaseMs: 60_000,
      closing: new AbortController().signal,
    };
    await sequenceDecisions();
    const module = await Test.createTestingModule({
      imports: [PlatformModule.of(platform, {} as Models, {} as Machines), MonitorModule],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ProblemFilter(logger));
    app.connectMicroservice({ strategy: new LogTransport(platform) });
    await app.startAllMicroservices();
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(async () => {
    await app.close();
    await log.close();
    await store.close();
  });

  /** In place of the ledger. */
  async function sequenceDecisions(): Promise<void> {
    let seq = 0;
    await log.subscribe({
      group: 'ledger',
      topics: [Topic.decisions],
      handle: async ({ topic: _t, partition: _p, offset: _o, traceparent: _c, ...decision }) => [
        newEvent(DecisionSequenced, {
          subject: 'ledger',
          time: clock.now(),
          cause: decision,
          data: { seq: seq++, previousHash: '', hash: '', decision },
        }),
      ],
    });
  }

  async function minutes(
    count: number,
    change: () => { timeMs?: number; fails?: boolean } = () => ({}),
  ): Promise<void> {
    for (let minute = 0; minute < count; minute++) {
      clock.advance(MINUTE);
      await log.append([ended(change()), ended(change())]);
      await settled();
    }
  }
  async function settled(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      while (!log.isQuiet()) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async function get(url: string): Promise<Record<string, never> & { items: Record<string, unknown>[] }> {
    const { statusCode, body } = await app.inject({ method: 'GET', url });
    expect([statusCode, body]).toEqual([200, expect.anything()]);
    return JSON.parse(body) as never;
  }

  it('measures each generation in the partition of its unit', async () => {
    await minutes(60);
    const units = new Map<string, number>();
    const ends = await log.ends([Topic.measurements]);
    for (const [key, to] of Object.entries(ends)) {
      const partition = Number(key.split('/')[1]);
      for await (const batch of log.read({ topic: Topic.measurements, partition, from: 0, to }))
        for (const { subject, data } of batch as StoredEvent<{ unit: string }>[]) {
          expect(subject).toBe(data.unit);
          expect(units.get(subject) ?? partition).toBe(partition);
          units.set(subject, partition);
        }
    }
    expect(units.size).toBeGreaterThan(5);
  });

  it('sums up metrics, by content type and over time', async () => {
    const summary = await get('/v1/metrics/summary?by=contentType');
    expect(summary).toMatchObject({
      simulated: true,
      content: { accepted: 120, generated: 120, failed: 0, successRate: 1 },
      performance: { tokens: { n: 120, mean: 300 } },
      cost: { total: expect.closeTo(1.2), perSuccess: expect.closeTo(0.01) },
      groups: [{ contentType: 'email' }],
    });
    const { items } = await get('/v1/metrics/series?step=10m&by=model');
    expect(items).toHaveLength(7);
    expect(items[1]).toMatchObject({ model: 'writer', from: START + 10 * MINUTE, content: { accepted: 20 } });
  });

  it('learns baselines', async () => {
    const { items } = await get('/v1/baselines');
    expect(items).toMatchObject([{ contentType: 'email', model: 'writer', generations: 120, simulated: true }]);
    const { timeMs } = (items[0] as { metrics: { timeMs: { median: number } } }).metrics;
    expect(timeMs.median).toBeGreaterThan(900);
    expect(timeMs.median).toBeLessThan(1100);
  });

  it('opens an anomaly, and resolves it', async () => {
    await minutes(9, () => ({ timeMs: 5000 }));
    expect(await get('/v1/anomalies?status=open')).toMatchObject({
      items: [{ rule: 'slow_generation', status: 'open', action: 'open_incident', model: 'writer', simulated: true }],
      next: null,
    });
    await minutes(25);
    const { items } = await get('/v1/anomalies');
    expect(items).toMatchObject([{ status: 'resolved', lastedMs: expect.any(Number) }]);
    expect(items[0]?.['events']).toHaveLength(3);
  });

  it('explains failures', async () => {
    await minutes(8, () => ({ fails: true }));
    const analysis = await get('/v1/failures/analysis');
    expect(analysis).toMatchObject({
      simulated: true,
      failed: 16,
      patterns: [{ failure: 'timeout', count: 16, message: 'no answer after # ms' }],
    });
    expect(analysis['rootCauses']).toEqual(
      expect.arrayContaining([expect.objectContaining({ attribute: 'provider', value: 'flaky', explains: 1 })]),
    );
    expect(analysis['recommendations']).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'switch_provider', target: 'flaky' })]),
    );
  });

  it('refuses what it cannot read', async () => {
    expect((await app.inject('/v1/metrics/summary?from=soon')).statusCode).toBe(400);
    expect((await app.inject('/v1/anomalies?status=bad')).statusCode).toBe(400);
  });

  function ended({ timeMs, fails = false }: { timeMs?: number; fails?: boolean }): NewEvent {
    const contentId = `content-${++made}`;
    const time = timeMs ?? random.logNormal(1000, 0.2);
    const of = { subject: contentId, time: clock.now(), cause: { id: contentId } };
    const data = generation(contentId, time, fails ? 'flaky' : 'steady');
    if (fails)
      return newEvent(GenerationFailed, {
        ...of,
        data: { ...data, failure: 'timeout', message: `no answer after ${made} ms` },
      });
    const content = { body: 'Our spring sale has begun: everything is 20 % off until Sunday.' };
    return newEvent(ContentGenerated, { ...of, data: { ...data, content, revised: false, belowThreshold: false } });
  }

  const generation = (contentId: string, timeMs: number, provider: string) => ({
    contentId,
    brief: { contentType: 'email', topic: `Spring sale ${made % 9}` },
    unit: `unit-${made % 9}`,
    assignment: { recipe: 'r', holdback: false, exposures: [], withheld: [], improvements: [], ledgerPosition: 0 },
    worker: 'w',
    acceptedAt: clock.now() - timeMs,
    calls: [call(timeMs, provider)],
    usage: { tokensIn: 200, tokensOut: 100, calls: 1, cost: 0.01, timeMs, waitMs: 0, cache: 'miss' as const },
    simulated: true,
  });
  const call = (timeMs: number, provider: string): EventData<typeof ContentGenerated>['calls'][number] => ({
    step: 'body',
    provider,
    model: 'writer',
    attempt: 1,
    tokensIn: 200,
    tokensOut: 100,
    cost: 0.01,
    timeToFirstTokenMs: 10,
    timeMs,
    waitMs: 0,
    outcome: 'ok',
    cache: 'miss',
  });
});
