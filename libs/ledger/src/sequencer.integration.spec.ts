import { AutonomyPaused, DecisionSequenced, type EventData, newEvent, Topic, topics } from '@contentflow/contracts';
import { type EmbeddedLog, type EventLog, openEmbeddedLog, type SubscribeOptions } from '@contentflow/event-log';
import { type Clock, type NewEvent, partitionKey, type StoredEvent, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GENESIS_HASH } from './domain/chain.ts';
import { entryHash } from './domain/entry-hash.ts';
import { readChainEnd, Sequencer } from './sequencer.ts';

const clock: Clock = { now: () => 1_000, sleep: async () => {} };
const paused = (id: string): NewEvent =>
  newEvent(AutonomyPaused, { subject: 'system', data: { reason: id, by: 'ada' }, time: 5, cause: { id } });

describe('the sequencer', () => {
  let folder: string;
  let log: EmbeddedLog;
  const open = () =>
    openEmbeddedLog({
      file: join(folder, 'log.sqlite'),
      topics,
      clock: systemClock,
      writer: 'thread',
      onError: () => {},
    });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-ledger-'));
    log = await open();
  });
  afterEach(async () => {
    await log.close();
    rmSync(folder, { recursive: true });
  });

  it('chains the decisions in their order, without a gap', async () => {
    await startedOn(log);
    await log.append(['a', 'b', 'c'].map(paused));

    const entries = await ledger(log, 3);
    expect(entries.map(({ decision }) => (decision.data as { reason: string }).reason)).toEqual(['a', 'b', 'c']);
    expectChain(entries);
  });

  it('gives a decision that comes twice one place', async () => {
    await startedOn(log);
    await log.append([paused('a'), paused('b'), paused('a'), paused('c')]);

    expectChain(await ledger(log, 3));
  });

  it('goes on where the chain ends, though an entry stands in the ledger again after it', async () => {
    // Given a log without an index of ids, to which somebody appended an entry once more
    await startedOn(log);
    await log.append([paused('a'), paused('b')]);
    await ledger(log, 2);
    const again: EventLog = {
      append: (events) => log.append(events),
      subscribe: (options) => log.subscribe(options),
      follow: (options) => log.follow(options),
      read: async function* (range) {
        let first: StoredEvent | undefined;
        for await (const events of log.read(range)) {
          first ??= events[0];
          yield events;
        }
        if (first?.topic === Topic.ledger) yield [{ ...first, offset: range.to, isRepeat: true }];
      },
      ends: (names) => log.ends(names),
      close: () => log.close(),
    };
    // When its end is asked for
    const { seq, hash } = await readChainEnd(again).then(({ seq, hash }) => ({ seq, hash }));
    // Then it is the last of those that count
    const entries = await ledger(log, 2);
    expect({ seq, hash }).toEqual({ seq: 2, hash: entries[1]!.hash });
  });

  it('reads the end of a long chain from its end, also where other things stand there', async () => {
    // Given a ledger whose last events are no entries
    const from: number[] = [];
    const entry = (seq: number) => ({ seq, hash: `hash ${seq}`, decision: { id: `d${seq}` } });
    const events = Array.from({ length: 100 }, (_, offset) => ({
      offset,
      type: offset < 50 ? DecisionSequenced.type : 'contentflow.test.strange.v1',
      data: offset < 50 ? entry(offset) : {},
    }));
    const long: Pick<EventLog, 'ends' | 'read'> = {
      ends: async () => ({ [partitionKey(Topic.ledger, 0)]: 100 }),
      async *read(range) {
        from.push(range.from);
        yield events.slice(range.from, range.to) as unknown as StoredEvent[];
      },
    };
    expect(await readChainEnd(long, 20)).toMatchObject({ seq: 50, hash: 'hash 49' });
    expect(from).toEqual([80, 60, 40]);
    expect(await readChainEnd(long, 1000)).toMatchObject({ seq: 50 });
  });

  it('goes on where the chain ends after a restart', async () => {
    await startedOn(log);
    await log.append([paused('a'), paused('b')]);
    await ledger(log, 2);
    await log.close();

    log = await open();
    await startedOn(log);
    await log.append([paused('b'), paused('c')]);
    expectChain(await ledger(log, 3));
  });

  it('sends a decision that its contract refuses to the dead letters, and none after it waits', async () => {
    await startedOn(log);
    await log.append([paused('a'), { ...paused('bad'), data: { reason: 7 } }, paused('b')]);

    expectChain(await ledger(log, 2));
  });

  it('takes no entry for granted whose commit was undone', async () => {
    const { deliver, stored } = subscriptionOf(log);
    await log.append([paused('a'), paused('b')]);
    const [a, b] = (await stored(Topic.decisions)) as [StoredEvent, StoredEvent];

    const undone = await deliver(a);
    await deliver(b);
    const again = await deliver(a);
    expect(again.map(({ data }) => data)).toEqual(undone.map(({ data }) => data));
  });

  it('follows on what another member has sequenced in between', async () => {
    const { deliver, stored } = subscriptionOf(log);
    await log.append([paused('a'), paused('b'), paused('c')]);
    const [a, b, c] = (await stored(Topic.decisions)) as [StoredEvent, StoredEvent, StoredEvent];

    await log.append(await deliver(a));
    const other = subscriptionOf(log);
    await log.append(await other.deliver(b));
    await log.append(await deliver(c));
    expectChain(await ledger(log, 3));
  });
});

async function startedOn(log: EventLog): Promise<void> {
  await new Sequencer({ storedLog: log, clock }).onApplicationBootstrap();
}

/** A sequencer whose events are handed to it by the test. */
function subscriptionOf(log: EventLog) {
  let handle: SubscribeOptions['handle'] = async () => [];
  const subscribe = async (options: SubscribeOptions) => {
    handle = options.handle;
    return { partitions: new Set<string>(), stop: async () => {} };
  };
  const sequencer = new Sequencer({
    storedLog: { ...log, subscribe, ends: (names) => log.ends(names), read: (range) => log.read(range) },
    clock,
  });
  const subscribed = sequencer.onApplicationBootstrap();
  return {
    deliver: async (event: StoredEvent) => {
      await subscribed;
      return handle(event);
    },
    stored: async (topic: string) => {
      const to = (await log.ends([topic]))[`${topic}/0`] ?? 0;
      const events: StoredEvent[] = [];
      for await (const batch of log.read({ topic, partition: 0, from: 0, to })) events.push(...batch);
      return events;
    },
  };
}

type Entry = EventData<typeof DecisionSequenced>;

/** The ledger, once it has that many entries and no decision waits. */
async function ledger(log: EmbeddedLog, length: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  const following = await log.follow({
    topics: [Topic.ledger],
    from: {},
    handle: async (events) => void entries.push(...events.map(({ data }) => data as Entry)),
  });
  await until(() => entries.length >= length && log.isQuiet());
  await following.stop();
  expect(entries).toHaveLength(length);
  return entries;
}

function expectChain(entries: readonly Entry[]): void {
  let previousHash = GENESIS_HASH;
  entries.forEach((entry, seq) => {
    expect(entry).toMatchObject({ seq, previousHash, hashVersion: 2, hash: entryHash(entry) });
    previousHash = entry.hash;
  });
}
