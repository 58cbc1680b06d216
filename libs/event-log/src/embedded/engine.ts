import type { Clock, NewEvent } from '@contentflow/kernel';
import type { Activity } from './activity.ts';
import type { Append, LogWriter, Placements } from './operations.ts';
import type { PartitionFeed } from './partition-feed.ts';

/** Events as they are written, and which of them their contract made here. */
export interface Encoded extends Append {
  readonly byContract: readonly boolean[];
}

/** What the log's readers need of it. */
export interface Engine {
  readonly clock: Clock;
  readonly writer: LogWriter;
  readonly activity: Activity;
  /** Members expire unless they give a sign of life within this time; null where all live in this process. */
  readonly leaseMs: number | null;
  /** Full batches read in a row before other work gets a turn. */
  readonly batchesPerTurn: number;
  /** Comes when other work, and other readers that asked before, had theirs. */
  nextTurn(): Promise<void>;
  /** Events of one partition that may be handled before the commit of the first is through. */
  readonly commitsInFlight: number;
  feeds(topics: readonly string[]): PartitionFeed[];
  encode(events: readonly NewEvent[]): Encoded;
  /** What was written becomes visible to every reader in this process. */
  publish(written: Encoded, places: Placements): void;
  /** Something failed that will be tried again, or was given up. */
  onError(error: unknown): void;
}
