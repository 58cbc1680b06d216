import { type Clock, MINUTE_MS } from '@contentflow/kernel';

/** What a provider takes at once and per minute. */
export interface ProviderLimits {
  readonly concurrency?: number;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  /** For one call, in milliseconds. */
  readonly timeoutMs?: number;
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

export function createRateLimiter(clock: Clock, limits: ProviderLimits): RateLimiter {
  const window = adaptiveWindow(limits.concurrency ?? Number.POSITIVE_INFINITY);
  const requests = bucket(limits.requestsPerMinute, clock.now());
  const tokens = bucket(limits.tokensPerMinute, clock.now());
  const queue = new Set<Waiting>();
  let inFlight = 0;
  let isRefillAwaited = false;

  const waitMs = (needed: number): number => {
    const now = clock.now();
    return Math.max(requests.waitMs(1, now), tokens.waitMs(needed, now));
  };
  const take = (needed: number): void => {
    inFlight++;
    requests.take(1);
    tokens.take(needed);
  };

  const serve = (): void => {
    for (const waiting of queue) {
      if (inFlight >= window.size()) return;
      const ms = waitMs(waiting.tokens);
      if (ms > 0) return awaitRefill(ms);
      queue.delete(waiting);
      take(waiting.tokens);
      waiting.done(true);
    }
  };
  const awaitRefill = (ms: number): void => {
    if (isRefillAwaited) return;
    isRefillAwaited = true;
    void clock.sleep(ms).then(() => {
      isRefillAwaited = false;
      serve();
    });
  };

  return {
    enter: (needed, signal) => {
      if (queue.size === 0 && inFlight < window.size() && waitMs(needed) === 0) {
        take(needed);
        return true;
      }
      return new Promise((resolve) => {
        const waiting: Waiting = {
          tokens: needed,
          done: (hasPlace) => {
            signal?.removeEventListener('abort', leaveQueue);
            resolve(hasPlace);
          },
        };
        const leaveQueue = (): void => {
          if (queue.delete(waiting)) waiting.done(false);
          serve();
        };
        queue.add(waiting);
        signal?.addEventListener('abort', leaveQueue, { once: true });
        serve();
      });
    },
    leave: (taken, used, isThrottled) => {
      if (isThrottled !== undefined) window.adapt(inFlight, isThrottled);
      inFlight--;
      tokens.take(used - taken);
      if (queue.size > 0) serve();
    },
    get atOnce() {
      return window.size();
    },
    get inFlight() {
      return inFlight;
    },
    get queued() {
      return queue.size;
    },
  };
}

/** Below so many at once, back-off alone is enough; a few refusals must not make one long call hold up all others. */
const FEWEST_AT_ONCE = 4;
/** Refusals are counted over a round: as many calls as are under way, and at least so many. */
const FEWEST_IN_ROUND = 20;
/** Of a round. Servers refuse a call now and then whatever the load; only more than this says that there were too many. */
const TOO_MANY_REFUSED = 0.2;
const GROWTH = 1.25;

/**
 * Calls at once that a server bears: halved when it throttles more than a call now and then, a quarter more after each round that went well,
 * and never more than configured. Those under way when it was halved say nothing of the half.
 * Source: Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance" (1989); growth by a factor, since
 * what was borne before is likely to be borne again
 */
function adaptiveWindow(configured: number) {
  let size = configured;
  let round = { calls: 0, refused: 0 };
  let stale = 0;
  return {
    size: (): number => Math.floor(size),
    adapt: (inFlight: number, isThrottled: boolean): void => {
      if (stale > 0) return void stale--;
      round.calls++;
      if (isThrottled) round.refused++;
      const needed = Math.max(FEWEST_IN_ROUND, inFlight);
      if (round.refused > TOO_MANY_REFUSED * needed) {
        size = Math.min(size, Math.max(FEWEST_AT_ONCE, inFlight / 2));
        stale = inFlight - 1;
      } else if (round.calls < needed) return;
      else if (size < configured) size = Math.min(configured, size * GROWTH);
      round = { calls: 0, refused: 0 };
    },
  };
}

interface Waiting {
  readonly tokens: number;
  readonly done: (hasPlace: boolean) => void;
}

interface Bucket {
  /** Until so much can be taken, in milliseconds; what exceeds the bucket may go once it is full. */
  waitMs(amount: number, now: number): number;
  take(amount: number): void;
}

function bucket(perMinute: number | undefined, startedAt: number): Bucket {
  if (perMinute === undefined) return { waitMs: () => 0, take: () => undefined };
  const capacity = Math.max(1, perMinute * BURST);
  const perMs = perMinute / MINUTE_MS;
  let level = capacity;
  let updatedAt = startedAt;
  return {
    waitMs: (amount, now) => {
      level = Math.min(capacity, level + (now - updatedAt) * perMs);
      updatedAt = now;
      const missing = Math.min(amount, capacity) - level;
      // A rest below a millionth is the rounding of the refill, not a lack.
      return missing <= 1e-6 ? 0 : Math.max(1, Math.ceil(missing / perMs));
    },
    take: (amount) => void (level = Math.min(capacity, level - amount)),
  };
}
