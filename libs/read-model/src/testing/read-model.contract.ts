import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { covers, type Document, type StoredEvent } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import type { Query, ReadModelStore } from '../read-model.ts';
import { rebuildProjection } from '../rebuild-projection.ts';
import { projectBatch, projectOnto, runProjection } from '../run-projection.ts';
import { type StoreLocation, openPlace } from './crash-place.ts';
import { HeldWriter } from './held-writer.ts';
import { added, crashEvents, event, type Tally, tallies, TestLog } from './numbers.ts';

export interface ReadModelEngine {
  /** A store of its own for each test, empty. */
  fresh(): Promise<ReadModelStore>;
  /** Another process's view of the same documents; absent where one process alone may write. */
  second?(): Promise<ReadModelStore>;
  /** How a process of its own opens the documents of the newest store; absent where they live in memory. */
  place?(): StoreLocation;
  /** Whether a document that its file does not take stays readable, so that none is ever refused. */
  readonly holdsAnything?: boolean;
  /** How many random interleavings are tried. */
  readonly runs?: number;
}

/** What every engine of the read models must do. */
export function describeReadModel(name: string, engine: ReadModelEngine): void {
  describe(name, () => {
    let store: ReadModelStore;
    const opened: ReadModelStore[] = [];
    const fresh = async (): Promise<ReadModelStore> => {
      const another = await engine.fresh();
      opened.push(another);
      return another;
    };
    beforeEach(async () => {
      store = await fresh();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
    });

    const tally = async (id: string, of = store): Promise<Tally | undefined> =>
      (await of.collection<Tally>(tallies)).get(id);
    const everyTally = async (of = store): Promise<readonly Tally[]> =>
      (await (await of.collection<Tally>(tallies)).find({ limit: 1000 })).items;

    describe('guarded writes', () => {
      it('gives what was projected, and how far', async () => {
        await projectBatch(store, tallies, [
          event({ offset: 0, data: 2 }),
          event({ offset: 1, data: 3, subject: 'b' }),
          event({ offset: 2, data: 5 }),
          event({ offset: 7, partition: 3, type: 'of-no-concern' }),
        ]);
        expect(await tally('a')).toEqual({ id: 'a', sum: 7, terms: [2, 5], last: { time: 2 } });
        expect(await tally('b')).toMatchObject({ sum: 3 });
        expect(await tally('c')).toBeUndefined();
        expect(await store.positions(tallies.name)).toEqual({ 'numbers/0': 3, 'numbers/3': 8 });
      });

      it('is not moved by what it has seen', async () => {
        const events = [
          event({ offset: 0 }),
          event({ offset: 1 }),
          event({ offset: 0, topic: 'corrections', data: 9 }),
        ];
        await projectBatch(store, tallies, events);
        await projectBatch(store, tallies, events);
        await projectBatch(store, tallies, [...events.slice(1), event({ offset: 2, data: 4 })]);
        expect(await tally('a')).toMatchObject({ terms: [1, 1, 9, 4] });
      });

      it('does not revive a deleted document by redelivery', async () => {
        const events = [event({ offset: 0 }), event({ offset: 1, type: 'cleared' })];
        await projectBatch(store, tallies, events);
        await projectBatch(store, tallies, events.slice(0, 1));
        expect(await tally('a')).toBeUndefined();
        expect(await everyTally()).toEqual([]);
        await projectBatch(store, tallies, [event({ offset: 2, data: 6 })]);
        expect(await tally('a')).toMatchObject({ sum: 6 });
      });

      it('refuses a change made from a state that is no longer there', async () => {
        const writer = await store.writer<Tally>(tallies);
        const change = { id: 'a', document: { id: 'a', sum: 1, terms: [1], last: { time: 0 } }, seen: {}, version: 0 };
        expect(await writer.write([change], {})).toBe('written');
        expect(await writer.write([change], { 'numbers/0': 1 })).toBe('conflict');
        expect(await writer.write([{ ...change, version: 7 }], { 'numbers/0': 1 })).toBe('conflict');
        expect(await store.positions(tallies.name)).toEqual({});
        expect((await writer.load(['a'])).get('a')).toMatchObject({ version: 1 });
      });

      it('never moves positions backwards', async () => {
        const writer = await store.writer<Tally>(tallies);
        await writer.write([], { 'contentflow.decisions/0': 9, 'b/1': 1 });
        await writer.write([], { 'contentflow.decisions/0': 4, 'b/1': 2 });
        expect(await writer.positions()).toEqual({ 'contentflow.decisions/0': 9, 'b/1': 2 });
        expect(await store.positions(tallies.name)).toEqual({ 'contentflow.decisions/0': 9, 'b/1': 2 });
      });

      it('keeps what JSON keeps', async () => {
        const odd: Document & Record<string, unknown> = {
          id: 'odd "quoted" id/ä',
          'contentflow.content/3': { $set: 'x', 'a.b': [null, true, -0.1, 2 ** 53] },
          text: 'naïve – 字 😀 \u0000 \\',
          nothing: null,
          empty: {},
        };
        const definition = { name: 'test.odd', indexes: ['text'] };
        const writer = await store.writer(definition);
        await writer.write([{ id: odd.id, document: odd, seen: { 'contentflow.content/3': 4 }, version: 0 }], {});
        expect(await (await store.collection(definition)).get(odd.id)).toEqual(odd);
        expect((await writer.load([odd.id])).get(odd.id)).toMatchObject({
          id: odd.id,
          document: odd,
          seen: { 'contentflow.content/3': 4 },
          version: 1,
        });
      });

      it('passes on what a projection throws, or goes on without the event when told whom to tell', async () => {
        const faulty = {
          ...tallies,
          handlers: new Map(tallies.handlers).set('added', (document, given) => {
            if (Number(given.data) < 0) throw new RangeError('negative');
            return added(document, given);
          }),
        };
        const events = [event({ offset: 0 }), event({ offset: 1, data: -1 }), event({ offset: 2 })];
        await expect(projectBatch(store, faulty, events)).rejects.toThrow('negative');
        const faults: unknown[] = [];
        await projectOnto(await store.writer<Tally>(faulty), faulty, events, async (fault) => {
          faults.push(fault);
        });
        expect(await tally('a')).toMatchObject({ sum: 2 });
        expect(faults).toMatchObject([{ projection: 'test.tallies', event: { offset: 1 } }]);
      });

      /** What no document can hold, or no function takes, between two events that are as they should be. */
      const poison: [string, Partial<StoredEvent>, Partial<typeof tallies>][] = [
        ['is nested deeper than the store goes', { data: nested(1_100) }, { handlers: holding }],
        ['is nested deeper than it goes, and its document is there', { data: nested(1_100) }, { handlers: holding }],
        ['its function throws on', { data: null }, { handlers: new Map([['added', throwsOnNull]]) }],
        ['belongs nobody knows where', { data: null }, { idOf: (given) => (throwsOnNull(undefined, given), 'a') }],
      ];
      it.each(poison)('sets an event aside that %s, and what follows goes on', async (what, bad, changed) => {
        const projection = { ...tallies, ...changed };
        const subject = what.includes('there') ? 'a' : 'b';
        const events = [event({ offset: 0 }), event({ offset: 1, subject, ...bad }), event({ offset: 2 })];
        const faults: StoredEvent[] = [];
        const writer = await store.writer<Tally>(projection);
        expect(await projectOnto(writer, projection, events, async (fault) => void faults.push(fault.event))).toBe(
          'written',
        );
        const collection = await store.collection<Tally>(projection);
        const isHeld = engine.holdsAnything && changed.handlers === holding;
        expect(new Set(faults.map(({ offset }) => offset))).toEqual(new Set(isHeld ? [] : [1]));
        expect((await collection.find({ where: { 'last.time': { from: 0 } } })).items).toMatchObject(
          isHeld && subject === 'a' ? [] : [{ id: 'a', terms: [1, 1] }],
        );
        expect(await writer.positions()).toEqual({ 'numbers/0': 3 });
      });

      it('blames no event while the store takes nothing', async () => {
        const writer = await store.writer<Tally>(tallies);
        const down: typeof writer = {
          positions: () => writer.positions(),
          load: (ids) => writer.load(ids),
          write: () => Promise.reject(new Error('no space left')),
        };
        const faults: unknown[] = [];
        const projected = projectOnto(down, tallies, range(0, 3), async (fault) => void faults.push(fault));
        await expect(projected).rejects.toThrow('no space left');
        expect(faults).toEqual([]);
        expect(await projectOnto(writer, tallies, range(0, 3), async (fault) => void faults.push(fault))).toBe(
          'written',
        );
        expect(await tally('a')).toMatchObject({ sum: 3 });
      });

      it('gives each event once however writers and redelivery interleave', async () => {
        await fc.assert(
          fc.asyncProperty(interleavings(), async ({ events, deliveries, turns }) => {
            const shared = await fresh();
            const stores = [shared, engine.second ? await engine.second() : shared];
            const writers = await Promise.all(
              stores.map(async (one) => new HeldWriter(await one.writer<Tally>(tallies))),
            );
            const delivering = writers.map(async (writer, index) => {
              for (const { from, to } of deliveries[index] ?? [])
                await projectOnto(writer, tallies, events.slice(from, to));
              writer.finish();
            });
            for (const turn of turns) await writers[turn]?.step();
            for (const writer of writers) while (!writer.isFinished) await writer.step();
            await Promise.all(delivering);
            expect(byId(await everyTally(shared))).toEqual(expectedTallies(events));
            for (const one of new Set(stores)) await one.close();
            opened.splice(opened.indexOf(shared), 1);
          }),
          { numRuns: engine.runs ?? 30 },
        );
      });
    });

    describe('queries', () => {
      const people = [
        { id: 'p1', age: 30, name: { last: 'Noether' }, isWatched: true },
        { id: 'p2', age: 41, name: { last: 'Curie' }, isWatched: false },
        { id: 'p3', age: 30, name: { last: 'Ångström' }, isWatched: true },
        { id: 'p4', age: 9, name: { last: 'Gauß' }, isWatched: false },
        { id: 'p5', name: { last: 'Curie' }, isWatched: true },
        { id: 'p6', age: 30, name: {}, isWatched: true },
        { id: 'p7', age: -1.5, isWatched: true },
      ];
      type Person = Document & Record<string, unknown>;
      const definition = { name: 'test.people', indexes: ['age', 'name.last', 'isWatched+age'] };
      const ids = async (query: Query): Promise<string[]> =>
        (await (await store.collection<Person>(definition)).find(query)).items.map(({ id }) => id);

      beforeEach(async () => {
        const writer = await store.writer<Person>(definition);
        await writer.write(
          people.map((document) => ({ id: document.id, document, seen: {}, version: 0 })),
          {},
        );
      });

      it('filters by equality, range, both and null', async () => {
        expect(await ids({ where: { age: 30 } })).toEqual(['p1', 'p3', 'p6']);
        expect(await ids({ where: { age: { from: 9, below: 41 } } })).toEqual(['p1', 'p3', 'p4', 'p6']);
        expect(await ids({ where: { age: { from: 30 }, 'name.last': 'Curie' } })).toEqual(['p2']);
        expect(await ids({ where: { 'name.last': { below: 'D' } } })).toEqual(['p2', 'p5']);
        expect(await ids({ where: { isWatched: false } })).toEqual(['p2', 'p4']);
        expect(await ids({ where: { 'name.last': null } })).toEqual(['p6', 'p7']);
        expect(await ids({ where: { id: { from: 'p6' } } })).toEqual(['p6', 'p7']);
        expect(await ids({ where: { age: 31 } })).toEqual([]);
      });

      it('counts', async () => {
        const collection = await store.collection<Person>(definition);
        expect(await collection.count()).toBe(7);
        expect(await collection.count({ age: 30, isWatched: true })).toBe(3);
      });

      it('sorts either way, absent values first, ties by id', async () => {
        expect(await ids({ sort: { by: 'age' } })).toEqual(['p5', 'p7', 'p4', 'p1', 'p3', 'p6', 'p2']);
        expect(await ids({ sort: { by: 'age', descending: true } })).toEqual([
          'p2', 'p6', 'p3', 'p1', 'p4', 'p7', 'p5',
        ]); // prettier-ignore
        expect(await ids({ sort: { by: 'name.last' } })).toEqual(['p6', 'p7', 'p2', 'p5', 'p4', 'p1', 'p3']);
        expect(await ids({ sort: { by: 'id', descending: true }, limit: 2 })).toEqual(['p7', 'p6']);
      });

      it.each([
        { sort: undefined },
        { sort: { by: 'age' } },
        { sort: { by: 'age', descending: true } },
        { sort: { by: 'name.last', descending: true } },
        { sort: { by: 'isWatched' } },
        { sort: { by: 'age' }, where: { isWatched: true } },
      ])('pages through all of $sort.by without gap or repeat, whatever the page size', async (query) => {
        const collection = await store.collection<Person>(definition);
        const all = await ids({ ...query, limit: 1000 });
        for (const limit of [1, 2, 3, 6, 7]) {
          const paged: string[] = [];
          let after: string | undefined;
          do {
            const page = await collection.find({ ...query, limit, after });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            paged.push(...page.items.map(({ id }) => id));
            after = page.next ?? undefined;
          } while (after !== undefined);
          expect(paged).toEqual(all);
        }
      });

      it('keeps the place in a page when documents before it come and go', async () => {
        const collection = await store.collection<Person>(definition);
        const first = await collection.find({ sort: { by: 'age' }, limit: 3 });
        const writer = await store.writer<Person>(definition);
        await writer.write(
          [
            { id: 'p7', document: undefined, seen: {}, version: 1 },
            { id: 'p0', document: { id: 'p0', age: 0 }, seen: {}, version: 0 },
          ],
          {},
        );
        const second = await collection.find({ sort: { by: 'age' }, limit: 3, after: first.next as string });
        expect(second.items.map(({ id }) => id)).toEqual(['p1', 'p3', 'p6']);
      });

      it.each([
        [
          { where: { height: 1 } },
          'where: "height" is not an indexed field; declare it in the indexes of "test.people"',
        ],
        [{ sort: { by: 'name' } }, 'sort.by: "name" is not an indexed field'],
        [{ limit: 0 }, 'limit: must be a whole number from 1 to 1000, is 0'],
        [{ limit: 1001 }, 'limit: must be'],
        [{ after: 'nonsense' }, 'after: is not the "next" of a page'],
      ])('refuses %j', async (query, problem) => {
        const collection = await store.collection<Person>(definition);
        await expect(collection.find(query as Query)).rejects.toThrow(problem);
      });

      it('gives 50 when no limit is named', async () => {
        const writer = await store.writer<Person>(definition);
        const many = Array.from({ length: 60 }, (_, i) => `q${i}`);
        await writer.write(
          many.map((id) => ({ id, document: { id }, seen: {}, version: 0 })),
          {},
        );
        expect(await ids({})).toHaveLength(50);
      });

      it('takes on an index that is declared later', async () => {
        const extended = { ...definition, indexes: [...definition.indexes, 'born'] };
        const collection = await store.collection<Person>(extended);
        expect((await collection.find({ where: { born: null } })).items).toHaveLength(7);
      });
    });

    describe('following the log', () => {
      it('goes on where it stopped', async () => {
        const log = new TestLog(3);
        log.append(...range(0, 10));
        const first = await runProjection({ log, store, projection: tallies });
        await reached(store, log);
        await first.stop();
        log.append(...range(10, 14));
        expect(await tally('a')).toMatchObject({ sum: 10 });
        const second = await runProjection({ log, store, projection: tallies });
        await reached(store, log);
        await second.stop();
        expect(await tally('a')).toMatchObject({ sum: 14 });
      });

      it('rebuilds while it serves and follows', async () => {
        const log = new TestLog(7);
        log.append(...range(0, 100));
        const running = await runProjection({ log, store, projection: tallies });
        await reached(store, log);
        const collection = await store.collection<Tally>(tallies);

        let answered = 0;
        let isRebuilt = false;
        const changed = { ...tallies, handlers: new Map(tallies.handlers).set('added', doubled) };
        const rebuilding = rebuildProjection({ log, store, projection: changed }).then(() => (isRebuilt = true));
        for (let offset = 100; !isRebuilt; offset++) {
          log.append(event({ offset, subject: 'b' }));
          expect([100, 200]).toContain((await collection.get('a'))?.sum);
          expect((await collection.find({ where: { sum: { from: 100 } } })).items.length).toBeGreaterThan(0);
          answered++;
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await rebuilding;
        expect(answered).toBeGreaterThan(0);
        expect(await collection.get('a')).toMatchObject({ sum: 200 });

        log.append(event({ offset: 10_000, subject: 'c' }));
        await reached(store, log);
        await running.stop();
        expect((await collection.get('b'))?.terms).toHaveLength(answered);
        expect(await collection.get('c')).toBeDefined();
      });

      it('keeps the old documents when a rebuild fails', async () => {
        const log = new TestLog();
        log.append(...range(0, 5));
        await projectBatch(store, tallies, range(0, 5));
        const handlers: typeof tallies.handlers = new Map().set('added', () => {
          throw new Error('broken');
        });
        await expect(rebuildProjection({ log, store, projection: { ...tallies, handlers } })).rejects.toThrow('broken');
        expect(await tally('a')).toMatchObject({ sum: 5 });
        await rebuildProjection({ log, store, projection: tallies });
        expect(await tally('a')).toMatchObject({ sum: 5 });
      });

      const { place } = engine;
      if (place)
        it('loses and doubles nothing when its process is killed again and again', async () => {
          await store.close();
          opened.splice(0);
          for (const after of [20, 60, 100, 140]) expect(await endOfChild(place(), after)).toBe('SIGKILL');
          expect(await endOfChild(place(), Infinity)).toBe(0);
          store = await openPlace(place());
          opened.push(store);
          expect(byId(await everyTally())).toEqual(expectedTallies(crashEvents));
          expect(await store.positions(tallies.name)).toEqual({ 'numbers/0': crashEvents.length });
        });

      it('tells a writer that it was superseded', async () => {
        const old = await store.writer<Tally>(tallies);
        await projectOnto(old, tallies, range(0, 2));
        await rebuildProjection({ log: new TestLog(), store, projection: tallies });
        expect(await projectOnto(old, tallies, [event({ offset: 2 })])).toBe('superseded');
        expect(await everyTally()).toEqual([]);
        expect(await store.positions(tallies.name)).toEqual({});
      });
    });
  });
}

const range = (from: number, to: number): StoredEvent[] =>
  Array.from({ length: to - from }, (_, i) => event({ offset: from + i }));

const doubled = (tally: Tally | undefined, given: StoredEvent): Tally => ({
  ...added(tally, given),
  sum: (tally?.sum ?? 0) + 2 * Number(given.data),
});

async function reached(store: ReadModelStore, log: TestLog): Promise<void> {
  const goal = await log.ends(tallies.topics);
  await until(
    () => store.positions(tallies.name),
    (positions) => covers(positions, goal),
  );
}

/** Runs a projection in a process of its own and kills it some time after that many events are written. */
async function endOfChild(place: StoreLocation, killedAfter: number): Promise<number | string | null> {
  const script = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(place), String(killedAfter)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => child.kill('SIGKILL'));
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal ?? code;
}

