import type { StoredEvent } from './event.ts';
import type { Fold } from './fold.ts';

/**
 * Small folds side by side, each with a part of the state that no other one sees. An event that several of them know is handled
 * in the order in which they are named; a part that stays as it is leaves the state the same object.
 */
export function combined<State extends object>(folds: {
  readonly [Name in keyof State]: Fold<State[Name]>;
}): Fold<State> {
  const names = Object.keys(folds) as (keyof State)[];
  const handlers = new Map<string, (state: State, event: StoredEvent) => State>();
  for (const name of names)
    for (const [type, handler] of folds[name].handlers) {
      const before = handlers.get(type);
      const own = (state: State, event: StoredEvent): State => withPart(state, name, handler(state[name], event));
      handlers.set(type, before ? (state, event) => own(before(state, event), event) : own);
    }
  return {
    topics: [...new Set(names.flatMap((name) => folds[name].topics))],
    initial: () => Object.fromEntries(names.map((name) => [name, folds[name].initial()])) as State,
    handlers,
  };
}

const withPart = <State, Name extends keyof State>(state: State, name: Name, part: State[Name]): State =>
  state[name] === part ? state : { ...state, [name]: part };
