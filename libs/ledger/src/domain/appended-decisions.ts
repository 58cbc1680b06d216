import { Topic } from '@contentflow/contracts';
import { ownValue, partitionKey, type Positions, type StoredEvent } from '@contentflow/kernel';
import { emptyChain, entryFor, isPermanentRefusal } from './chain.ts';
import { type EventSource, PartitionCursor } from './event-source.ts';

/** The decisions as services appended them, without repeats and what their contracts refuse: what the ledger must hold. */
export class AppendedDecisions {
  private readonly cursor: PartitionCursor;
  private readonly seen = new Set<string>();
  private isAligned: boolean;
  private pending: StoredEvent | undefined;

  /** @param reached  the offset after the last one that stands in the ledger already */
  constructor(
    source: Pick<EventSource, 'read'>,
    ends: Positions,
    private reached = 0,
  ) {
    const end = ownValue(ends, partitionKey(Topic.decisions, 0)) ?? 0;
    this.cursor = new PartitionCursor(source, Topic.decisions, 0, end, reached);
    this.isAligned = end > 0;
  }

  /** The offset after the last one that stands in the ledger. */
  get position(): number {
    return this.reached;
  }

  /** False where the source leaves them out, and after the first that does not stand where it should. */
  get isComparable(): boolean {
    return this.isAligned;
  }

  giveUp(): void {
    this.isAligned = false;
    this.pending = undefined;
  }

  /** The next one, which stays the next one. @param expected  the id of one that is known to have a place in the ledger */
  async peek(expected?: string): Promise<StoredEvent | undefined> {
    return (this.pending ??= await this.read(expected));
  }

  /** The next one, and moves past it. */
  async next(): Promise<StoredEvent | undefined> {
    const event = await this.peek();
    this.pending = undefined;
    if (event) this.reached = event.offset + 1;
    return event;
  }

  private async read(expected: string | undefined): Promise<StoredEvent | undefined> {
    for (let event = await this.cursor.next(); event && this.isAligned; event = await this.cursor.next()) {
      if (event.isRepeat || this.seen.has(event.id)) continue;
      // Whether it is refused is costly to find, and seen at once of the one that the ledger has next.
      if (event.id !== expected && !mayBeSequenced(event)) continue;
      this.seen.add(event.id);
      return event;
    }
    return undefined;
  }

  close(): Promise<void> {
    return this.cursor.close();
  }
}

function mayBeSequenced(event: StoredEvent): boolean {
  try {
    entryFor(emptyChain(), event);
    return true;
  } catch (error) {
    if (isPermanentRefusal(error)) return false;
    throw error;
  }
}
