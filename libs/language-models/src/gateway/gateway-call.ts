import type { BudgetClaim } from '../budgets/budgets.ts';
import type { SpendingLimit } from '../budgets/spending-limit.ts';
import {
  type FailureClass,
  type ModelMessage,
  type ModelReply,
  type ModelRequest,
  ProviderError,
} from '../model-provider.ts';

/** A model request and how far the gateway may go for it. Times in milliseconds. */
export interface GatewayRequest extends ModelRequest {
  /** Models to try, in order, once those that answer for `model` have failed. What is left out is the gateway's to say. */
  readonly fallbacks?: readonly string[];
  /** The model that was asked for, where this one is called in its place: where this one fails, whoever would have answered is asked. */
  readonly standsInFor?: string | undefined;
  /** For all of it: waits, attempts, fallbacks. */
  readonly deadlineMs?: number;
  /** How long an attempt may be silent. */
  readonly timeoutMs?: number;
  /** A second call starts when the first has not answered by then; the first answer wins. Not for streamed replies. */
  readonly hedgeAfterMs?: number;
  readonly cache?: CacheDirective;
  readonly budget?: BudgetClaim;
  /** Of the key that was shown. */
  readonly keyId?: string | undefined;
  /** Shared by all requests that may cost no more together. */
  readonly spending?: SpendingLimit | undefined;
  /**
   * Told that the text so far is void, as a new attempt begins. Without it a streamed reply that broke off half-way
   * is a failure, and not tried again.
   */
  readonly onRestart?: () => void;
}

export interface CacheDirective {
  readonly mode: 'off' | 'exact' | 'semantic';
  /** Replies are shared within a scope only: one per content type, recipe version and experiment variant. */
  readonly scope: string;
  /** What the reply is made for: said of it wherever it is served from then on. */
  readonly madeFor?: string;
  readonly ttlMs?: number;
  /** What to compare by meaning, where not all of the messages: the brief without its fixed instructions. */
  readonly semanticText?: string;
  /** The messages that stand for these in the key: all that have them in common share answers. */
  readonly keyMessages?: readonly ModelMessage[];
  /** How alike two texts must be at least, in [0, 1]; where left out, as the cache was calibrated. */
  readonly similarity?: number;
  /** Says in the place of `similarity` what may be given. */
  readonly rule?: CacheRule;
  /**
   * Of the answers to other words, the share that is made again all the same, so that both can be compared; and of those that were too
   * little alike to be given, the share that is compared with what was made. In [0, 1].
   */
  readonly auditShare?: number;
}

/** Which answers may be given to other words than they were made for; what may not is made, and compared with them. */
export interface CacheRule {
  /** @param entry  names what was kept, and stays the same while it is */
  mayServe(entry: string, similarity: number): boolean;
  /** Nothing is given yet: also what may be is made anew, and compared. */
  readonly isTrial: boolean;
}

/** What would have been served, or nearly, beside a reply that was made to be compared with it. */
export interface AuditedHit {
  readonly found: 'by_meaning' | 'by_key' | 'near_miss';
  readonly text: string;
  readonly similarity: number;
  /** Which was found, where a rule was asked about it. */
  readonly entry?: string;
}

export type CacheOutcome = 'miss' | 'exact' | 'semantic' | 'off';

/** What an answer from the cache was made for, and in which scope. */
export interface CacheOrigin {
  readonly madeFor: string;
  readonly scope: string;
}

/** One call to a model, or one answer from the cache, as it went. Times in milliseconds, cost in US dollars. */
export interface CallRecord {
  readonly provider: string;
  readonly model: string;
  /** 1 for the first at this target; 0 for an answer from the cache. */
  readonly attempt: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Of those that went in: read from the provider's cache, and written to it. */
  readonly tokensCached?: number;
  readonly tokensCacheWrite?: number;
  /** Of a call that failed: an estimate of what the provider may charge for it. */
  readonly cost: number;
  readonly timeToFirstTokenMs: number;
  readonly timeMs: number;
  /** For money and for a place at the provider, before the call. */
  readonly waitMs: number;
  readonly outcome: 'ok' | FailureClass;
  readonly cache: CacheOutcome;
  readonly servedFrom?: CacheOrigin;
  readonly simulated: boolean;
  /** Where answers are found by meaning: of the most alike request that one was kept for, in [0, 1]. */
  readonly similarity?: number;
  /** No price is known, so that `cost` is what an expensive model would cost. */
  readonly priceUnknown?: true;
  readonly hedged?: true;
}

export interface GatewayReply extends ModelReply {
  readonly provider: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly cache: CacheOutcome;
  /** Of all calls made for it, in US dollars. */
  readonly cost: number;
  readonly calls: readonly CallRecord[];
  readonly auditedHit?: AuditedHit;
}

/** The last failure, with everything that was tried. */
export class GatewayFailure extends ProviderError {
  readonly calls: readonly CallRecord[];

  constructor(last: ProviderError, calls: readonly CallRecord[]) {
    super(last.failure, last.message, { cause: last, ...last.detail });
    this.name = 'GatewayFailure';
    this.calls = calls;
  }
}

/** What the gateway changed its mind about. `at`, `retryAt` and `until` in epoch milliseconds. */
export type GatewayEvent =
  | {
      readonly type: 'breaker_changed';
      readonly at: number;
      readonly provider: string;
      readonly model: string;
      readonly from: 'closed' | 'open' | 'half_open';
      readonly to: 'closed' | 'open' | 'half_open';
      readonly reason: string;
      /** In a row, so far. */
      readonly failures: number;
      /** When a probe is due, where it is open. */
      readonly retryAt?: number;
      /** Where it opens: in what those that failed are alike; nobody else is held back. */
      readonly alikeIn?: readonly string[];
    }
  | {
      readonly type: 'target_paused';
      readonly at: number;
      readonly provider: string;
      readonly model: string;
      readonly until: number;
    };
