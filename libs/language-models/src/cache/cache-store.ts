import { LRUCache } from 'lru-cache';
import type { GatewayReply, CacheOrigin } from '../gateway/gateway-call.ts';

/** A reply as it is kept: what was said and by whom, not what its making cost. */
export type CachedReply = Pick<
  GatewayReply,
  'text' | 'tokensIn' | 'tokensOut' | 'finishReason' | 'provider' | 'model' | 'simulated'
> & {
  /** Hash of the messages it answered, where its key stands for others too. */
  readonly asked?: string | undefined;
  /** What it was made for, where that was said. */
  readonly servedFrom?: CacheOrigin | undefined;
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
  const entries = new LRUCache<string, { reply: CachedReply; expiresAt: number }>({
    max: limits.maxEntries,
    maxSize: limits.maxCharacters,
    // A size is at least 1 there; an empty reply takes room too.
    sizeCalculation: ({ reply }) => Math.max(1, reply.text.length),
  });

  return {
    get: (key) => {
      const entry = entries.get(key);
      if (!entry || entry.expiresAt > now()) return entry?.reply;
      entries.delete(key);
      return undefined;
    },
    set: (key, reply, expiresAt) => void entries.set(key, { reply, expiresAt }),
    get size() {
      return entries.size;
    },
  };
}
