import { decodedOrRefused, Topic } from '@contentflow/contracts';
import { initialSystemState, systemState, type SystemState } from '@contentflow/decisions';
import {
  folded,
  type FoldedState,
  emptyFold,
  ownValue,
  partitionKey,
  partsInOrder,
  type Positions,
} from '@contentflow/kernel';
import { type EventSource, PartitionCursor } from './event-source.ts';

const LEDGER = partitionKey(Topic.ledger, 0);
/** Entries that procedures which decide at one time are apart; each costs what the entry changed. */
const MOST_KEPT = 2000;

interface Known {
  /** The offset after the last entry in it. */
  readonly position: number;
  readonly state: SystemState;
}

export interface SystemStatesPoint {
  readonly state: FoldedState<SystemState>;
  readonly kept: readonly Known[];
}
const START: SystemStatesPoint = { state: emptyFold(), kept: [{ position: 0, state: initialSystemState }] };
/** Whoever lags behind more than that has all of it folded again. */
const KEPT_AT_POINT = 50;

/** What the system was after each entry of the ledger: folded once for all who ask, the latest kept for those that lag behind. */
export class SystemStates {
  private state: FoldedState<SystemState>;
  private readonly kept: Known[];
  private readonly cursor: PartitionCursor;
  /** For who asks for what is kept no more. */
  private behind: SystemStates | undefined;

  constructor(
    private readonly source: Pick<EventSource, 'read'>,
    private readonly ends: Positions,
    private readonly mostKept = MOST_KEPT,
    { state, kept }: SystemStatesPoint = START,
  ) {
    this.state = { positions: { ...state.positions }, parts: { ...state.parts } };
    this.kept = [...kept];
    const [end, from] = [ends, state.positions].map((positions) => ownValue(positions, LEDGER) ?? 0);
    this.cursor = new PartitionCursor(source, Topic.ledger, 0, end as number, from);
  }

  /** Where it is, for whoever goes on from there. */
  point(): SystemStatesPoint {
    return { state: this.state, kept: this.kept.slice(-KEPT_AT_POINT) };
  }

  /** With all entries before this offset. */
  async at(offset: number): Promise<SystemState> {
    if (!this.knows(offset)) return (await this.further(offset)).at(offset);
    await this.cursor.readTo(offset, (stored) => {
      this.state = folded(systemState, this.state, decodedOrRefused(stored), skipFault);
      this.kept.push({ position: stored.offset + 1, state: partsInOrder(this.state)[0] ?? initialSystemState });
    });
    if (this.kept.length > 2 * this.mostKept) this.kept.splice(0, this.kept.length - this.mostKept);
    return (this.kept.findLast(({ position }) => position <= offset) as Known).state;
  }

  async close(): Promise<void> {
    await this.cursor.close();
    await this.behind?.close();
  }

  private knows(offset: number): boolean {
    return (this.kept[0] as Known).position <= offset;
  }

  private async further(offset: number): Promise<SystemStates> {
    if (!this.behind?.knows(offset)) {
      await this.behind?.close();
      this.behind = new SystemStates(this.source, this.ends, this.mostKept);
    }
    return this.behind;
  }
}

/** As services do: what a handler throws on is missing from what is folded, for every reader alike. */
export const skipFault = (): void => {};
