/** What is written to the log's file, and what comes back. Plain data, because it crosses to the writer thread. */
export interface Operations {
  readonly append: { input: Append; outcome: Placements };
  /** Comes back with the places of the reaction, or null when the member no longer owns the partition. */
  readonly commit: { input: Commit; outcome: Placements | null };
  readonly coordinate: { input: Coordinate; outcome: Coordination };
  readonly leave: { input: Leave; outcome: null };
}

export type Operation = { [Kind in keyof Operations]: { kind: Kind } & Operations[Kind]['input'] }[keyof Operations];
export type Outcome = Operations[keyof Operations]['outcome'];

export interface Append {
  /** The partition (its number in the file) of each event. */
  readonly partitions: readonly number[];
  readonly ids: readonly string[];
  readonly events: readonly string[];
}

/** Where each event is: an event whose id was there before has the place of the first, which alone is kept. */
export interface Placements {
  readonly offsets: readonly number[];
  /** Which of the events were there before; absent where none was. */
  readonly repeats?: ReadonlySet<number>;
}

/** A reaction and the offset that follows the event it answers: both are written or neither. */
export interface Commit extends Append {
  readonly group: string;
  readonly member: string;
  readonly partition: number;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
}

/** A member's sign of life: what it reads, what it has let go of; with it the group's partitions are shared out again. */
export interface Coordinate {
  readonly group: string;
  readonly member: string;
  readonly wants: readonly number[];
  readonly released: readonly number[];
  readonly now: number;
  /** When the member counts as gone; null where members cannot die alone, since all live in one process. */
  readonly expires: number | null;
}

export interface Coordination {
  readonly generation: number;
  /** Partitions this member owns; `epoch` changes with each owner and fences the one before. */
  readonly owned: readonly { readonly partition: number; readonly epoch: number; readonly next: number }[];
  /** Those among them that another member is due: finish what is in hand, then release. */
  readonly due: readonly number[];
}

export interface Leave {
  readonly group: string;
  readonly member: string;
}

/** How operations reach the file: through a thread, or at once in this one. */
export interface LogWriter {
  write<Kind extends keyof Operations>(
    kind: Kind,
    input: Operations[Kind]['input'],
  ): Promise<Operations[Kind]['outcome']>;
  close(): Promise<void>;
}
