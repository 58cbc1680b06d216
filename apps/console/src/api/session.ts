import { useSyncExternalStore } from 'react';

let isAsked = false;
const listeners = new Set<() => void>();

/** The server asks for a key, and the browser keeps none that it takes. */
export function tellKeyAsked(): void {
  if (isAsked) return;
  isAsked = true;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useIsKeyAsked = (): boolean => useSyncExternalStore(subscribe, () => isAsked);

/** Has the key kept in a cookie that no script reads; false where it opens nothing. */
export async function openSession(key: string): Promise<boolean> {
  const { ok } = await fetch('/v1/session', { method: 'POST', headers: { authorization: `Bearer ${key}` } });
  return ok;
}
