import { ContentGenerated, type EventData, GenerationFailed, newEvent, Topic } from '@contentflow/contracts';
import { MINUTE_MS, type NewEvent, seededRandom } from '@contentflow/kernel';
import { START_MS, startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { MonitorModule } from './index.ts';

describe('the monitor, over the embedded log', () => {
  const clock = new SteppedClock();
  const random = seededRandom('monitor');
  let service: TestedService;
  let made = 0;

  beforeAll(async () => {
    service = await startTestedService({ services: [MonitorModule.of()], clock });
  });
  afterAll(() => service.close());

  async function minutes(
    count: number,
    change: () => { timeMs?: number; fails?: boolean } = () => ({}),
  ): Promise<void> {
    for (let minute = 0; minute < count; minute++) {
      clock.advance(MINUTE_MS);
      await service.happened(ended(change()), ended(change()));
    }
  }
  const get = (url: string) => service.get<Record<string, never> & { items: Record<string, unknown>[] }>(url);

  it('measures each generation in the partition of its unit', async () => {
    await minutes(60);
    const units = new Map<string, number>();
    for (const { subject, partition, data } of await service.events<{ unit: string }>(Topic.measurements)) {
      expect(subject).toBe(data.unit);
      expect(units.get(subject) ?? partition).toBe(partition);
      units.set(subject, partition);
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
    expect(items[1]).toMatchObject({ model: 'writer', from: START_MS + 10 * MINUTE_MS, content: { accepted: 20 } });
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

  it('measures nothing of a brief that a person cancelled, and counts what it cost', async () => {
    const summary = () => service.get<{ content: object; cost: { total: number } }>('/v1/metrics/summary');
    const before = (await service.events(Topic.measurements)).length;
    const { cost: costBefore } = await summary();
    const subject = 'content-cancelled';
    const data = {
      ...generation(subject, 10, 'steady'),
      failure: 'cancelled',
      message: 'cancelled: sold out',
    } as const;
    await service.happened(
      newEvent(GenerationFailed, { subject, time: clock.now(), cause: { id: subject }, data }),
      ended({}),
    );
    expect(await service.events(Topic.measurements)).toHaveLength(before + 1);
    expect(await summary()).toMatchObject({
      content: { failures: { cancelled: 1 } },
      cost: { total: expect.closeTo(costBefore.total + 0.02) },
    });
  });

  it('refuses what it cannot read', async () => {
    expect((await service.answer('GET', '/v1/metrics/summary?from=soon')).status).toBe(400);
    expect((await service.answer('GET', '/v1/anomalies?status=bad')).status).toBe(400);
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