interface Interleaving {
  readonly events: StoredEvent[];
  readonly deliveries: { readonly from: number; readonly to: number }[][];
  readonly turns: number[];
}

/**
 * Events of three subjects over two partitions, what each of two writers is handed (every event, some of them again), and
 * which of them has the next turn.
 */
function interleavings(): fc.Arbitrary<Interleaving> {
  const kinds = fc.record({
    subject: fc.constantFrom('a', 'b', 'c'),
    type: fc.constantFrom('added', 'added', 'added', 'cleared'),
    data: fc.integer({ min: 1, max: 9 }),
  });
  return fc.array(kinds, { minLength: 1, maxLength: 25 }).chain((given) => {
    const ofA = (upTo: number): number => given.slice(0, upTo).filter(({ subject }) => subject === 'a').length;
    const events = given.map((one, i) =>
      one.subject === 'a'
        ? event({ ...one, partition: 0, offset: ofA(i) })
        : event({ ...one, partition: 1, offset: i - ofA(i) }),
    );
    return fc.record({
      events: fc.constant(events),
      deliveries: fc.array(deliveriesOf(events.length), { minLength: 2, maxLength: 2 }),
      turns: fc.array(fc.constantFrom(0, 0, 0, 1, 1, 1), { maxLength: 60 }),
    });
  });
}

