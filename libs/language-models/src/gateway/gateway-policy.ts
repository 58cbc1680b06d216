import { DAY_MS, ownValue } from '@contentflow/kernel';
import { z } from 'zod';
import { type BreakerPolicy, defaultBreakerPolicy } from './circuit-breaker.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';

/** How far the gateway goes for a call, where the call itself does not say. Times in milliseconds. */
export interface GatewayPolicy {
  /** For all of a call: waits, attempts, fallbacks. */
  readonly deadlineMs: number;
  /** How long an attempt may be silent, where its provider has no `timeoutMs`. */
  readonly timeoutMs: number;
  /** How long an attempt may take in all, however much comes; left out, until the deadline. */
  readonly totalTimeoutMs?: number | undefined;
  readonly retry: RetryPolicy;
  readonly breaker: BreakerPolicy;
  /** By model: what to try, in order, once all who answer for it have failed. `*` stands for every model not named. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  /** After so long without an answer a second call starts, and the first answer wins. Never where left out. */
  readonly hedgeAfterMs?: number | undefined;
}

const ms = (most: number) => z.number().positive().max(most);

/** `gateway` in the configuration file. */
export const gatewayPolicySchema = z.strictObject({
  deadlineMs: ms(DAY_MS).default(300_000),
  timeoutMs: ms(DAY_MS).default(120_000),
  totalTimeoutMs: ms(DAY_MS).optional(),
  retry: z
    .strictObject({
      attemptsPerTarget: z.number().int().min(1).max(20).default(defaultRetryPolicy.attemptsPerTarget),
      baseMs: ms(DAY_MS).default(defaultRetryPolicy.baseMs),
      maxMs: ms(DAY_MS).default(defaultRetryPolicy.maxMs),
    })
    .prefault({}),
  breaker: z
    .strictObject({
      consecutiveFailures: z.number().int().min(1).default(defaultBreakerPolicy.consecutiveFailures),
      failureShare: z.number().gt(0).max(1).default(defaultBreakerPolicy.failureShare),
      windowCalls: z.number().int().min(1).max(30).default(defaultBreakerPolicy.windowCalls),
      coolDownMs: ms(DAY_MS).default(defaultBreakerPolicy.coolDownMs),
      maxCoolDownMs: ms(DAY_MS).default(defaultBreakerPolicy.maxCoolDownMs),
    })
    .prefault({}),
  fallbacks: z.record(z.string(), z.array(z.string().min(1))).default({}),
  hedgeAfterMs: ms(DAY_MS).optional(),
}) satisfies z.ZodType<GatewayPolicy>;

export const defaultGatewayPolicy: GatewayPolicy = gatewayPolicySchema.parse({}, { jitless: true });

export const fallbacksOf = ({ fallbacks }: GatewayPolicy, model: string): readonly string[] =>
  ownValue(fallbacks, model) ?? fallbacks['*'] ?? [];
