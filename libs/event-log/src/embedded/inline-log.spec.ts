import type { Clock, NewEvent, StoredEvent } from '@contentflow/kernel';
import { openEmbeddedLog, type EmbeddedLog } from './embedded-log.ts';

const TOPICS = [
  { name: 'orders', partitions: 4 },
  { name: 'receipts', partitions: 2 },
];
const order = (i: number): NewEvent => ({
  id: `order-${i}`,
  topic: 'orders',
  type: 'test.v1',
  source: 'test',
  subject: `subject-${i % 10}`,
  time: i,
  correlationId: `chain-${i}`,
  data: { i },
});
const receipt = (i: number): NewEvent => ({ ...order(i), id: `receipt-${i}`, topic: 'receipts' });

/** A clock that stands until it is told to move, as a simulated day's does. */
function standingClock(): Clock & { release(): void; sleepers: number } {
  const waiting: (() => void)[] = [];
  return {
    now: () => 0,
    sleep: () => new Promise((resolve) => waiting.push(resolve)),
    release: () => waiting.shift()?.(),
    get sleepers() {
      return waiting.length;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function settled(log: EmbeddedLog): Promise<void> {
  while (!log.isQuiet()) await turn();
}

/** One small day: everything that is delivered, in the order in which it is. */
async function day(): Promise<string[]> {
  const trace: string[] = [];
  const clock = standingClock();
  const log = await openEmbeddedLog({ file: ':memory:', topics: TOPICS, clock, writer: 'inline' });
  for (const name of ['first', 'second'])
    await log.follow({
      topics: ['orders', 'receipts'],
      from: {},
      handle: async (events) => void trace.push(...events.map(({ id }) => `${name} ${id}`)),
    });
  for (const group of ['a', 'b'])
    await log.subscribe({
      group,
      topics: ['orders'],
      handle: async ({ id, data }) => {
        trace.push(`${group} ${id}`);
        return group === 'a' ? [receipt((data as { i: number }).i)] : [];
      },
    });
  for (let i = 0; i < 50; i += 5) {
    await log.append([order(i), order(i + 1), order(i + 2), order(i + 3), order(i + 4)]);
    await settled(log);
  }
  await log.close();
  return trace;
}

it('delivers everything in the same order every time', async () => {
  const first = await day();
  expect(first).toHaveLength(50 * 2 + 50 * 2 + 50 * 2);
  expect(await day()).toEqual(first);
});

it('needs no timer: all is delivered in turns of the event loop, long catching up too', async () => {
  const timeout = watchedTimers();
  try {
    await day();
    await catchingUp();
    expect(timeout.set).toBe(0);
  } finally {
    timeout.restore();
  }
});

/** So many batches that readers let others have a turn in between. */
async function catchingUp(): Promise<void> {
  const log = await openEmbeddedLog({ file: ':memory:', topics: TOPICS, clock: standingClock(), writer: 'inline' });
  await log.append(Array.from({ length: 2_000 }, (_, i) => order(i)));
  let seen = 0;
  await log.follow({
    topics: ['orders'],
    from: {},
    maxBatch: 10,
    handle: async (events) => void (seen += events.length),
  });
  await settled(log);
  expect(seen).toBe(2_000);
  await log.close();
}

it('is not quiet while a delivery is in hand', async () => {
  const log = await openEmbeddedLog({ file: ':memory:', topics: TOPICS, clock: standingClock(), writer: 'inline' });
  let finish = (): void => undefined;
  await log.subscribe({ group: 'g', topics: ['orders'], handle: () => new Promise((r) => (finish = () => r([]))) });
  await settled(log);
  await log.append([order(1)]);
  for (let i = 0; i < 10; i++) await turn();
  expect([log.isQuiet(), log.inHand()]).toEqual([false, 1]);
  finish();
  await settled(log);
  expect(log.inHand()).toBe(0);
  await log.close();
});

it('is quiet while a retry waits for the clock, and goes on when the clock does', async () => {
  const clock = standingClock();
  const onError = (): void => undefined;
  const log = await openEmbeddedLog({ file: ':memory:', topics: TOPICS, clock, writer: 'inline', onError });
  let tries = 0;
  await log.subscribe({
    group: 'g',
    topics: ['orders'],
    attempts: 3,
    handle: async () => {
      tries++;
      throw new Error('no');
    },
  });
  await log.append([order(1)]);
  for (let attempt = 1; attempt <= 3; attempt++) {
    await settled(log);
    expect([tries, clock.sleepers]).toEqual([attempt, attempt < 3 ? 1 : 0]);
    clock.release();
    await turn();
  }
  expect(await log.ends(['orders.dead-letter'])).toEqual({ 'orders.dead-letter/0': 1 });
  await log.close();
});

it('hands every reader the same frozen events', async () => {
  const log = await openEmbeddedLog({ file: ':memory:', topics: TOPICS, clock: standingClock(), writer: 'inline' });
  const seen: StoredEvent[] = [];
  for (let i = 0; i < 2; i++)
    await log.follow({ topics: ['orders'], from: {}, handle: async ([event]) => void seen.push(event!) });
  await log.append([{ ...order(1), data: { nested: { list: [1] } } }]);
  await settled(log);
  expect(seen[0]).toBe(seen[1]);
  expect(() => ((seen[0]!.data as { nested: { list: number[] } }).nested.list[0] = 2)).toThrow(TypeError);
  await log.close();
});

it('forgets what is long past, reads it from the file again, and mixes nothing up', async () => {
  const log = await openEmbeddedLog({ file: ':memory:', topics: TOPICS, clock: standingClock(), writer: 'inline' });
  const stored: StoredEvent[] = [];
  for (let i = 0; i < 25_000; i += 1_000)
    stored.push(...(await log.append(Array.from({ length: 1_000 }, (_, k) => order(i + k)))));
  const seen: StoredEvent[] = [];
  await log.follow({ topics: ['orders'], from: {}, handle: async (events) => void seen.push(...events) });
  await settled(log);
  const places = (events: readonly StoredEvent[]): string[] =>
    events.map(({ partition, offset, id }) => `${partition}/${offset} ${id}`).sort();
  expect(places(seen)).toEqual(places(stored));
  await log.close();
});

/** Counts timers set while it watches. */
function watchedTimers(): { set: number; restore(): void } {
  const original = globalThis.setTimeout;
  const watch = { set: 0, restore: () => void (globalThis.setTimeout = original) };
  globalThis.setTimeout = ((...args: Parameters<typeof original>) => {
    watch.set++;
    return original(...args);
  }) as typeof original;
  return watch;
}