/** Slices that follow on each other, each perhaps preceded by some of what was delivered before. */
function deliveriesOf(length: number): fc.Arbitrary<{ from: number; to: number }[]> {
  const step = fc.record({ size: fc.integer({ min: 1, max: 8 }), again: fc.integer({ min: 0, max: 5 }) });
  return fc.array(step, { minLength: length, maxLength: length }).map((steps) => {
    const slices: { from: number; to: number }[] = [];
    let reached = 0;
    for (const { size, again } of steps) {
      if (reached >= length) break;
      slices.push({ from: Math.max(0, reached - again), to: (reached = Math.min(length, reached + size)) });
    }
    return slices;
  });
}

const byId = (found: readonly Tally[]): Record<string, readonly number[]> =>
  Object.fromEntries(found.map(({ id, terms }) => [id, terms]));

function expectedTallies(events: readonly StoredEvent[]): Record<string, readonly number[]> {
  const terms: Record<string, number[]> = {};
  for (const { subject, type, data } of events)
    if (type === 'cleared') delete terms[subject];
    else (terms[subject] ??= []).push(data as number);
  return terms;
}

const holding: typeof tallies.handlers = new Map([['added', addedAndHeld]]);

function addedAndHeld(tally: (Tally & { held?: unknown[] }) | undefined, given: StoredEvent): Tally {
  return Object.assign(added(tally, { ...given, data: 1 }), { held: [...(tally?.held ?? []), given.data] });
}

function throwsOnNull(tally: Tally | undefined, given: StoredEvent): Tally {
  if (given.data === null) throw new TypeError('there is nothing');
  return added(tally, given);
}

function nested(levels: number): object {
  let inner = {};
  for (let level = 0; level < levels; level++) inner = { inner };
  return inner;
}
