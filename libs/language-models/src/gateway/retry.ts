import { backOffMs, type Random } from '@contentflow/kernel';
import type { FailureClass, ProviderError } from '../model-provider.ts';
import type { BreakerOutcome } from './circuit-breaker.ts';

/** How often one target is tried, and how long between. Times in milliseconds. */
export interface RetryPolicy {
  readonly attemptsPerTarget: number;
  readonly baseMs: number;
  readonly maxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attemptsPerTarget: 3, baseMs: 500, maxMs: 20_000 };

interface Consequence {
  /** The same request may succeed at the same target later. */
  readonly isRetried: boolean;
  readonly breaker: BreakerOutcome;
  /** The provider may have worked, and may charge for it. */
  readonly mayCost: boolean;
}

/** What follows from each class of failure. What a request did wrong, or may have done, says nothing of its target. */
const CONSEQUENCES: Readonly<Record<FailureClass, Consequence>> = {
  rate_limited: { isRetried: true, breaker: 'nothing', mayCost: false },
  timeout: { isRetried: true, breaker: 'failure', mayCost: true },
  server_error: { isRetried: true, breaker: 'failure', mayCost: false },
  connection: { isRetried: true, breaker: 'failure', mayCost: true },
  malformed_reply: { isRetried: true, breaker: 'failure', mayCost: true },
  content_filter: { isRetried: false, breaker: 'success', mayCost: true },
  bad_request: { isRetried: false, breaker: 'nothing', mayCost: false },
  authentication: { isRetried: false, breaker: 'nothing', mayCost: false },
  unknown_model: { isRetried: false, breaker: 'nothing', mayCost: false },
  budget_exhausted: { isRetried: false, breaker: 'nothing', mayCost: false },
  circuit_open: { isRetried: false, breaker: 'nothing', mayCost: false },
  cancelled: { isRetried: false, breaker: 'nothing', mayCost: true },
};

export const consequenceOf = (failure: FailureClass): Consequence => CONSEQUENCES[failure];

/**
 * The wait before the next attempt, in milliseconds: full jitter over an exponential range, and never before the
 * server wants it. What it asks for is stretched by up to a tenth, so that those it sent away do not return as one.
 * @param attempt  how many have failed, ≥ 1
 * Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015
 */
export function retryWaitMs(attempt: number, failure: ProviderError, policy: RetryPolicy, random: Random): number {
  const jittered = random.next() * backOffMs(attempt, { firstMs: policy.baseMs, longestMs: policy.maxMs });
  if (failure.retryAfterMs === undefined) return jittered;
  return Math.max(jittered, failure.retryAfterMs * (1 + random.next() / 10));
}
