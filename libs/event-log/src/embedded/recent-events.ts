import { takeAsDecoded } from '@contentflow/contracts';
import type { StoredEvent } from '@contentflow/kernel';
import { fromJson } from './stored-json.ts';

/** An event as its row holds it, and whether it was made by its contract here. */
export interface Written {
  readonly json: string;
  readonly isByContract?: boolean;
}

/** The latest events of one partition, without a gap. Each is parsed when it is first read, once for all readers. */
export class RecentEvents {
  /** The offset of the first event kept. */
  first: number;
  private readonly partition: { readonly topic: string; readonly number: number };
  private readonly memory: EventMemory;
  private events: (StoredEvent | Written)[] = [];
  private head = 0;

  constructor(memory: EventMemory, partition: RecentEvents['partition'], end: number) {
    this.memory = memory;
    this.partition = partition;
    this.first = end;
  }

  push(written: Written): void {
    this.events.push(written);
    this.memory.remember(this, written.json.length);
  }

  /** Events with `from` ≤ offset < `to`; `from` must not lie before `first`. */
  slice(from: number, to: number): StoredEvent[] {
    const events: StoredEvent[] = [];
    for (let offset = from; offset < to; offset++) events.push(this.at(offset));
    return events;
  }

  private at(offset: number): StoredEvent {
    const index = this.head + offset - this.first;
    const kept = this.events[index]!;
    if (!('json' in kept)) return kept;
    const event = fromJson(kept.json, {
      topic: this.partition.topic,
      partition: this.partition.number,
      offset,
    });
    if (kept.isByContract) takeAsDecoded(event);
    return (this.events[index] = event);
  }

  dropFirst(): void {
    this.head++;
    this.first++;
    if (this.head < 64 || this.head * 2 < this.events.length) return;
    this.events = this.events.slice(this.head);
    this.head = 0;
  }
}

/** Bounds what all partitions keep together, in events and in characters of JSON; the oldest go first. */
export class EventMemory {
  private readonly maxEvents: number;
  private readonly maxCharacters: number;
  private order: RecentEvents[] = [];
  private sizes: number[] = [];
  private head = 0;
  private characters = 0;

  constructor({ maxEvents = 20_000, maxCharacters = 32_000_000 } = {}) {
    this.maxEvents = maxEvents;
    this.maxCharacters = maxCharacters;
  }

  remember(recent: RecentEvents, size: number): void {
    this.order.push(recent);
    this.sizes.push(size);
    this.characters += size;
    while (this.order.length - this.head > this.maxEvents || this.characters > this.maxCharacters) this.evictOldest();
  }

  private evictOldest(): void {
    this.order[this.head]!.dropFirst();
    this.characters -= this.sizes[this.head]!;
    if (++this.head < this.maxEvents) return;
    this.order = this.order.slice(this.head);
    this.sizes = this.sizes.slice(this.head);
    this.head = 0;
  }
}
