import { decodedOrRefused, isUpcast, Topic, topics } from '@contentflow/contracts';
import { type DecisionProcedure, initialSystemState, type SystemState } from '@contentflow/decisions';
import {
  folded,
  type FoldedState,
  emptyFold,
  partsInOrder,
  type Positions,
  partitionKey,
  partitionOfKey,
  ownValue,
} from '@contentflow/kernel';
import { type EventSource, PartitionCursor } from './event-source.ts';
import { skipFault, type SystemStates } from './system-states.ts';

type Questions = ReturnType<DecisionProcedure['due']>;

const LEDGER = partitionKey(Topic.ledger, 0);
const known: ReadonlySet<string> = new Set(topics.map(({ name }) => name));

export interface ReplayPoint {
  readonly state: FoldedState<unknown>;
  readonly reached: Positions;
}

/**
 * What one procedure knew when it decided, rebuilt from the log with one's own hands. The positions of one procedure's
 * decisions go forwards in the ledger, so that one pass over the log is enough; where they go back (a second instance),
 * it begins again.
 */
export class Replay {
  private state: FoldedState<unknown> = emptyFold();
  private system = initialSystemState;
  private reached: Positions = {};
  /** From where it reads. */
  private begun: Positions = {};
  private asked: { readonly at: number; readonly due: Questions } | undefined;
  private readonly cursors = new Map<string, PartitionCursor>();

  constructor(
    private readonly source: Pick<EventSource, 'read'>,
    private readonly ends: Positions,
    private readonly procedure: DecisionProcedure,
    private readonly systems: SystemStates,
    from?: ReplayPoint,
  ) {
    if (!from) return;
    this.state = from.state;
    this.begun = from.reached;
    this.reached = from.reached;
  }

  /** Where it is, for whoever goes on from there. What it has folded goes on changing: it is to be copied at once. */
  point(): ReplayPoint {
    return { state: this.state, reached: this.reached };
  }

  /** Reads on until these positions. @throws where they are of a topic that there is none of */
  async to(positions: Positions): Promise<void> {
    if (isSame(this.reached, positions)) return;
    this.asked = undefined;
    if (Object.entries(this.reached).some(([key, offset]) => offset > (ownValue(positions, key) ?? 0)))
      await this.reset();
    for (const [key, offset] of Object.entries(positions))
      if (offset > (ownValue(this.reached, key) ?? 0)) await this.advance(key, offset);
    this.system = await this.systems.at(ownValue(positions, LEDGER) ?? 0);
    this.reached = positions;
  }

  systemState(): SystemState {
    return this.system;
  }

  /** What was due then: found once for all decisions of a tick. */
  due(at: number): Questions {
    if (this.asked?.at !== at) this.asked = { at, due: this.dueUnder(this.system, at) };
    return this.asked.due;
  }

  /** What would have been due then in another state of the system. */
  dueUnder(system: SystemState, at: number): Questions {
    return this.procedure.due(partsInOrder(this.state), system, at);
  }

  async close(): Promise<void> {
    for (const cursor of this.cursors.values()) await cursor.close();
  }

  private async advance(key: string, offset: number): Promise<void> {
    const { topic } = partitionOfKey(key);
    if (!known.has(topic)) throw new Error(`there is no topic ${topic}`);
    const { fold } = this.procedure;
    if (!fold.topics.includes(topic)) return;
    const cursor = this.cursors.get(key) ?? this.cursorOf(key);
    this.cursors.set(key, cursor);
    await cursor.readTo(offset, (stored) => {
      // What it has no handler for need not be what its contract takes.
      const event = fold.handlers.has(stored.type) || isUpcast(stored.type) ? decodedOrRefused(stored) : stored;
      this.state = folded(fold, this.state, event, skipFault);
    });
  }

  private cursorOf(key: string): PartitionCursor {
    const { topic, partition } = partitionOfKey(key);
    const [end, from] = [this.ends, this.begun].map((positions) => ownValue(positions, key) ?? 0);
    return new PartitionCursor(this.source, topic, partition, end as number, from);
  }

  private async reset(): Promise<void> {
    await this.close();
    this.cursors.clear();
    this.state = emptyFold();
    this.reached = {};
    this.begun = {};
  }
}

function isSame(a: Positions, b: Positions): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => ownValue(a, key) === ownValue(b, key));
}
