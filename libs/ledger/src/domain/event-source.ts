import {
  partitionKey,
  type Positions,
  type StoredEvent,
  inPartitionOrder,
  partitionOfKey,
  ownValue,
} from '@contentflow/kernel';

export interface Difference {
  /** Of the ledger entry; null where it is about no entry. */
  readonly seq: number | null;
  readonly eventId: string;
  /** Of the file it was read from, from 1. */
  readonly line?: number;
  /** Dotted path in the event. */
  readonly field: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** The entry is as its service made it: it differs only for standing behind this one, which has no place in the chain. */
  readonly follows?: { readonly seq: number; readonly eventId: string };
}

export interface SignedEnd {
  readonly publicKey: string;
  readonly isGenuine: boolean;
}

/** Where an audit reads events: a log, or a file exported from one. */
export interface EventSource {
  /** Nothing more is to come, and nothing is on its way: an export. */
  readonly isAtRest?: boolean;
  /** What is wrong with the source itself. */
  readonly differences?: readonly Difference[];
  /** Of an export: who signed where it ends, and whether that is what was signed; null where nobody did. */
  readonly signedEnd?: SignedEnd | null;
  /** Topics that an export leaves out. */
  readonly missingTopics?: readonly string[];
  /** The offset after the last event of each partition of these topics. */
  ends(topics: readonly string[]): Promise<Positions>;
  /** The events of one partition with `from` ≤ offset < `to`, in batches. */
  read(range: { topic: string; partition: number; from: number; to: number }): AsyncIterable<readonly StoredEvent[]>;
}

/** Reads one partition, event by event, as far as it is asked to: from its beginning, where no other offset is given. */
export class PartitionCursor {
  private readonly batches: AsyncIterator<readonly StoredEvent[]>;
  private batch: readonly StoredEvent[] = [];
  private index = 0;

  constructor(source: Pick<EventSource, 'read'>, topic: string, partition: number, end: number, from = 0) {
    this.batches = source.read({ topic, partition, from, to: end })[Symbol.asyncIterator]();
  }

  /** The next event, which stays the next one; undefined at the end. */
  async peek(): Promise<StoredEvent | undefined> {
    while (this.index >= this.batch.length) {
      const { done, value } = await this.batches.next();
      if (done) return undefined;
      this.batch = value;
      this.index = 0;
    }
    return this.batch[this.index];
  }

  /** The next event, and moves past it. */
  async next(): Promise<StoredEvent | undefined> {
    const event = await this.peek();
    if (event) this.index++;
    return event;
  }

  /** Hands over every event before this offset that has not been read yet. */
  async readTo(offset: number, take: (event: StoredEvent) => void): Promise<void> {
    for (let event = await this.peek(); event && event.offset < offset; event = await this.peek())
      // Without waiting for what is there already.
      for (; event && event.offset < offset; event = this.batch[this.index]) {
        take(event);
        this.index++;
      }
  }

  async close(): Promise<void> {
    await this.batches.return?.();
  }
}

/** Every event before these positions: by topic, partition and offset. */
export async function* eventsOf(source: EventSource, ends: Positions): AsyncGenerator<StoredEvent> {
  for (const key of inPartitionOrder(Object.keys(ends)))
    for await (const batch of source.read({ ...partitionOfKey(key), from: 0, to: ownValue(ends, key) ?? 0 }))
      yield* batch;
}

export const endOf = async (source: EventSource, topic: string): Promise<number> =>
  ownValue(await source.ends([topic]), partitionKey(topic, 0)) ?? 0;
