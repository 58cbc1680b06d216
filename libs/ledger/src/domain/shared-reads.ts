import { ownValue, partitionKey, type Positions, setOwnValue, type StoredEvent } from '@contentflow/kernel';
import type { EventSource } from './event-source.ts';

/** Of all partitions together, in events: what readers who go on together are apart, and no more than memory has room for. */
const MOST_KEPT = 20_000;

type Batch = readonly StoredEvent[];
type Range = Parameters<EventSource['read']>[0];

/**
 * A source that many read from its beginning, each at its own pace: what was read last is kept for all, so that an event is read, and
 * decoded, once. Who has fallen far behind reads again for itself, until it is where something is kept.
 */
export class SharedReads implements Pick<EventSource, 'read'> {
  private readonly partitions = new Map<string, SharedPartition>();
  /** Where something is kept, the oldest first. */
  private readonly kept: { readonly partition: SharedPartition; readonly events: number }[] = [];
  private events = 0;

  /**
   * @param onRead  told of each batch when it is first read: of a partition, each event once and in order
   * @param starts  from where on it is: who asks for what lies before reads for itself
   */
  constructor(
    private readonly source: Pick<EventSource, 'read'>,
    private readonly ends: Positions,
    private readonly mostKept = MOST_KEPT,
    private readonly onRead: (batch: Batch) => void = () => {},
    private readonly starts: Positions = {},
  ) {}

  /** How far each partition has been read. */
  positions(): Positions {
    const positions: Record<string, number> = { ...this.starts };
    for (const [key, { end }] of this.partitions) setOwnValue(positions, key, end);
    return positions;
  }

  async *read(range: Range): AsyncGenerator<Batch> {
    const partition = this.partitionOf(range);
    let { from } = range;
    while (from < range.to) {
      const batch = await partition.from(from);
      if (batch) {
        const wanted = within(batch, from, range.to);
        if (wanted.length > 0) yield wanted;
        from = endOf(batch);
      } else {
        // At the end, or where nothing is kept any more: read again for this reader alone, while others may go on and let go of more.
        const to = Math.min(range.to, partition.first);
        if (from >= to) return;
        yield* this.source.read({ ...range, from, to });
        from = to;
      }
    }
  }

  /** Reads what nobody has asked for, so that `onRead` is told of all of the partition. */
  async finish(range: Pick<Range, 'topic' | 'partition'>, onBatch: () => Promise<void>): Promise<void> {
    await this.partitionOf(range).finish(onBatch);
  }

  async close(): Promise<void> {
    for (const partition of this.partitions.values()) await partition.close();
  }

  private partitionOf({ topic, partition }: Pick<Range, 'topic' | 'partition'>): SharedPartition {
    const key = partitionKey(topic, partition);
    const known = this.partitions.get(key);
    if (known) return known;
    const [from, to] = [this.starts, this.ends].map((positions) => ownValue(positions, key) ?? 0) as [number, number];
    const made = new SharedPartition(from, this.source.read({ topic, partition, from, to }), (batch) => {
      this.onRead(batch);
      this.keep(made, batch.length);
    });
    this.partitions.set(key, made);
    return made;
  }

  private keep(partition: SharedPartition, events: number): void {
    this.kept.push({ partition, events });
    this.events += events;
    // The one that was just read is being asked for.
    while (this.events > this.mostKept && this.kept.length > 1) {
      const oldest = this.kept.shift();
      oldest?.partition.forgetFirst();
      this.events -= oldest?.events ?? 0;
    }
  }
}

/** One partition, read once, and the batches of it that are kept. */
class SharedPartition {
  /** The offset from which on batches are kept. */
  first: number;
  /** The offset after what has been read. */
  end: number;
  private readonly batches: Batch[] = [];
  private readonly rest: AsyncIterator<Batch>;
  private reading: Promise<Batch | undefined> | undefined;

  constructor(
    from: number,
    all: AsyncIterable<Batch>,
    private readonly onRead: (batch: Batch) => void,
  ) {
    this.first = this.end = from;
    this.rest = all[Symbol.asyncIterator]();
  }

  /** The batch with the first event from there on; undefined at the end, and where it is kept no more. */
  async from(offset: number): Promise<Batch | undefined> {
    if (offset < this.first) return undefined;
    for (let index = this.batches.length - 1; index >= 0; index--) {
      const begins = index === 0 ? this.first : endOf(this.batches[index - 1] as Batch);
      if (begins <= offset && offset < endOf(this.batches[index] as Batch)) return this.batches[index];
    }
    for (let batch = await this.more(); batch; batch = await this.more()) if (offset < endOf(batch)) return batch;
    return undefined;
  }

  forgetFirst(): void {
    const forgotten = this.batches.shift();
    if (forgotten) this.first = endOf(forgotten);
  }

  async finish(onBatch: () => Promise<void>): Promise<void> {
    while (await this.more()) await onBatch();
  }

  async close(): Promise<void> {
    await this.rest.return?.();
  }

  /** The next batch of the log, once for all who ask for it at a time. */
  private more(): Promise<Batch | undefined> {
    this.reading ??= this.rest.next().then(({ done, value }) => {
      this.reading = undefined;
      if (done || value.length === 0) return undefined;
      this.batches.push(value);
      this.end = endOf(value);
      this.onRead(value);
      return value;
    });
    return this.reading;
  }
}

const endOf = (batch: Batch): number => (batch.at(-1)?.offset ?? -1) + 1;

const within = (batch: Batch, from: number, to: number): Batch =>
  (batch[0]?.offset ?? from) >= from && endOf(batch) <= to
    ? batch
    : batch.filter(({ offset }) => offset >= from && offset < to);
