import { partitionKey, type StoredEvent } from '@contentflow/kernel';

/** How many offsets back an id is known: a topic has no unique index, so readers look back this far, all to the same answer. */
const LOOK_BACK = 20_000;

/** Reads the events of a partition from there on, up to there. */
export type ReadRange = (
  topic: string,
  partition: number,
  from: number,
  to: number,
) => AsyncIterable<readonly StoredEvent[]>;

/** Marks the repeats for one reader, which hands over the events of each partition in order. */
export type MarkRepeats = (events: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>;

/**
 * Marks events whose id came before in their partition, within a bounded distance: whoever reads, from wherever, marks the
 * same ones. Readers near the end share one window of each partition; one that lags behind has its own until it has caught up.
 */
export class RepeatedIds {
  private readonly read: ReadRange;
  private readonly lookBack: number;
  private readonly shared = new Map<string, IdWindow>();

  constructor(read: ReadRange, lookBack = LOOK_BACK) {
    this.read = read;
    this.lookBack = lookBack;
  }

  reader(): MarkRepeats {
    const places = new Map<string, { window: IdWindow; next: number }>();
    return async (events) => {
      const [first] = events;
      if (!first) return events;
      const key = partitionKey(first.topic, first.partition);
      const before = places.get(key);
      const known = before && before.next <= first.offset ? before : undefined;
      const window = await this.windowFor(first, known?.next ?? first.offset, known?.window);
      window.add(events);
      places.set(key, { window, next: (events.at(-1) as StoredEvent).offset + 1 });
      return events.some(({ offset }) => window.isRepeat(offset))
        ? events.map((event) => (window.isRepeat(event.offset) ? { ...event, isRepeat: true as const } : event))
        : events;
    };
  }

  /** @param next  no event lies between there and the first */
  private async windowFor(first: StoredEvent, next: number, own: IdWindow | undefined): Promise<IdWindow> {
    const key = partitionKey(first.topic, first.partition);
    const usable = [this.shared.get(key), own].find((window) => window?.covers(first.offset, next));
    const window = usable ?? (await this.readBefore(first));
    const shared = this.shared.get(key);
    if (!shared || shared.next < window.next) this.shared.set(key, window);
    return window;
  }

  private async readBefore({ topic, partition, offset }: StoredEvent): Promise<IdWindow> {
    const from = Math.max(0, offset - this.lookBack);
    const window = new IdWindow(from, this.lookBack);
    if (from < offset) for await (const events of this.read(topic, partition, from, offset)) window.add(events);
    window.next = offset;
    return window;
  }
}

/** Where each id of a stretch of one partition stood last, and which of its offsets hold repeats. */
class IdWindow {
  /** Everything before is known. */
  next: number;
  private from: number;
  private readonly lookBack: number;
  private readonly places = new Map<string, number>();
  private readonly repeats = new Set<number>();

  constructor(from: number, lookBack: number) {
    this.from = this.next = from;
    this.lookBack = lookBack;
  }

  /** Whether it knows, or will know once the events from `next` on are added, all that counts for this offset. */
  covers(offset: number, next: number): boolean {
    return next <= this.next && this.from <= Math.max(0, offset - this.lookBack);
  }

  isRepeat(offset: number): boolean {
    return this.repeats.has(offset);
  }

  add(events: readonly StoredEvent[]): void {
    for (const { id, offset } of events) {
      if (offset < this.next) continue;
      const last = this.places.get(id);
      if (last !== undefined && last >= offset - this.lookBack) this.repeats.add(offset);
      this.places.delete(id);
      this.places.set(id, offset);
      this.next = offset + 1;
    }
    if (this.next - this.from > 4 * this.lookBack) this.evictBefore(this.next - 2 * this.lookBack);
  }

  private evictBefore(from: number): void {
    this.from = from;
    for (const [id, offset] of this.places)
      if (offset < from) this.places.delete(id);
      else break;
    for (const offset of this.repeats)
      if (offset < from) this.repeats.delete(offset);
      else break;
  }
}
