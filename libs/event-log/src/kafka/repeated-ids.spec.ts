import { seededRandom, type StoredEvent } from '@contentflow/kernel';
import { RepeatedIds } from './repeated-ids.ts';

const LOOK_BACK = 20;

/** A partition whose offsets have gaps, as markers of transactions leave them, and whose ids come again. */
function partition(length: number, ids: number, seed: number): StoredEvent[] {
  const random = seededRandom(seed);
  let offset = 0;
  return Array.from({ length }, () => {
    offset += random.next() < 0.2 ? 2 : 1;
    return { id: `id-${Math.floor(random.next() * ids)}`, topic: 't', partition: 0, offset } as StoredEvent;
  });
}
const repeatsByDefinition = (events: readonly StoredEvent[]): number[] =>
  events
    .filter(({ id, offset }) =>
      events.some((other) => other.id === id && other.offset < offset && other.offset >= offset - LOOK_BACK),
    )
    .map(({ offset }) => offset);

function repeatedIds(events: readonly StoredEvent[]): { ids: RepeatedIds; reads: () => number } {
  let reads = 0;
  async function* read(_topic: string, _partition: number, from: number, to: number) {
    reads++;
    yield events.filter(({ offset }) => offset >= from && offset < to);
  }
  return { ids: new RepeatedIds(read, LOOK_BACK), reads: () => reads };
}

describe('repeats in a partition without an index', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'are the same for every reader, wherever it begins, however far behind: seed %i',
    async (seed) => {
      const events = partition(600, 40, seed);
      const expected = repeatsByDefinition(events);
      expect(expected.length).toBeGreaterThan(100);
      const { ids } = repeatedIds(events);
      const random = seededRandom(100 + seed);
      const readers = [0, 0, 150, 400, 599].map((at) => ({
        at,
        begun: events[at]!.offset,
        mark: ids.reader(),
        seen: [] as number[],
      }));
      while (readers.some(({ at }) => at < events.length)) {
        const reader = readers[Math.floor(random.next() * readers.length)]!;
        const batch = events.slice(reader.at, (reader.at += 1 + Math.floor(random.next() * 30)));
        reader.seen.push(...(await reader.mark(batch)).filter(({ isRepeat }) => isRepeat).map(({ offset }) => offset));
      }
      for (const { begun, seen } of readers) expect(seen).toEqual(expected.filter((offset) => offset >= begun));
    },
  );

  it('are found without reading anything twice by those who keep up', async () => {
    const events = partition(600, 40, 7);
    const { ids, reads } = repeatedIds(events);
    const [one, two] = [ids.reader(), ids.reader()];
    for (let at = 0; at < events.length; at += 5) for (const mark of [one, two]) await mark(events.slice(at, at + 5));
    expect(reads()).toBeLessThanOrEqual(2);
  });

  it('are forgotten out of sight: an id that comes again after that is new', async () => {
    const far = [0, LOOK_BACK, 2 * LOOK_BACK + 1].map((offset) => ({ id: 'a', topic: 't', partition: 0, offset }));
    const { ids } = repeatedIds(far as StoredEvent[]);
    const marked = await ids.reader()(far as StoredEvent[]);
    expect(marked.map(({ isRepeat }) => isRepeat ?? false)).toEqual([false, true, false]);
  });
});
