import { LoadObserved, newEvent, type ScalingDocument } from '@contentflow/contracts';
import { MINUTE_MS } from '@contentflow/kernel';
import { startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { Client, credentials } from '@grpc/grpc-js';
import { KedaMachines, KedaModule, ScalerModule } from './index.ts';
import { KedaServer } from './keda.module.ts';

describe('a scaler whose machines are KEDA’s', () => {
  const clock = new SteppedClock();
  let service: TestedService;
  let client: Client;
  let isAsking = true;
  let asking: Promise<void>;

  const raw = (bytes: Buffer): Buffer => bytes;
  const metric = Buffer.concat([Buffer.from([0x12, 21]), Buffer.from('contentflow-instances')]);
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) =>
      client.makeUnaryRequest('/externalscaler.ExternalScaler/GetMetrics', raw, raw, metric, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  /** As Kubernetes' autoscaler does. */
  const askAgainAndAgain = async (): Promise<void> => {
    while (isAsking) await ask().then(() => new Promise((resolve) => setTimeout(resolve, 5)));
  };

  beforeAll(async () => {
    const machines = new KedaMachines({ clock, callsAtOnce: 10, usage: () => ({ cpu: 0.1, memory: 0.1 }) });
    service = await startTestedService({
      services: [ScalerModule, KedaModule.of({ address: '127.0.0.1:0' })],
      clock,
      machines,
    });
    client = new Client(
      `127.0.0.1:${service.app.get(KedaServer, { strict: false }).port}`,
      credentials.createInsecure(),
    );
    asking = askAgainAndAgain();
  });
  afterAll(async () => {
    isAsking = false;
    await asking;
    client.close();
    await service.close();
  });

  /** Minutes in which that many briefs came in, each half a minute long to make. */
  async function minutesOfLoad(count: number, accepted: number): Promise<void> {
    for (let minute = 0; minute < count; minute++) {
      clock.advance(MINUTE_MS);
      const time = clock.now();
      const seen = { accepted, completed: accepted, inFlight: accepted / 2, capacity: 10, queue: 10 };
      const data = { worker: 'w', sinceMs: MINUTE_MS, ...seen, cpu: 0.5, memory: 0.5, responseTimeMs: 2000 };
      await service.happened(newEvent(LoadObserved, { subject: 'w', time, cause: { id: `load-${time}` }, data }));
    }
  }

  it('has scaled when KEDA has asked how many there shall be', async () => {
    await minutesOfLoad(50, 8);
    await minutesOfLoad(15, 36);
    const { items } = await service.get<{ items: ScalingDocument[] }>('/v1/scaling');
    expect(items.at(-1)).toMatchObject({
      from: 1,
      reason: 'predicted_high_load',
      status: 'executed',
      executor: 'keda',
    });
    const { desired } = await service.get<{ desired: number }>('/v1/scaling/desired');
    expect(desired).toBeGreaterThan(1);
    await ask();
    expect(await service.get('/v1/scaling/desired')).toMatchObject({ desired, running: desired, executor: 'keda' });
  });
});

describe('machines of a KEDA that does not ask', () => {
  const usage = () => ({ cpu: 0, memory: 0 });

  it('cannot be had, and are when it asks for that number', async () => {
    const clock = new SteppedClock();
    const machines = new KedaMachines({ clock, callsAtOnce: 1, usage });
    const late = machines.scaleTo(3);
    machines.told(2);
    clock.advance(MINUTE_MS);
    await expect(late).rejects.toThrow(/KEDA has not asked for 60 s/);
    const intime = machines.scaleTo(3);
    machines.told(3);
    await intime;
    expect(machines.instances()).toBe(3);
  });

  it('are not waited for once it stops', async () => {
    const machines = new KedaMachines({ clock: new SteppedClock(), callsAtOnce: 1, usage });
    const waiting = machines.scaleTo(3);
    machines.stop();
    await expect(waiting).rejects.toThrow(/KEDA/);
  });
});
