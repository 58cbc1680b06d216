import { decodedOrRefused, Topic } from '@contentflow/contracts';
import { type DecisionProcedure, initialSystemState, systemState, type SystemState } from '@contentflow/decisions';
import {
  canonicalJson,
  folded,
  type FoldedState,
  emptyFold,
  partsInOrder,
  type Positions,
  partitionOfKey,
  ownValue,
} from '@contentflow/kernel';
import { type EventSource, PartitionCursor } from './event-source.ts';

type Questions = ReturnType<DecisionProcedure['due']>;

/**
 * What one procedure knew when it decided, rebuilt from the log with one's own hands. The positions of one procedure's
 * decisions go forwards in the ledger, so that one pass over the log is enough; where they go back (a second instance),
 * it begins again.
 */
export class Replay {
  private state: FoldedState<unknown> = emptyFold();
  private system: FoldedState<SystemState> = emptyFold();
  private reached: Positions = {};
  private readonly cursors = new Map<string, PartitionCursor>();

  constructor(
    private readonly source: Pick<EventSource, 'read'>,
    private readonly ends: Positions,
    private readonly procedure: DecisionProcedure,
  ) {}

  /** Reads on until these positions. */
  async to(positions: Positions): Promise<void> {
    if (Object.entries(this.reached).some(([key, offset]) => offset > (ownValue(positions, key) ?? 0)))
      await this.reset();
    for (const [key, offset] of Object.entries(positions))
      if (offset > (ownValue(this.reached, key) ?? 0)) await this.advance(key, offset);
    this.reached = positions;
  }

  systemState(): SystemState {
    return partsInOrder(this.system)[0] ?? initialSystemState;
  }

  /** What was due then; under another policy where one is given. */
  due(at: number, system: SystemState = this.systemState()): Questions {
    return this.procedure.due(partsInOrder(this.state), system, at);
  }

  async close(): Promise<void> {
    for (const cursor of this.cursors.values()) await cursor.close();
  }

  private async advance(key: string, offset: number): Promise<void> {
    const { topic, partition } = partitionOfKey(key);
    const cursor =
      this.cursors.get(key) ?? new PartitionCursor(this.source, topic, partition, ownValue(this.ends, key) ?? 0);
    this.cursors.set(key, cursor);
    const isFolded = this.procedure.fold.topics.includes(topic);
    await cursor.readTo(offset, (stored) => {
      const event = decodedOrRefused(stored);
      if (topic === Topic.ledger) this.system = folded(systemState, this.system, event, skipFault);
      if (isFolded) this.state = folded(this.procedure.fold, this.state, event, skipFault);
    });
  }

  private async reset(): Promise<void> {
    await this.close();
    this.cursors.clear();
    this.state = emptyFold();
    this.system = emptyFold();
    this.reached = {};
  }
}

/** As services do: what a handler throws on is missing from what is folded, for every reader alike. */
const skipFault = (): void => {};

/** Remembers the last answer: the decisions of one tick stand on the same positions. */
export function memoizeLast<Result>(): (key: unknown, compute: () => Result) => Result {
  let last: { key: string; result: Result } | undefined;
  return (key, compute) => {
    const text = canonicalJson(key);
    if (last?.key !== text) last = { key: text, result: compute() };
    return last.result;
  };
}
