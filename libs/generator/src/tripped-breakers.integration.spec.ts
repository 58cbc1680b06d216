import { AnomalyHandled, BreakerOpened, type EventData, newEvent, Topic } from '@contentflow/contracts';
import { sampleBasis } from '@contentflow/contracts/testing';
import { MINUTE_MS, type NewEvent } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { startTestedGenerator } from './testing/tested-generator.ts';

describe('a model that the monitor decided to leave alone', () => {
  const models = new ScriptedModelServer();
  let service: TestedService;

  beforeAll(async () => {
    await models.start();
    service = await startTestedGenerator({ models });
  });
  afterAll(async () => {
    await service?.close();
    await models.close();
  });

  const handled = (anomalyId: string, action: 'open_incident' | 'trip_breaker', ageMs: number): NewEvent => {
    const of = { subject: anomalyId, time: service.platform.clock.now() - ageMs, cause: { id: anomalyId } };
    return newEvent(AnomalyHandled, { ...of, data: { anomalyId, action, target: 'm', basis: sampleBasis } });
  };
  const breakers = async () =>
    (await service.get<{ items: { breaker: string; retryAt: number }[] }>('/v1/providers')).items;

  it('is called no more until that has passed; what was decided long ago, or otherwise, holds nothing back', async () => {
    await service.log.append([handled('old', 'trip_breaker', 6 * MINUTE_MS), handled('other', 'open_incident', 0)]);
    await service.settled();
    expect(await breakers()).toMatchObject([{ breaker: 'closed' }]);

    await service.log.append([handled('new', 'trip_breaker', MINUTE_MS)]);
    const [open] = await until(breakers, ([first]) => first?.breaker === 'open');
    const leftMs = (open?.retryAt ?? 0) - service.platform.clock.now();
    expect(leftMs).toBeGreaterThan(3 * MINUTE_MS);
    expect(leftMs).toBeLessThanOrEqual(4 * MINUTE_MS);
    const told = await until(
      () => service.events<EventData<typeof BreakerOpened>>(Topic.operations),
      (events) => events.some(({ type }) => type === BreakerOpened.type),
    );
    expect(told.find(({ type }) => type === BreakerOpened.type)?.data).toMatchObject({ reason: 'anomaly new' });
  });
});
