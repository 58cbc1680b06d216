import { BreakerClosed, ExperimentStarted, fold, newEvent, Topic, topics } from '@contentflow/contracts';
import { decided, type DecisionProcedure, initialSystemState } from '@contentflow/decisions';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { type Clock, seededRandom, type StoredEvent } from '@contentflow/kernel';
import { pino } from 'pino';
import { DeadLetters } from './dead-letters.ts';
import { DecisionRuntime } from './decision-runtime.ts';
import { FoldHost } from './fold-host.ts';
import type { Platform } from './platform.ts';
import type { SystemStateReader } from './system-state-reader.ts';

/** Time moves when the test says so. */
class SteppedClock implements Clock {
  private time = 0;
  private sleepers: { until: number; wake: () => void }[] = [];
  now = (): number => this.time;
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      this.sleepers.push({ until: this.time + ms, wake });
      signal?.addEventListener('abort', () => wake(), { once: true });
    });
  }
  advance(ms: number): void {
    this.time += ms;
    const due = this.sleepers.filter(({ until }) => until <= this.time);
    this.sleepers = this.sleepers.filter(({ until }) => until > this.time);
    due.forEach(({ wake }) => wake());
  }
}

/** Decides at every tick how many breakers it has seen close; stumbles where it is told to. */
const counting = (stumblesAt: (at: number) => boolean): DecisionProcedure<number, number> => ({
  name: 'test.counting',
  every: () => 1000,
  fold: fold(() => 0).on(BreakerClosed, (count) => count + 1),
  due: (parts, _system, at) => {
    if (stumblesAt(at)) throw new Error('a stone in the way');
    return [{ question: `count:${at}`, evidence: parts.reduce((sum, part) => sum + part, 0) }];
  },
  decide: (count) => [decided(ExperimentStarted, 'e', { experimentId: `${count}` })],
});

describe('the decision runtime', () => {
  const clock = new SteppedClock();
  const complaints: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void complaints.push(line) });
  let log: EmbeddedLog;
  let isBroken = false;

  beforeAll(async () => {
    log = await openEmbeddedLog({ file: ':memory:', topics, clock, writer: 'inline' });
  });
  afterAll(() => log.close());

  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 30 || !log.isQuiet(); turn++)
      await new Promise<void>((resolve) => process.nextTick(resolve));
  };
  const tick = async (): Promise<void> => {
    clock.advance(1000);
    await settled();
  };
  async function taken(): Promise<StoredEvent<{ experimentId: string; basis: { at: number; positions: object } }>[]> {
    const found: StoredEvent[] = [];
    const ends = await log.ends([Topic.decisions]);
    for (const [key, to] of Object.entries(ends))
      for await (const batch of log.read({
        topic: Topic.decisions,
        partition: Number(key.split('/').at(-1)),
        from: 0,
        to,
      }))
        found.push(...batch);
    return found as Awaited<ReturnType<typeof taken>>;
  }

  it('folds what it needs, decides at every tick, and one bad tick stops nothing', async () => {
    const system = {
      current: () => initialSystemState,
      positions: () => ({ 'ledger/0': 5 }),
    } as unknown as SystemStateReader;
    const platform = { log, clock, logger, code: 'c', random: seededRandom(1) } as unknown as Platform;
    const folds = new FoldHost(platform, new DeadLetters(platform));
    const runtime = new DecisionRuntime(platform, system, folds);
    await runtime.start(counting(() => isBroken));

    await log.append([
      newEvent(BreakerClosed, { subject: 's', time: 0, cause: { id: 'x' }, data: { provider: 'p', model: 'm' } }),
    ]);
    await settled();
    await tick();
    expect((await taken()).map(({ data }) => [data.experimentId, data.basis.at])).toEqual([['1', 1000]]);
    expect((await taken())[0]?.data.basis.positions).toMatchObject({
      'ledger/0': 5,
      [`${Topic.operations}/0`]: expect.any(Number),
    });

    isBroken = true;
    await tick();
    expect(await taken()).toHaveLength(1);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain('a stone in the way');

    isBroken = false;
    await tick();
    expect(await taken()).toHaveLength(2);

    await runtime.beforeApplicationShutdown();
    await folds.onApplicationShutdown();
    await tick();
    expect(await taken()).toHaveLength(2);
  });

  it('decides nothing before it has folded what the log held when it started', async () => {
    let isLate = true;
    const { promise: read, resolve: readOn } = Promise.withResolvers<void>();
    const lateLog: EmbeddedLog = Object.assign(Object.create(log) as EmbeddedLog, {
      follow: ({ handle, ...options }: Parameters<EmbeddedLog['follow']>[0]) =>
        log.follow({
          ...options,
          handle: async (events) => {
            if (isLate) await read;
            await handle(events);
          },
        }),
    });
    const system = { current: () => initialSystemState, positions: () => ({}) } as unknown as SystemStateReader;
    const platform = { log: lateLog, storedLog: log, clock, logger, code: 'c', random: seededRandom(1) };
    const folds = new FoldHost(platform as unknown as Platform, new DeadLetters(platform as unknown as Platform));
    const runtime = new DecisionRuntime(platform as unknown as Platform, system, folds);
    const before = (await taken()).length;
    await runtime.start({ ...counting(() => false), name: 'test.late' });

    clock.advance(1000);
    // What reads late keeps the log from ever being quiet.
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(await taken()).toHaveLength(before);

    isLate = false;
    readOn();
    await settled();
    expect((await taken()).slice(before).map(({ data }) => data.experimentId)).toEqual(['1']);
    await runtime.beforeApplicationShutdown();
    await folds.onApplicationShutdown();
  });

  it('stops although it has not folded what there is', async () => {
    const system = { current: () => initialSystemState, positions: () => ({}) } as unknown as SystemStateReader;
    const silentLog = Object.assign(Object.create(log) as EmbeddedLog, {
      follow: async () => ({ stop: async () => {} }),
    });
    const platform = { log: silentLog, storedLog: log, clock, logger, code: 'c', random: seededRandom(1) };
    const folds = new FoldHost(platform as unknown as Platform, new DeadLetters(platform as unknown as Platform));
    const runtime = new DecisionRuntime(platform as unknown as Platform, system, folds);
    const before = (await taken()).length;
    await runtime.start({ ...counting(() => false), name: 'test.silent' });
    await tick();
    await runtime.beforeApplicationShutdown();
    expect(await taken()).toHaveLength(before);
  });

  it('decides at once what is urgent, once for each', async () => {
    const listeners = new Set<() => void>();
    let urgent = '';
    const system = {
      current: () => initialSystemState,
      positions: () => ({}),
      onChange: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    } as unknown as SystemStateReader;
    const told = async (what: string): Promise<number> => {
      urgent = what;
      for (const listener of listeners) listener();
      await settled();
      return asked;
    };
    let asked = 0;
    const platform = { log, clock, logger, code: 'c', random: seededRandom(1) } as unknown as Platform;
    const folds = new FoldHost(platform, new DeadLetters(platform));
    const runtime = new DecisionRuntime(platform, system, folds);
    await runtime.start({
      ...counting(() => false),
      name: 'test.urgent',
      urgent: () => urgent,
      due: () => {
        asked++;
        return [];
      },
    });

    expect(await told('')).toBe(0);
    expect(await told('a')).toBe(1);
    expect(await told('a')).toBe(1);
    expect(await told('a,b')).toBe(2);
    expect(await told('')).toBe(2);
    expect(await told('a')).toBe(3);

    await runtime.beforeApplicationShutdown();
    await folds.onApplicationShutdown();
    expect(listeners.size).toBe(0);
  });
});
