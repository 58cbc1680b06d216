import { Topic } from '@contentflow/contracts';
import { partitionKey, type Positions, type StoredEvent, ownValue } from '@contentflow/kernel';
import { emptyChain, entryFor, isPermanentRefusal, type LedgerEntry, recordEntry } from './chain.ts';
import { type EventSource, PartitionCursor } from './event-source.ts';

/** The decisions as services appended them, without repeats and what their contracts refuse: what the ledger must hold. */
export class AppendedDecisions {
  private readonly cursor: PartitionCursor;
  private chain = emptyChain();
  private isAligned: boolean;
  private pending: StoredEvent | undefined;

  constructor(source: EventSource, ends: Positions) {
    const end = ownValue(ends, partitionKey(Topic.decisions, 0)) ?? 0;
    this.cursor = new PartitionCursor(source, Topic.decisions, 0, end);
    this.isAligned = end > 0;
  }

  /** False where the source leaves them out, and after the first that does not stand where it should. */
  get isComparable(): boolean {
    return this.isAligned;
  }

  giveUp(): void {
    this.isAligned = false;
    this.pending = undefined;
  }

  /** The next one, which stays the next one. */
  async peek(): Promise<StoredEvent | undefined> {
    return (this.pending ??= await this.read());
  }

  /** The next one, and moves past it. */
  async next(): Promise<StoredEvent | undefined> {
    const event = await this.peek();
    this.pending = undefined;
    return event;
  }

  private async read(): Promise<StoredEvent | undefined> {
    for (let event = await this.cursor.next(); event && this.isAligned; event = await this.cursor.next()) {
      const entry = event.isRepeat ? undefined : entryOrRefusal(this.chain, event);
      if (!entry) continue;
      this.chain = recordEntry(this.chain, entry);
      return event;
    }
    return undefined;
  }

  close(): Promise<void> {
    return this.cursor.close();
  }
}

function entryOrRefusal(chain: ReturnType<typeof emptyChain>, event: StoredEvent): LedgerEntry | undefined {
  try {
    return entryFor(chain, event);
  } catch (error) {
    if (isPermanentRefusal(error)) return undefined;
    throw error;
  }
}
