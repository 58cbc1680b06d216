import { partitionKey, type StoredEvent } from '@contentflow/kernel';
import type { LogFile, PartitionRow } from './log-file.ts';
import { RecentEvents, type EventMemory, type Written } from './recent-events.ts';
import { readJson } from './stored-json.ts';

/** Who reads a partition and wants to know when there is more. */
export interface Watcher {
  wake(): void;
}

const LOAD_AT_MOST = 1_000;

/** One partition as this process sees it: how far it reaches, its latest events, and who waits for more. */
export class PartitionFeed {
  readonly id: number;
  readonly topic: string;
  readonly number: number;
  readonly key: string;
  /** Told in the order they came, so that a simulated day repeats itself. */
  readonly watchers = new Set<Watcher>();
  end: number;
  private readonly file: LogFile;
  private readonly memory: EventMemory;
  private recent: RecentEvents;

  constructor(row: PartitionRow, file: LogFile, memory: EventMemory) {
    this.id = row.id;
    this.topic = row.topic;
    this.number = row.number;
    this.key = partitionKey(row.topic, row.number);
    this.file = file;
    this.memory = memory;
    this.end = file.end(row.id);
    this.recent = new RecentEvents(memory, this, this.end);
  }

  /** An event that this process wrote is there for every reader. */
  publish(written: Written, offset: number): void {
    if (this.watchers.size === 0) return this.skipTo(offset + 1);
    this.reach(offset);
    if (offset < this.end) return;
    this.take(written, offset);
    this.wakeWatchers();
  }

  /** Sees what other processes have appended. */
  refresh(): void {
    const before = this.end;
    this.reach(this.file.end(this.id));
    if (this.end > before) this.wakeWatchers();
  }

  /** At most `limit` events from there on, none beyond the end. */
  eventsFrom(offset: number, limit: number): StoredEvent[] {
    const to = Math.min(this.end, offset + limit);
    if (offset >= to) return [];
    return offset >= this.recent.first ? this.recent.slice(offset, to) : this.stored(offset, to, limit);
  }

  stored(from: number, to: number, limit: number): StoredEvent[] {
    return this.file
      .rows(this.id, from, to, limit)
      .map(([offset, json]) =>
        readJson(json, { topic: this.topic, partition: this.number, offset }, this.file.isRepeat(this.id, offset)),
      );
  }

  /** Moves the end to at least there, with what lies between in memory if it is not too much. */
  private reach(end: number): void {
    if (end <= this.end) return;
    if (end - this.end > LOAD_AT_MOST) return this.skipTo(end);
    for (const [offset, json] of this.file.rows(this.id, this.end, end, LOAD_AT_MOST)) this.take({ json }, offset);
  }

  /** Nobody reads what lies before, or it is too much to keep: who asks for it later gets it from the file. */
  private skipTo(end: number): void {
    if (end <= this.end) return;
    this.recent = new RecentEvents(this.memory, this, end);
    this.end = end;
  }

  private take(written: Written, offset: number): void {
    this.recent.push(written);
    this.end = offset + 1;
  }

  private wakeWatchers(): void {
    for (const watcher of this.watchers) watcher.wake();
  }
}
