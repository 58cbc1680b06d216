import { MINUTE_MS } from '@contentflow/kernel';
import type { ApiKey } from './api-keys.ts';

/** Token buckets, one for each key that has a pace, which those that took its place share: a minute's allowance at most. */
export class KeyPace {
  private readonly buckets = new Map<string, { left: number; at: number }>();

  /** @param now  epoch milliseconds */
  constructor(private readonly now: () => number) {}

  takes({ id, account = id, requestsPerMinute: rate }: Pick<ApiKey, 'id' | 'account' | 'requestsPerMinute'>): boolean {
    if (rate === undefined) return true;
    const at = this.now();
    const { left, at: since } = this.buckets.get(account) ?? { left: rate, at };
    // A clock that was set back gives nothing, and takes nothing.
    const refilled = Math.min(rate, left + (Math.max(0, at - since) / MINUTE_MS) * rate);
    const isTaken = refilled >= 1;
    // Who asks too fast loses nothing by being refused: what is allowed goes on to come.
    this.buckets.set(account, { left: isTaken ? refilled - 1 : refilled, at });
    return isTaken;
  }
}
