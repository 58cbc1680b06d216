import { useSyncExternalStore } from 'react';

/** A value that the whole page shares. */
export interface Signal<Value> {
  readonly set: (value: Value) => void;
  /** In a component, which is drawn anew with each change. */
  readonly use: () => Value;
}

export function signal<Value>(initial: Value): Signal<Value> {
  let current = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    set: (value) => {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, () => current),
  };
}
