import type { GatewayReply } from '../gateway/gateway-call.ts';

/** A reply as it is kept: what was said and by whom, not what its making cost. */
export type CachedReply = Pick<
  GatewayReply,
  'text' | 'tokensIn' | 'tokensOut' | 'finishReason' | 'provider' | 'model' | 'simulated'
> & {
  /** Hash of the messages it answered, where its key stands for others too. */
  readonly asked?: string | undefined;
};

type Now<T> = T | Promise<T>;

/** Where replies are kept. What it no longer has is a miss, so that it may forget at will. */
export interface CacheStore {
  get(key: string): Now<CachedReply | undefined>;
  /** @param expiresAt  epoch milliseconds */
  set(key: string, reply: CachedReply, expiresAt: number): Now<void>;
}

export interface MemoryCacheLimits {
  readonly maxEntries: number;
  /** Of text, in characters. */
  readonly maxCharacters: number;
}

/** Replies of this process, the least recently used dropped first. */
export function memoryCacheStore(now: () => number, limits: MemoryCacheLimits): CacheStore & { readonly size: number } {
  const entries = new Map<string, { reply: CachedReply; expiresAt: number }>();
  let characters = 0;

  const drop = (key: string): void => {
    const entry = entries.get(key);
    if (!entry) return;
    entries.delete(key);
    characters -= entry.reply.text.length;
  };

  return {
    get: (key) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.expiresAt <= now()) return void drop(key);
      entries.delete(key);
      entries.set(key, entry);
      return entry.reply;
    },
    set: (key, reply, expiresAt) => {
      drop(key);
      if (reply.text.length > limits.maxCharacters) return;
      entries.set(key, { reply, expiresAt });
      characters += reply.text.length;
      for (const [oldest] of entries) {
        if (entries.size <= limits.maxEntries && characters <= limits.maxCharacters) break;
        drop(oldest);
      }
    },
    get size() {
      return entries.size;
    },
  };
}
