import { type Clock, MINUTE_MS } from '@contentflow/kernel';

/** What a provider takes at once and per minute. */
export interface ProviderLimits {
  readonly concurrency?: number;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  /** How long a call may be silent, and how long it may take in all; milliseconds. */
  readonly timeoutMs?: number;
  readonly totalTimeoutMs?: number;
}

/** Places at a provider, first come, first served. */
export interface RateLimiter {
  /** True when there is a place now; else a promise of one, false when the signal aborted first. */
  enter(tokens: number, signal?: AbortSignal): true | Promise<boolean>;
  /** Gives the place back, and corrects the tokens taken for it to those used. What it says nothing of teaches nothing. */
  leave(tokensTaken: number, tokensUsed: number, isThrottled?: boolean): void;
  /** Calls that may be under way at once, as the server's refusals have taught; infinite before the first. */
  readonly atOnce: number;
  readonly inFlight: number;
  readonly queued: number;
}

/** A sixth of a minute's allowance may be used at once, so that a burst and the minute after it stay near the limit. */
const BURST = 1 / 6;

export const createRateLimiter = (clock: Clock, limits: ProviderLimits): RateLimiter =>
  new ProviderQueue(clock, limits);

class ProviderQueue implements RateLimiter {
  readonly #clock: Clock;
  readonly #window: AdaptiveWindow;
  readonly #requests: TokenBucket;
  readonly #tokens: TokenBucket;
  readonly #waiting = new Set<Waiting>();
  #inFlight = 0;
  #isRefillAwaited = false;

  constructor(clock: Clock, { concurrency, requestsPerMinute, tokensPerMinute }: ProviderLimits) {
    this.#clock = clock;
    this.#window = new AdaptiveWindow(concurrency);
    this.#requests = new TokenBucket(requestsPerMinute, clock.now());
    this.#tokens = new TokenBucket(tokensPerMinute, clock.now());
  }

  enter(tokens: number, signal?: AbortSignal): true | Promise<boolean> {
    if (this.#waiting.size > 0 || !this.#hasRoom() || this.#refillMs(tokens) > 0) return this.#queued(tokens, signal);
    this.#take(tokens);
    return true;
  }

  leave(taken: number, used: number, isThrottled?: boolean): void {
    if (isThrottled !== undefined) this.#window.adapt(this.#inFlight, isThrottled);
    this.#inFlight--;
    this.#tokens.take(used - taken);
    if (this.#waiting.size > 0) this.#serve();
  }

  get atOnce(): number {
    return this.#window.size;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  #queued(tokens: number, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        tokens,
        done: (hasPlace) => {
          signal?.removeEventListener('abort', leaveQueue);
          resolve(hasPlace);
        },
      };
      const leaveQueue = (): void => {
        if (this.#waiting.delete(waiting)) waiting.done(false);
        this.#serve();
      };
      this.#waiting.add(waiting);
      signal?.addEventListener('abort', leaveQueue, { once: true });
      this.#serve();
    });
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (!this.#hasRoom()) return;
      const ms = this.#refillMs(waiting.tokens);
      if (ms > 0) return this.#serveAfter(ms);
      this.#waiting.delete(waiting);
      this.#take(waiting.tokens);
      waiting.done(true);
    }
  }

  #serveAfter(ms: number): void {
    if (this.#isRefillAwaited) return;
    this.#isRefillAwaited = true;
    void this.#clock.sleep(ms).then(() => {
      this.#isRefillAwaited = false;
      this.#serve();
    });
  }

  #hasRoom(): boolean {
    return this.#inFlight < this.#window.size;
  }

  #refillMs(tokens: number): number {
    const now = this.#clock.now();
    return Math.max(this.#requests.waitMs(1, now), this.#tokens.waitMs(tokens, now));
  }

  #take(tokens: number): void {
    this.#inFlight++;
    this.#requests.take(1);
    this.#tokens.take(tokens);
  }
}

interface Waiting {
  readonly tokens: number;
  readonly done: (hasPlace: boolean) => void;
}

/** Below so many at once, back-off alone is enough; a few refusals must not make one long call hold up all others. */
const MIN_AT_ONCE = 4;
/** Refusals are counted over a round: as many calls as are under way, and at least so many. */
const MIN_IN_ROUND = 20;
/** Of a round. Servers refuse a call now and then whatever the load; only more than this says that there were too many. */
const MAX_REFUSED_SHARE = 0.2;
const GROWTH = 1.25;

/**
 * Calls at once that a server bears: halved when it throttles more than a call now and then, a quarter more after each round that went well,
 * and never more than configured. Those under way when it was halved say nothing of the half.
 * Source: Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance" (1989); growth by a factor, since
 * what was borne before is likely to be borne again
 */
class AdaptiveWindow {
  readonly #configured: number;
  #size: number;
  #round = { calls: 0, refused: 0 };
  #stale = 0;

  constructor(configured = Number.POSITIVE_INFINITY) {
    this.#configured = configured;
    this.#size = configured;
  }

  get size(): number {
    return Math.floor(this.#size);
  }

  adapt(inFlight: number, isThrottled: boolean): void {
    if (this.#stale > 0) return void this.#stale--;
    this.#round.calls++;
    if (isThrottled) this.#round.refused++;
    const needed = Math.max(MIN_IN_ROUND, inFlight);
    if (this.#round.refused > MAX_REFUSED_SHARE * needed) {
      this.#size = Math.min(this.#size, Math.max(MIN_AT_ONCE, inFlight / 2));
      this.#stale = inFlight - 1;
    } else if (this.#round.calls < needed) return;
    else if (this.#size < this.#configured) this.#size = Math.min(this.#configured, this.#size * GROWTH);
    this.#round = { calls: 0, refused: 0 };
  }
}

/** An allowance per minute, filled as time passes; without one, never empty. */
class TokenBucket {
  readonly #capacity: number;
  readonly #perMs: number;
  #level: number;
  #updatedAt: number;

  constructor(perMinute: number | undefined, startedAt: number) {
    this.#capacity = perMinute === undefined ? Number.POSITIVE_INFINITY : Math.max(1, perMinute * BURST);
    this.#perMs = perMinute === undefined ? 0 : perMinute / MINUTE_MS;
    this.#level = this.#capacity;
    this.#updatedAt = startedAt;
  }

  /** Until so much can be taken, in milliseconds; what exceeds the bucket may go once it is full. */
  waitMs(amount: number, now: number): number {
    this.#level = Math.min(this.#capacity, this.#level + Math.max(0, now - this.#updatedAt) * this.#perMs);
    this.#updatedAt = now;
    const missing = Math.min(amount, this.#capacity) - this.#level;
    // A rest below a millionth is the rounding of the refill, not a lack.
    return missing <= 1e-6 ? 0 : Math.max(1, Math.ceil(missing / this.#perMs));
  }

  take(amount: number): void {
    this.#level = Math.min(this.#capacity, this.#level - amount);
  }
}
