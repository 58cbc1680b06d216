import { signal } from './signal.ts';

const isKeyRequired = signal(false);

/** The server asks for a key, and the browser keeps none that it takes. */
export const requireKey = (): void => isKeyRequired.set(true);

export const useIsKeyRequired = isKeyRequired.use;

/** Whose key the browser shows, and where a person logs in; null for none. */
export interface Session {
  readonly name: string | null;
  readonly login: string | null;
}

export async function currentSession(): Promise<Session> {
  return (await (await fetch('/v1/session')).json()) as Session;
}

/** The browser lets go of the key; that of a login opens nothing from then on. */
export async function closeSession(): Promise<void> {
  await fetch('/v1/session', { method: 'DELETE' });
}

/** Has the key kept in a cookie that no script reads; false where it opens nothing. */
export async function openSession(key: string): Promise<boolean> {
  const { ok } = await fetch('/v1/session', { method: 'POST', headers: { authorization: `Bearer ${key}` } });
  return ok;
}
