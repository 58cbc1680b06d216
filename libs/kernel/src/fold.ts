import type { StoredEvent } from './event.ts';
import { advanced, hasSeen, partitionKey, type Positions } from './positions.ts';

/** State from events, one small function per event type; types it does not name leave the state as it is. */
export interface Fold<State> {
  /** The topics it reads. */
  readonly topics: readonly string[];
  readonly initial: () => State;
  readonly apply: Readonly<Record<string, (state: State, event: StoredEvent<never>) => State>>;
}

export function evolve<State>(fold: Fold<State>, state: State, event: StoredEvent): State {
  return fold.apply[event.type]?.(state, event as StoredEvent<never>) ?? state;
}

/**
 * A fold kept apart for each partition, because the order between partitions is nobody's to know.
 * What depends on all of them merges the parts in partition order, so that any reader gets the same bits.
 */
export interface FoldedState<State> {
  readonly positions: Positions;
  readonly parts: Readonly<Record<string, State>>;
}

export const nothingFolded = <State>(): FoldedState<State> => ({ positions: {}, parts: {} });

/** The folded state with one more event in it; an event it has seen changes nothing. */
export function folded<State>(fold: Fold<State>, state: FoldedState<State>, event: StoredEvent): FoldedState<State> {
  if (hasSeen(state.positions, event)) return state;
  const key = partitionKey(event.topic, event.partition);
  const before = state.parts[key];
  const part = evolve(fold, before ?? fold.initial(), event);
  const parts = part === before ? state.parts : { ...state.parts, [key]: part };
  return { positions: advanced(state.positions, event), parts };
}

/** The parts in partition order: by topic, then by partition number. */
export function partsInOrder<State>(state: FoldedState<State>): State[] {
  return Object.entries(state.parts)
    .sort(([a], [b]) => comparePartitions(a, b))
    .map(([, part]) => part);
}

function comparePartitions(a: string, b: string): number {
  const [topicA, numberA] = split(a);
  const [topicB, numberB] = split(b);
  return topicA < topicB ? -1 : topicA > topicB ? 1 : numberA - numberB;
}

function split(key: string): [string, number] {
  const at = key.lastIndexOf('/');
  return [key.slice(0, at), Number(key.slice(at + 1))];
}
