import {
  covers,
  derivedId,
  isContentFlowError,
  seededRandom,
  type NewEvent,
  type Positions,
  type StoredEvent,
} from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { claimed, holderOf, type Claim, type Claims } from '../claims.ts';
import { DEAD_LETTERED, deadLetterTopic, type DeadLetter } from '../dead-letter.ts';
import type { EventLog, SubscribeOptions } from '../event-log.ts';
import { partitionOf } from '../partition-of.ts';
import { Child } from './child-process.ts';
import { openAt, type LogAddress } from './log-under-test.ts';

export interface EngineUnderTest {
  readonly engine: LogAddress['engine'];
  /** A place where no log is yet: a file, or the brokers and a namespace. */
  newPlace(): { at: string; namespace?: string };
  /** Whether a log can be opened again, and by several processes at once. */
  readonly isShared: boolean;
}

const PARTITIONS = 4;

/** What every engine of the log must do. */
export function eventLogContract(underTest: EngineUnderTest): void {
  let address: LogAddress;
  const orders = 'orders';
  const receipts = 'receipts';
  const group = 'group';
  let opened: EventLog[];
  let children: Child[];

  beforeEach(() => {
    const topics = [
      { name: orders, partitions: PARTITIONS },
      { name: receipts, partitions: 2 },
    ];
    address = { engine: underTest.engine, topics, ...underTest.newPlace() };
    opened = [];
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    await Promise.all(opened.map((log) => log.close()));
  });

  async function open(onError?: (error: unknown) => void, maxWaiting?: number): Promise<EventLog> {
    const log = await openAt(address, { onError, maxWaiting });
    opened.push(log);
    return log;
  }
  const order = (i: number, subject = `subject-${i % 20}`): NewEvent => ({
    id: `order-${i}`,
    topic: orders,
    type: 'contentflow.test.ordered.v1',
    source: 'test',
    subject,
    time: 1_780_000_000_000 + i,
    correlationId: `chain-${i}`,
    data: { i },
  });
  const numbered = (count: number, from = 0): NewEvent[] => Array.from({ length: count }, (_, i) => order(from + i));
  const receipt = ({ id, subject }: StoredEvent): NewEvent => ({
    ...order(0, subject),
    id: derivedId(id, 0),
    topic: receipts,
    causationId: id,
    data: { order: id },
  });
  const reader = (handle: SubscribeOptions['handle'], options: Partial<SubscribeOptions> = {}): SubscribeOptions => ({
    group,
    topics: [orders],
    handle,
    ...options,
  });

  /** Everything in a topic, partition after partition. */
  async function contents(log: EventLog, topic: string): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (const key of Object.keys(await log.ends([topic])).sort())
      for await (const batch of log.read({ topic, partition: Number(key.split('/').at(-1)), from: 0, to: Infinity }))
        events.push(...batch);
    return events;
  }
  async function countOf(log: EventLog, topic: string): Promise<number> {
    return (await contents(log, topic)).length;
  }
  const answered = async (log: EventLog): Promise<string[]> =>
    (await contents(log, receipts)).map(({ data }) => (data as { order: string }).order).sort();
  const ids = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id).sort();

  describe('appending and reading', () => {
    it('gives every event a place and gives it back as it was', async () => {
      const log = await open();
      const event: NewEvent = {
        ...order(1, 'Überschrift 🚀'),
        causationId: 'cause',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        data: { text: 'naïve "quotes"\n\0', list: [1, 2.5, null, true], nested: { deep: { empty: {} } } },
      };
      const [stored] = await log.append([event]);
      const partition = partitionOf(event.subject, PARTITIONS);
      expect(stored).toEqual({ ...event, partition, offset: 0 });
      expect(await contents(log, orders)).toEqual([stored]);
    });

    it('keeps the events of a subject together and in order, however they are appended', async () => {
      const log = await open();
      await Promise.all(Array.from({ length: 60 }, (_, i) => log.append(numbered(5, i * 5))));
      const events = await contents(log, orders);
      expect(events).toHaveLength(300);
      for (let subject = 0; subject < 20; subject++) {
        const own = events.filter((event) => event.subject === `subject-${subject}`);
        expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
        const numbers = own.map(({ data }) => (data as { i: number }).i);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
    });

    it('returns the place where each event then is', async () => {
      const log = await open();
      const stored = (await Promise.all([log.append(numbered(40)), log.append(numbered(40, 40))])).flat();
      const places = new Map((await contents(log, orders)).map((event) => [event.id, event]));
      for (const event of stored) expect(places.get(event.id)).toEqual(event);
    });

    it('reads ranges: from there on, up to there, and nothing beyond the end', async () => {
      const log = await open();
      await log.append(Array.from({ length: 10 }, (_, i) => order(i, 'one')));
      const partition = partitionOf('one', PARTITIONS);
      const offsets = async (from: number, to: number): Promise<number[]> => {
        const found: number[] = [];
        for await (const batch of log.read({ topic: orders, partition, from, to }))
          found.push(...batch.map(({ offset }) => offset));
        return found;
      };
      expect(await offsets(3, 6)).toEqual([3, 4, 5]);
      expect(await offsets(8, 1_000)).toEqual([8, 9]);
      expect(await offsets(10, 20)).toEqual([]);
      expect(await offsets(5, 5)).toEqual([]);
    });

    it('knows the end of every partition, of those without events too', async () => {
      const log = await open();
      await log.append([order(1, 'one'), order(2, 'one')]);
      const empty = Object.fromEntries(Array.from({ length: PARTITIONS }, (_, i) => [`${orders}/${i}`, 0]));
      expect(await log.ends([orders])).toEqual({ ...empty, [`${orders}/${partitionOf('one', PARTITIONS)}`]: 2 });
    });

    it('appends nothing when asked to', async () => {
      const log = await open();
      expect(await log.append([])).toEqual([]);
    });

    it('refuses a topic that was not declared, and what is not JSON, with the field', async () => {
      const log = await open();
      const circular: Record<string, unknown> = {};
      circular.self = circular;
      await expect(log.append([{ ...order(1), topic: 'elsewhere' }])).rejects.toMatchObject({
        code: 'unknown-topic',
        field: 'topic',
      });
      await expect(log.append([{ ...order(1), data: circular }])).rejects.toMatchObject({ field: 'data' });
      expect(await countOf(log, orders)).toBe(0);
    });

    it('lets callers wait rather than pile up without bound', async () => {
      const log = await open(undefined, 50);
      const stored = await Promise.all(Array.from({ length: 400 }, (_, i) => log.append([order(i, 'one')])));
      expect(stored.map(([event]) => event!.offset)).toEqual(Array.from({ length: 400 }, (_, i) => i));
    });

    it('accepts nothing once closed', async () => {
      const log = await open();
      await log.close();
      await expect(log.append([order(1)])).rejects.toThrow();
    });
  });

  describe('an event whose id came before', () => {
    const again = (i: number): NewEvent => ({ ...order(i, 'one'), time: 1_790_000_000_000, data: { i: 'again' } });
    /** What follows from these events, as every reader has it. */
    const firsts = (events: readonly StoredEvent[]): unknown[] =>
      events.filter(({ isRepeat }) => !isRepeat).map(({ data }) => (data as { i: unknown }).i);
    const followed = async (log: EventLog, last: string): Promise<StoredEvent[]> => {
      const seen: StoredEvent[] = [];
      await log.follow({ topics: [orders], from: {}, handle: async (events) => void seen.push(...events) });
      await until(() => seen.some(({ id }) => id === last));
      return seen;
    };

    it('is void for whoever reads, in one append, in another, and from another process', async () => {
      const log = await open();
      await log.append([order(1, 'one'), order(2, 'one'), again(1)]);
      await log.append([again(2), order(3, 'one')]);
      const other = underTest.isShared ? await open() : log;
      await other.append([again(3), again(1), order(4, 'one')]);
      for (const reading of [log, other]) {
        await until(async () => firsts(await contents(reading, orders)).length === 4);
        expect(firsts(await contents(reading, orders))).toEqual([1, 2, 3, 4]);
        expect(firsts(await followed(reading, 'order-4'))).toEqual([1, 2, 3, 4]);
      }
    });

    it('causes nothing in a group', async () => {
      const log = await open();
      await log.append([order(1, 'one'), again(1), order(2, 'one')]);
      const handled: string[] = [];
      await log.subscribe(
        reader(async (event) => {
          handled.push(event.id);
          return [receipt(event)];
        }),
      );
      await until(async () => (await answered(log)).length === 2);
      expect(handled).toEqual(['order-1', 'order-2']);
    });

    it('is void for whoever begins between the two, and where two append it at once', async () => {
      const log = await open();
      const other = underTest.isShared ? await open() : log;
      await Promise.all(
        [log, other].flatMap((each) => [each.append([order(1, 'one')]), each.append([order(2, 'one')])]),
      );
      await log.append([order(3, 'one')]);
      const all = await contents(log, orders);
      const [second] = all.filter(({ isRepeat }) => !isRepeat).slice(1);
      const from = { [`${orders}/${second!.partition}`]: second!.offset };
      const seen: StoredEvent[] = [];
      await log.follow({ topics: [orders], from, handle: async (events) => void seen.push(...events) });
      await until(() => seen.some(({ id }) => id === 'order-3'));
      expect(firsts(all).sort()).toEqual([1, 2, 3]);
      expect(firsts(seen)).toEqual(firsts(all).slice(1));
    });

    it('is another event where it is about another subject of another partition', async () => {
      const log = await open();
      const [one, two] = [order(1, 'subject-1'), order(1, 'subject-2')];
      expect(partitionOf(one.subject, PARTITIONS)).not.toBe(partitionOf(two.subject, PARTITIONS));
      await log.append([one, two]);
      expect(firsts(await contents(log, orders))).toEqual([1, 1]);
    });
  });

  describe('following', () => {
    it('hands over what is there from the given positions on, then what comes, in batches of bounded size', async () => {
      const log = await open();
      await log.append(Array.from({ length: 30 }, (_, i) => order(i, 'one')));
      const seen: StoredEvent[] = [];
      let largest = 0;
      await log.follow({
        topics: [orders],
        from: { [`${orders}/${partitionOf('one', PARTITIONS)}`]: 10 },
        maxBatch: 7,
        handle: async (events) => {
          largest = Math.max(largest, events.length);
          seen.push(...events);
        },
      });
      await until(() => seen.length === 20);
      await log.append(Array.from({ length: 5 }, (_, i) => order(30 + i, 'one')));
      await until(() => seen.length >= 25);
      expect(seen.map(({ offset }) => offset)).toEqual(Array.from({ length: 25 }, (_, i) => 10 + i));
      expect(largest).toBeLessThanOrEqual(7);
    });

    it('reaches the ends, of topics with reactions too', async () => {
      const log = await open();
      await log.append(numbered(50));
      await log.subscribe(reader(async (event) => [receipt(event)]));
      let positions: Positions = {};
      await log.follow({
        topics: [orders, receipts],
        from: {},
        handle: async (events) => {
          for (const { topic, partition, offset } of events)
            positions = { ...positions, [`${topic}/${partition}`]: offset + 1 };
        },
      });
      await until(async () => (await answered(log)).length === 50);
      const ends = await log.ends([orders, receipts]);
      await until(() => covers(positions, ends));
      expect(positions).toMatchObject(Object.fromEntries(Object.entries(ends).filter(([, end]) => end > 0)));
    });

    it('tries a failing batch until it passes, and skips nothing', async () => {
      const errors: unknown[] = [];
      const log = await open((error) => errors.push(error));
      const seen: string[] = [];
      let failures = 0;
      await log.follow({
        topics: [orders],
        from: {},
        handle: async (events) => {
          if (failures++ < 2) throw new Error('not yet');
          seen.push(...events.map(({ id }) => id));
        },
      });
      await log.append(numbered(5));
      await until(() => seen.length >= 5);
      expect(seen.sort()).toEqual(ids(numbered(5)));
      // A broker may say something of its own besides, as while a partition has no leader yet.
      expect(errors.filter((error) => String(error).includes('not yet'))).toHaveLength(2);
    });

    it('hands over nothing after it is stopped', async () => {
      const log = await open();
      let seen = 0;
      const following = await log.follow({ topics: [orders], from: {}, handle: async (e) => void (seen += e.length) });
      await log.append(numbered(3));
      await until(() => seen === 3);
      await following.stop();
      await log.append(numbered(3, 3));
      let seenByAnother = 0;
      await log.follow({ topics: [orders], from: {}, handle: async (e) => void (seenByAnother += e.length) });
      await until(() => seenByAnother === 6);
      expect(seen).toBe(3);
    });
  });

  describe('consumer groups', () => {
    it('hand each event to one member, in order within its partition', async () => {
      const log = await open();
      const seen: { by: string; event: StoredEvent }[] = [];
      const join = (by: string): Promise<unknown> =>
        log.subscribe(
          reader(async (event) => {
            seen.push({ by, event });
            return [];
          }),
        );
      const gone = await log.subscribe(reader(async () => []));
      await gone.stop();
      await join('a');
      await join('b');
      await log.append(numbered(200));
      await until(() => seen.length >= 200);
      expect(ids(seen.map(({ event }) => event))).toEqual(ids(numbered(200)));
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const offsets = seen.filter(({ event }) => event.partition === partition).map(({ event }) => event.offset);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      }
    });

    it('share the partitions out when members come and go', async () => {
      const log = await open();
      const changes: number[] = [];
      const first = await log.subscribe(
        reader(async () => [], { onAssigned: (partitions) => changes.push(partitions.size) }),
      );
      expect(first.partitions.size).toBe(PARTITIONS);
      const second = await log.subscribe(reader(async () => []));
      await until(() => first.partitions.size === 2 && second.partitions.size === 2);
      expect(new Set([...first.partitions, ...second.partitions]).size).toBe(PARTITIONS);
      await second.stop();
      await until(() => first.partitions.size === PARTITIONS);
      expect(second.partitions.size).toBe(0);
      expect(changes).toEqual([4, 2, 4]);
    });

    it('lose and double nothing while members come and go under load', async () => {
      const log = await open();
      const handle = async (event: StoredEvent): Promise<NewEvent[]> => {
        await pause(1);
        return [receipt(event)];
      };
      await log.subscribe(reader(handle));
      const appending = (async () => {
        for (let i = 0; i < 40; i++) {
          await log.append(numbered(10, i * 10));
          await pause(5);
        }
      })();
      for (let round = 0; round < 3; round++) {
        const passing = await log.subscribe(reader(handle));
        await pause(60);
        await passing.stop();
      }
      await appending;
      await until(async () => (await answered(log)).length >= 400);
      expect(await answered(log)).toEqual(ids(numbered(400)));
    });

    it('see everything each, whatever other groups do', async () => {
      const log = await open();
      const seen = { a: 0, b: 0 };
      for (const name of ['a', 'b'] as const)
        await log.subscribe(
          reader(
            async () => {
              seen[name]++;
              return [];
            },
            { group: `${group}-${name}` },
          ),
        );
      await log.append(numbered(30));
      await until(() => seen.a === 30 && seen.b === 30);
    });

    it('hand a member one event of a partition at a time', async () => {
      const log = await open();
      let inHand = 0;
      let most = 0;
      let handled = 0;
      await log.append(numbered(60));
      await log.subscribe(
        reader(async () => {
          most = Math.max(most, ++inHand);
          await pause(2);
          inHand--;
          handled++;
          return [];
        }),
      );
      await until(() => handled === 60);
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(PARTITIONS);
    });

    it('go on where they were: nothing again, nothing left out', async () => {
      const log = await open();
      await log.append(numbered(20));
      const first = await log.subscribe(reader(async (event) => [receipt(event)]));
      await until(async () => (await answered(log)).length === 20);
      await first.stop();
      await log.append(numbered(20, 20));
      const again: string[] = [];
      await log.subscribe(
        reader(async (event) => {
          again.push(event.id);
          return [receipt(event)];
        }),
      );
      await until(async () => (await answered(log)).length >= 40);
      expect(again.sort()).toEqual(ids(numbered(20, 20)));
      expect(await answered(log)).toEqual(ids(numbered(40)));
    });
  });

  describe('what cannot be handled', () => {
    const letters = async (log: EventLog): Promise<StoredEvent<DeadLetter>[]> =>
      (await contents(log, deadLetterTopic(orders))) as StoredEvent<DeadLetter>[];

    it('is tried a bounded number of times, then goes to the dead letters with the reason, and the partition moves on', async () => {
      const log = await open();
      const handled: string[] = [];
      let tries = 0;
      await log.subscribe(
        reader(
          async (event) => {
            if (event.id === 'order-1' && ++tries) throw new Error('the printer is on fire');
            handled.push(event.id);
            return [];
          },
          { attempts: 3 },
        ),
      );
      const stored = await log.append([order(0, 'one'), order(1, 'one'), order(2, 'one')]);
      await until(async () => handled.length === 2 && (await letters(log)).length === 1);
      expect(handled).toEqual(['order-0', 'order-2']);
      expect(tries).toBe(3);
      const [letter] = await letters(log);
      expect(letter).toMatchObject({
        type: DEAD_LETTERED,
        subject: 'one',
        correlationId: 'chain-1',
        causationId: 'order-1',
        data: { reason: 'the printer is on fire', attempts: 3, group, event: stored[1] },
      });
    });

    it('is spared further tries when they are hopeless', async () => {
      const log = await open();
      let tries = 0;
      await log.subscribe(
        reader(
          async () => {
            tries++;
            throw new TypeError('not what the schema says');
          },
          { isHopeless: (error) => error instanceof TypeError },
        ),
      );
      await log.append([order(1)]);
      await until(async () => (await letters(log)).length === 1);
      expect(tries).toBe(1);
      expect((await letters(log))[0]!.data).toMatchObject({ attempts: 1, reason: 'not what the schema says' });
    });

    it('succeeds at a later try without a trace', async () => {
      const log = await open();
      let tries = 0;
      await log.subscribe(
        reader(async (event) => {
          if (++tries === 1) throw new Error('try again');
          return [receipt(event)];
        }),
      );
      await log.append([order(1)]);
      await until(async () => (await answered(log)).length === 1);
      expect(await letters(log)).toEqual([]);
    });

    it('includes a reaction that the log refuses', async () => {
      const log = await open();
      await log.subscribe(reader(async (event) => [{ ...receipt(event), topic: 'elsewhere' }]));
      await log.append([order(1)]);
      await until(async () => (await letters(log)).length === 1);
      expect((await letters(log))[0]!.data).toMatchObject({ attempts: 1, code: 'unknown-topic' });
    });

    it('does not hold up the other partitions', async () => {
      const log = await open();
      const handled: string[] = [];
      let failures = 0;
      await log.subscribe(
        reader(async (event) => {
          if (event.subject === 'one' && ++failures) throw new Error('never');
          handled.push(event.id);
          return [];
        }),
      );
      await log.append([order(0, 'one')]);
      await until(() => failures > 0);
      const other = Array.from({ length: 20 }, (_, i) => `other-${i}`).find(
        (subject) => partitionOf(subject, PARTITIONS) !== partitionOf('one', PARTITIONS),
      )!;
      await log.append([order(1, other)]);
      await until(() => handled.length === 1);
      expect(await letters(log)).toEqual([]);
    });
  });

  it('lets a leased claim own long work: every reader agrees on the holder, an expired lease passes it on', async () => {
    const log = await open();
    const claim = (claimant: string, time: number): NewEvent<Claim> => ({
      ...order(0, 'brief-1'),
      id: `${claimant}-${time}`,
      source: claimant,
      time,
      data: { claimant, leaseMs: 1_000 },
    });
    const views: Claims[] = [{}, {}];
    for (const i of [0, 1])
      await log.follow({
        topics: [orders],
        from: {},
        handle: async (events) => {
          for (const event of events) views[i] = claimed(views[i]!, event as StoredEvent<Claim>);
        },
      });
    await Promise.all([log.append([claim('a', 0)]), log.append([claim('b', 0)])]);
    await until(() => views.every((view) => holderOf(view, 'brief-1', 500) !== undefined));
    const holder = holderOf(views[0]!, 'brief-1', 500)!;
    const other = holder === 'a' ? 'b' : 'a';
    expect(holderOf(views[1]!, 'brief-1', 500)).toBe(holder);
    await log.append([claim(other, 1_500)]);
    await until(() => views.every((view) => holderOf(view, 'brief-1', 2_000) === other));
  });

  if (!underTest.isShared) return;

  describe('among processes', () => {
    function child(task: 'append' | 'react', name: string, handlingMs = 0): Child {
      const started = new Child(task, address, name, handlingMs);
      children.push(started);
      return started;
    }

    it('is still there when opened again', async () => {
      const before = await open();
      const stored = await before.append(numbered(10));
      await before.close();
      expect(ids(await contents(await open(), orders))).toEqual(ids(stored));
    });

    it('shows one what another appends, soon', async () => {
      const [here, there] = [await open(), await open()];
      const seen: string[] = [];
      await here.follow({
        topics: [orders],
        from: {},
        handle: async (events) => void seen.push(...events.map(({ id }) => id)),
      });
      await there.append(numbered(3));
      await until(() => seen.length === 3);
      await Promise.all([here.append(numbered(50, 10)), there.append(numbered(50, 100))]);
      await until(() => seen.length === 103);
      expect(new Set(seen).size).toBe(103);
    });

    it('shares the partitions of a group among them', async () => {
      const [here, there] = [await open(), await open()];
      const [mine, theirs] = await Promise.all(
        [here, there].map((log) => log.subscribe(reader(async (event) => [receipt(event)]))),
      );
      await until(() => mine!.partitions.size === 2 && theirs!.partitions.size === 2);
      await here.append(numbered(40));
      await until(async () => (await answered(here)).length >= 40);
      await there.close();
      await until(() => mine!.partitions.size === PARTITIONS);
      await here.append(numbered(40, 40));
      await until(async () => (await answered(here)).length >= 80);
      expect(await answered(here)).toEqual(ids(numbered(80)));
    });

    it('loses nothing it has acknowledged when a writer is killed', async () => {
      const log = await open();
      const random = seededRandom('killed writers');
      const acknowledged: string[] = [];
      for (let round = 0; round < 3; round++) {
        const writers = [child('append', `a${round}`), child('append', `b${round}`)];
        await Promise.all(writers.map((writer) => until(() => writer.lines.length > 0)));
        await pause(20 + random.below(150));
        await Promise.all(writers.map((writer) => writer.kill()));
        acknowledged.push(...writers.flatMap(({ lines }) => lines));
      }
      const stored = ids(await contents(log, orders));
      expect(acknowledged.length).toBeGreaterThan(6);
      expect(new Set(stored).size).toBe(stored.length);
      expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
    });

    it('handles everything exactly once though its members are killed at random points', async () => {
      const log = await open();
      const random = seededRandom('killed readers');
      const kills = underTest.engine === 'kafka' ? 3 : 5;
      await child('react', group, 2).ready;
      let count = 0;
      let isOver = false;
      const appending = (async () => {
        for (; !isOver; count += 10) {
          await log.append(numbered(10, count));
          await pause(20);
        }
      })();
      for (let round = 0; round < kills; round++) {
        const doomed = child('react', group, 2);
        await until(() => doomed.lines.length > 0);
        await pause(random.below(100));
        await doomed.kill();
      }
      isOver = true;
      await appending;
      await until(async () => (await answered(log)).length >= count);
      // What were handled twice would be there before what comes after it in each partition.
      await log.append(numbered(20, count));
      await until(async () => (await answered(log)).length >= count + 20);
      expect(await answered(log)).toEqual(ids(numbered(count + 20)));
    });

    it('fences a member that was frozen, lost its partitions and wakes up', async () => {
      const log = await open();
      await log.append(numbered(8));
      const frozen = child('react', group, 300);
      await until(() => frozen.lines.length > 0);
      frozen.freeze();
      const heir = await log.subscribe(reader(async (event) => [receipt(event)]));
      await until(() => heir.partitions.size === PARTITIONS);
      await until(async () => (await answered(log)).length >= 8);
      frozen.thaw();
      // Awake, it joins again and handles what comes, behind what it had in hand.
      await until(() => heir.partitions.size < PARTITIONS);
      await log.append(numbered(20, 8));
      await until(async () => (await answered(log)).length >= 28);
      expect(await answered(log)).toEqual(ids(numbered(28)));
    });

    it('refuses another number of partitions than there are', async () => {
      await (await open()).close();
      address = { ...address, topics: [{ name: orders, partitions: PARTITIONS + 1 }, address.topics[1]!] };
      const refusal = await open().catch((error: unknown) => error);
      expect(isContentFlowError(refusal, 'log-partitions')).toBe(true);
    });
  });
}
