import {
  DecisionSequenced,
  defaultPolicy,
  eventName,
  LoadObserved,
  newEvent,
  type Policy,
  policyVersion,
  ScalingDecided,
  Topic,
} from '@contentflow/contracts';
import { type DecisionProcedure, firstDifference, initialSystemState, makeDecisions } from '@contentflow/decisions';
import { type DeadLetter, deadLetterTopic } from '@contentflow/event-log';
import { folded, type FoldedState, MINUTE_MS, emptyFold } from '@contentflow/kernel';
import type { Machines } from '@contentflow/nest-platform';
import { startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { procedures, ScalerModule } from './index.ts';

class CountedMachines implements Machines {
  executor = 'counted';
  refuses = false;
  private count = 1;
  instances = (): number => this.count;
  callsAtOnce = (): number => this.count * 10;
  usage = () => ({ cpu: 0.1, memory: 0.1 });
  onChange(): void {}
  async scaleTo(instances: number): Promise<void> {
    if (this.refuses) throw new Error('no room for another machine');
    this.count = instances;
  }
}

describe('the scaler, over the embedded log', () => {
  const clock = new SteppedClock();
  const machines = new CountedMachines();
  let service: TestedService;

  beforeAll(async () => {
    service = await startTestedService({ services: [ScalerModule], clock, machines });
  });
  afterAll(() => service.close());

  /** Minutes in which that many briefs came in, each half a minute long to make. */
  async function minutesOfLoad(count: number, accepted: number, extra: Partial<{ queue: number; cpu: number }> = {}) {
    for (let minute = 0; minute < count; minute++) {
      clock.advance(MINUTE_MS);
      const time = clock.now();
      await service.happened(
        newEvent(LoadObserved, {
          subject: 'w',
          time,
          cause: { id: `load-${time}` },
          data: {
            worker: 'w',
            sinceMs: MINUTE_MS,
            accepted,
            completed: accepted,
            inFlight: accepted / 2,
            capacity: machines.callsAtOnce(),
            queue: 10,
            cpu: 0.5,
            memory: 0.5,
            responseTimeMs: 2000,
            ...extra,
          },
        }),
      );
    }
  }

  const get = <Body>(url: string): Promise<Body> => service.get<Body>(url);
  type Items = { items: Record<string, unknown>[]; next: string | null };

  it('forecasts each five minutes, and grades each forecast when its time has come', async () => {
    await minutesOfLoad(50, 8);
    const { items } = await get<Items>('/v1/forecasts?limit=3');
    expect(items[0]).toMatchObject({ status: 'open', expected: expect.closeTo(8, 1), simulated: true });
    const all = (await get<Items>('/v1/forecasts')).items;
    expect(all.find(({ status }) => status === 'graded')).toMatchObject({
      actual: expect.closeTo(8, 5),
      covered: true,
    });
  });

  it('starts machines before the load outgrows them, and says so in the ledger', async () => {
    expect(machines.instances()).toBe(1);
    await minutesOfLoad(15, 36);
    expect(machines.instances()).toBeGreaterThanOrEqual(2);
    const { items } = await get<Items>('/v1/scaling');
    expect(items.at(-1)).toMatchObject({
      from: 1,
      reason: 'predicted_high_load',
      status: 'executed',
      executor: 'counted',
    });
    expect(await get('/v1/scaling/desired')).toMatchObject({
      desired: machines.instances(),
      running: machines.instances(),
    });
  });

  it('stops them one at a time when the load has gone, and does not flap', async () => {
    const before = machines.instances();
    await minutesOfLoad(150, 2, { queue: 0, cpu: 0.01 });
    const idle = { cpu: 0.01, memory: 0.01, queue: 0, responseTimeMs: 10 };
    await minutesOfLoad(90, 2, idle);
    expect(machines.instances()).toBe(1);
    const { items } = await get<Items>('/v1/scaling');
    expect(items.filter(({ reason }) => reason === 'low_utilization')).toHaveLength(before - 1);
  });

  it('says when machines cannot be had, and tries again', async () => {
    machines.refuses = true;
    await minutesOfLoad(3, 2, { cpu: 0.99 });
    await minutesOfLoad(1, 2);
    expect((await get<Items>('/v1/scaling?limit=1')).items[0]).toMatchObject({
      status: 'failed',
      error: 'no room for another machine',
    });
    machines.refuses = false;
    await minutesOfLoad(2, 2);
    expect((await get<Items>('/v1/scaling?limit=1')).items[0]).toMatchObject({ status: 'executed', to: 2 });
    expect(machines.instances()).toBe(2);
  });

  it('fails at nothing where others carry it out, who read how many there shall be', async () => {
    machines.executor = 'none';
    machines.refuses = true;
    const before = (await get<Items>('/v1/scaling?limit=1')).items[0];
    await minutesOfLoad(30, 2, { cpu: 0.99 });
    const [latest] = (await get<Items>('/v1/scaling?limit=1')).items;
    expect(latest?.['id']).not.toBe(before?.['id']);
    expect(latest).toMatchObject({ status: 'decided' });
    expect(await get('/v1/scaling/desired')).toMatchObject({ desired: latest?.['to'], executor: 'none' });
    machines.executor = 'counted';
    machines.refuses = false;
  });

  it('carries out nothing that its contract refuses, though it stands in the ledger', async () => {
    const before = machines.instances();
    const reported = [{}, null, { to: 'many' }, { scalingId: 's', to: -1 }].map((data, index) => {
      const decision = { id: `forged-${index}`, type: ScalingDecided.type, source: 'scaler', subject: 's', time: 1 };
      return newEvent(DecisionSequenced, {
        subject: 'ledger',
        time: clock.now(),
        cause: { id: `forged-${index}` },
        data: {
          seq: 1e6 + index,
          previousHash: '',
          hash: '',
          hashVersion: 2,
          decision: { ...decision, data, correlationId: 'c' },
        },
      });
    });
    await service.happened(...reported);
    expect(machines.instances()).toBe(before);
    // The state of the system says that they are refused; who carries decisions out has nothing to add.
    const letters = await service.events<DeadLetter>(deadLetterTopic(Topic.ledger));
    expect(letters.filter(({ data }) => data.group !== 'system-state')).toEqual([]);
  });

  it('took every decision so that another can take it again from the log', async () => {
    const replayed = await replay();
    expect(Object.keys(replayed).sort()).toEqual(['ForecastGraded', 'LoadForecast', 'ScalingDecided']);
  });

  /** Rebuilds the evidence of each decision from the positions it names, and decides again. */
  async function replay(policy: Policy = defaultPolicy): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    const decisions = (await service.events(Topic.decisions)).filter(({ data }) => (data as { basis?: unknown }).basis);
    for (const decision of decisions) {
      const { basis } = decision.data as {
        basis: {
          procedure: string;
          question: string;
          at: number;
          evidence: unknown;
          positions: Record<string, number>;
        };
      };
      const procedure = procedures.find(({ name }) => name === basis.procedure) as DecisionProcedure;
      const state = await foldedUpTo(procedure, basis.positions);
      const instances = (basis.evidence as { instances?: number }).instances ?? 1;
      const again = makeDecisions(
        procedure,
        state,
        { ...initialSystemState, policy, policyVersion: policyVersion(policy), instances },
        {},
        { at: basis.at, code: 'test' },
      ).find(({ id }) => id === decision.id);
      const data = again?.data as { basis: { evidence: unknown } } | undefined;
      expect(firstDifference(basis.evidence, data?.basis.evidence)).toBeUndefined();
      const name = eventName(decision.type);
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  async function foldedUpTo(
    procedure: DecisionProcedure,
    positions: Record<string, number>,
  ): Promise<FoldedState<unknown>> {
    let state = emptyFold<unknown>();
    for (const topic of procedure.fold.topics)
      for (const event of await service.events(topic))
        if (event.offset < (positions[`${topic}/0`] ?? 0)) state = folded(procedure.fold, state, event);
    return state;
  }
});

it('at a start the machines are made as many as the ledger says, and again until they are', async () => {
  const clock = new SteppedClock();
  const machines = new CountedMachines();
  await machines.scaleTo(3);
  machines.refuses = true;
  const service = await startTestedService({ services: [ScalerModule], clock, machines });
  try {
    expect(machines.instances()).toBe(3);
    machines.refuses = false;
    while (machines.instances() !== 1) {
      clock.advance(MINUTE_MS);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    await service.close();
  }
});
