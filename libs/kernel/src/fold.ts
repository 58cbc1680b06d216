import type { StoredEvent } from './event.ts';
import { partitionKey } from './positions.ts';

/** State from events, one small function per event type; types it does not name leave the state as it is. */
export interface Fold<State> {
  /** The topics it reads. */
  readonly topics: readonly string[];
  readonly initial: () => State;
  /** By event type. */
  readonly handlers: ReadonlyMap<string, (state: State, event: StoredEvent) => State>;
}

export function evolve<State>(fold: Fold<State>, state: State, event: StoredEvent): State {
  return fold.handlers.get(event.type)?.(state, event) ?? state;
}

/**
 * A fold kept apart for each partition, because the order between partitions is nobody's to know.
 * What depends on all of them merges the parts in partition order, so that any reader gets the same bits.
 */
export interface FoldedState<State> {
  readonly positions: Record<string, number>;
  readonly parts: Record<string, State>;
}

export const nothingFolded = <State>(): FoldedState<State> => ({ positions: {}, parts: {} });

/** The state itself, changed in place, with one more event in it; an event it has seen changes nothing. */
export function folded<State>(fold: Fold<State>, state: FoldedState<State>, event: StoredEvent): FoldedState<State> {
  const key = partitionKey(event.topic, event.partition);
  if (event.offset < (state.positions[key] ?? 0)) return state;
  state.parts[key] = evolve(fold, state.parts[key] ?? fold.initial(), event);
  state.positions[key] = event.offset + 1;
  return state;
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
