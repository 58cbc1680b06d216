import type { StoredEvent } from '@contentflow/kernel';
import type { Cursor, Fetched, PartitionFetcher } from './partition-fetcher.ts';

const FETCH_WAIT_MS = 50;
/** How far before the end the last event is looked for at first: markers of transactions may fill the very end. */
const FIRST_LOOK_BACK = 50;

/** The events of one partition from there on, up to an offset that a marker may occupy. */
export async function* scan(
  fetcher: PartitionFetcher,
  cursor: Cursor,
  to: number,
): AsyncIterable<readonly StoredEvent[]> {
  while (cursor.next < to) {
    const [fetched] = await fetchOnce(fetcher, [cursor]);
    if (!fetched) continue;
    cursor.next = fetched.next;
    const events = fetched.events.filter(({ offset }) => offset < to);
    if (events.length > 0) yield events;
  }
}

/** The offset after the last event of each partition, given the stable ends, which may lie behind markers. */
export async function eventEnds(fetcher: PartitionFetcher, ends: readonly Cursor[]): Promise<Map<Cursor, number>> {
  const found = new Map<Cursor, number>(ends.filter(({ next }) => next === 0).map((end) => [end, 0]));
  for (let lookBack = FIRST_LOOK_BACK; found.size < ends.length; lookBack *= 10) {
    const searched = ends.filter((end) => !found.has(end));
    for (const [end, last] of await lastEvents(fetcher, searched, lookBack))
      if (last !== undefined) found.set(end, last + 1);
      else if (end.next <= lookBack) found.set(end, 0);
  }
  return found;
}

/** The offset of the last event among the last few offsets of each partition. */
async function lastEvents(
  fetcher: PartitionFetcher,
  ends: readonly Cursor[],
  lookBack: number,
): Promise<Map<Cursor, number | undefined>> {
  const last = new Map<Cursor, number | undefined>(ends.map((end) => [end, undefined]));
  const endOf = new Map(ends.map((end) => [{ ...end, next: Math.max(0, end.next - lookBack) }, end]));
  for (;;) {
    const open = [...endOf].filter(([cursor, end]) => cursor.next < end.next).map(([cursor]) => cursor);
    if (open.length === 0) return last;
    for (const { cursor, events, next } of await fetchOnce(fetcher, open)) {
      const end = endOf.get(cursor)!;
      for (const { offset } of events) if (offset < end.next) last.set(end, offset);
      cursor.next = next;
    }
  }
}

function fetchOnce(fetcher: PartitionFetcher, cursors: readonly Cursor[]): Promise<Fetched[]> {
  return fetcher.persistently(async () => {
    const leaders = fetcher.byLeader(cursors);
    return (await Promise.all(leaders.map((own) => fetcher.fetch(own.node, own.cursors, FETCH_WAIT_MS)))).flat();
  });
}
