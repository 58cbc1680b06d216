import { repeatedly, systemClock } from '@contentflow/kernel';
import type { ServerResponse } from 'node:http';
import { type ApiKeys, isOpen } from './api-keys.ts';

export interface OpenStreamsOptions {
  /** All keys as far as they are known in this process. */
  readonly known: () => ApiKeys;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** How long an answer still flows to a key that opens nothing any more. */
const LOOK_EVERY_MS = 500;

/**
 * Answers under way, by the key that asked for them. One that flows is cut off once its key has been revoked or has expired, in whatever
 * process that was said: a stream of hours would outlive it by as much. An answer that has not begun is given still: it was paid for.
 */
export class OpenStreams {
  private readonly byKey = new Map<string, Set<ServerResponse>>();
  private looking: AbortController | undefined;

  constructor(private readonly options: OpenStreamsOptions) {}

  /** Until it closes. */
  add(keyId: string, response: ServerResponse): void {
    const of = this.byKey.get(keyId) ?? new Set();
    this.byKey.set(keyId, of.add(response));
    response.once('close', () => {
      of.delete(response);
      if (of.size === 0 && this.byKey.get(keyId) === of) this.byKey.delete(keyId);
    });
    if (!this.looking) this.lookOn();
  }

  stop(): void {
    this.looking?.abort();
    this.looking = undefined;
  }

  /** In real time, as connections are. */
  private lookOn(): void {
    this.looking = new AbortController();
    void repeatedly(
      systemClock,
      () => LOOK_EVERY_MS,
      this.looking.signal,
      async () => this.look(),
    );
  }

  private look(): void {
    // Not with the last of them: requests one after another would begin it and end it each time.
    if (this.byKey.size === 0) return this.stop();
    const [keys, now] = [this.options.known(), this.options.now()];
    for (const [keyId, responses] of this.byKey) {
      const key = keys.get(keyId);
      if (key && isOpen(key, now)) continue;
      for (const response of responses) if (response.headersSent) response.destroy();
    }
  }
}
