import { ownValue, setOwnValue } from './own-value.ts';
import type { StoredEvent } from './event.ts';
import { inPartitionOrder, partitionKey } from './positions.ts';

/**
 * What is only ever given what it gave: one of any state stands for one of an unknown state, since nobody hands in a state of their own making. So a
 * list may hold folds, projections and procedures of all kinds.
 */
export type ErasedHandler<Handler extends (...args: never) => unknown> = {
  handle(...args: Parameters<Handler>): ReturnType<Handler>;
}['handle'];

/** State from events, one small function per event type; types it does not name leave the state as it is. */
export interface Fold<State> {
  /** The topics it reads. */
  readonly topics: readonly string[];
  readonly initial: () => State;
  /** By event type. */
  readonly handlers: ReadonlyMap<string, ErasedHandler<(state: State, event: StoredEvent) => State>>;
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

export const emptyFold = <State>(): FoldedState<State> => ({ positions: {}, parts: {} });

/** Told of an event that a fold's handler threw on. */
export type OnFoldFault = (event: StoredEvent, error: unknown) => void;

/**
 * The state itself, changed in place, with one more event in it; an event it has seen changes nothing.
 * @param onFault  without it, what a handler throws is thrown; with it, the event is passed by, for every reader alike
 */
export function folded<State>(
  fold: Fold<State>,
  state: FoldedState<State>,
  event: StoredEvent,
  onFault?: OnFoldFault,
): FoldedState<State> {
  const key = partitionKey(event.topic, event.partition);
  if (event.offset < (ownValue(state.positions, key) ?? 0)) return state;
  const part = ownValue(state.parts, key) ?? fold.initial();
  setOwnValue(state.parts, key, onFault ? evolvedOrSkipped(fold, part, event, onFault) : evolve(fold, part, event));
  setOwnValue(state.positions, key, event.offset + 1);
  return state;
}

function evolvedOrSkipped<State>(fold: Fold<State>, part: State, event: StoredEvent, onFault: OnFoldFault): State {
  try {
    return evolve(fold, part, event);
  } catch (error) {
    onFault(event, error);
    return part;
  }
}

/** The parts in partition order: by topic, then by partition number. */
export const partsInOrder = <State>({ parts }: FoldedState<State>): State[] =>
  inPartitionOrder(Object.keys(parts)).map((key) => ownValue(parts, key) as State);
