import { signal } from './signal.ts';

const isKeyRequired = signal(false);

/** The server asks for a key, and the browser keeps none that it takes. */
export const requireKey = (): void => isKeyRequired.set(true);

export const useIsKeyRequired = isKeyRequired.use;

/** Has the key kept in a cookie that no script reads; false where it opens nothing. */
export async function openSession(key: string): Promise<boolean> {
  const { ok } = await fetch('/v1/session', { method: 'POST', headers: { authorization: `Bearer ${key}` } });
  return ok;
}
