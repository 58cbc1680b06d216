import type { StoredEvent } from '@contentflow/kernel';
import fc from 'fast-check';
import type { EventSource } from './event-source.ts';
import { PartitionCursor } from './event-source.ts';
import { SharedReads } from './shared-reads.ts';

const event = (partition: number, offset: number): StoredEvent => ({
  id: `${partition}-${offset}`,
  type: 't',
  source: 's',
  subject: 's',
  time: 0,
  data: {},
  correlationId: 'c',
  topic: 'orders',
  partition,
  offset,
});

/** A log of these offsets by partition, in batches of so many, that counts the events it hands over. */
function logOf(offsets: readonly (readonly number[])[], batchSize: number) {
  const handed = { events: 0 };
  const source: Pick<EventSource, 'read'> = {
    async *read({ partition, from, to }) {
      const wanted = (offsets[partition] ?? []).filter((offset) => offset >= from && offset < to);
      for (let at = 0; at < wanted.length; at += batchSize) {
        const batch = wanted.slice(at, at + batchSize).map((offset) => event(partition, offset));
        handed.events += batch.length;
        yield batch;
      }
    },
  };
  const ends = Object.fromEntries(offsets.map((each, partition) => [`orders/${partition}`, (each.at(-1) ?? -1) + 1]));
  return { source, ends, handed };
}

const upTo = (length: number): number[] => Array.from({ length }, (_, offset) => offset);

describe('reads that are shared', () => {
  it('give every reader the same events, each read once, while they go on together', async () => {
    const { source, ends, handed } = logOf([upTo(100)], 10);
    const shared = new SharedReads(source, ends, 30);
    const [first, second] = [0, 1].map(() => new PartitionCursor(shared, 'orders', 0, 100));
    const seen: StoredEvent[][] = [[], []];
    for (let to = 20; to <= 100; to += 20) {
      await first?.readTo(to, (each) => seen[0]?.push(each));
      await second?.readTo(to, (each) => seen[1]?.push(each));
    }
    expect(seen[0]).toHaveLength(100);
    expect(seen[0]?.every((each, index) => each === seen[1]?.[index])).toBe(true);
    expect(handed.events).toBe(100);
  });

  it('let one who comes late read again what is kept no more, and join in where something is', async () => {
    const { source, ends, handed } = logOf([upTo(100)], 10);
    const shared = new SharedReads(source, ends, 30);
    await new PartitionCursor(shared, 'orders', 0, 100).readTo(100, () => {});
    const late: number[] = [];
    await new PartitionCursor(shared, 'orders', 0, 100).readTo(100, ({ offset }) => late.push(offset));
    expect(late).toEqual(upTo(100));
    expect(handed.events).toBe(170);
  });

  it('let one who reads again miss nothing that is let go of meanwhile', async () => {
    const { source, ends } = logOf([upTo(2), upTo(1)], 1);
    const shared = new SharedReads(source, ends, 1);
    const reader = (partition: number): PartitionCursor => new PartitionCursor(shared, 'orders', partition, 2);
    await reader(0).readTo(1, () => {});
    const late = reader(0);
    await late.peek();
    await reader(1).peek();
    const seen: number[] = [];
    await late.readTo(2, ({ offset }) => seen.push(offset));
    expect(seen).toEqual([0, 1]);
  });

  it('give each reader all events of its range in order, whatever the others do', async () => {
    const partition = fc.uniqueArray(fc.nat(60), { maxLength: 40 }).map((offsets) => offsets.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(
        fc.array(partition, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.tuple(fc.nat(2), fc.nat(3), fc.nat(61)), { maxLength: 40 }),
        async (offsets, batchSize, mostKept, steps) => {
          const { source, ends } = logOf(offsets, batchSize);
          const shared = new SharedReads(source, ends, mostKept);
          const readers = new Map<string, { cursor: PartitionCursor; seen: number[]; to: number }>();
          for (const [p, reader, to] of steps) {
            const key = `${p}/${reader}`;
            const known = readers.get(key) ?? { cursor: new PartitionCursor(shared, 'orders', p, 61), seen: [], to: 0 };
            readers.set(key, known);
            await known.cursor.readTo(to, ({ offset }) => known.seen.push(offset));
            known.to = Math.max(known.to, to);
          }
          for (const [key, { seen, to }] of readers)
            expect(seen).toEqual((offsets[Number(key.split('/')[0])] ?? []).filter((offset) => offset < to));
        },
      ),
      { numRuns: 500 },
    );
  });
});
