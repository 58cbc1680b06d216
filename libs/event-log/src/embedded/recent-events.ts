import type { StoredEvent } from '@contentflow/kernel';

/** The latest events of one partition, without a gap. */
export class RecentEvents {
  /** The offset of the first event kept. */
  first: number;
  private readonly memory: EventMemory;
  private events: StoredEvent[] = [];
  private head = 0;

  constructor(memory: EventMemory, end: number) {
    this.memory = memory;
    this.first = end;
  }

  push(event: StoredEvent, size: number): void {
    this.events.push(event);
    this.memory.remember(this, size);
  }

  at(offset: number): StoredEvent | undefined {
    return offset < this.first ? undefined : this.events[this.head + offset - this.first];
  }

  /** Events with `from` ≤ offset < `to`; `from` must not lie before `first`. */
  slice(from: number, to: number): StoredEvent[] {
    return this.events.slice(this.head + from - this.first, this.head + to - this.first);
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

  constructor(maxEvents = 20_000, maxCharacters = 32_000_000) {
    this.maxEvents = maxEvents;
    this.maxCharacters = maxCharacters;
  }

  remember(recent: RecentEvents, size: number): void {
    this.order.push(recent);
    this.sizes.push(size);
    this.characters += size;
    while (this.order.length - this.head > this.maxEvents || this.characters > this.maxCharacters) this.forgetOldest();
  }

  private forgetOldest(): void {
    this.order[this.head]!.dropFirst();
    this.characters -= this.sizes[this.head]!;
    if (++this.head < this.maxEvents) return;
    this.order = this.order.slice(this.head);
    this.sizes = this.sizes.slice(this.head);
    this.head = 0;
  }
}
