import { useSyncExternalStore } from 'react';

let isConnected = true;
const listeners = new Set<() => void>();

/** Every answer and every silence of the server is told here. */
export function tellConnected(now: boolean): void {
  if (now === isConnected) return;
  isConnected = now;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the server answered when it was last asked. */
export const useIsConnected = (): boolean => useSyncExternalStore(subscribe, () => isConnected);
