import type { Clock, Random } from '@contentflow/kernel';
import type { Budgets } from '../budgets/budgets.ts';
import { asProviderError, type ModelProvider, ProviderError } from '../model-provider.ts';
import type { PriceTable } from '../prices/price-table.ts';
import { estimatedTokensIn, worstCaseTokensIn } from '../tokens.ts';
import type { AttemptEnvironment, PlannedCall } from './attempt.ts';
import { type BreakerPhase, type BreakerState, closedBreaker, tripped } from './circuit-breaker.ts';
import {
  type CallRecord,
  type GatewayEvent,
  GatewayFailure,
  type GatewayReply,
  type GatewayRequest,
} from './gateway-call.ts';
import { defaultGatewayPolicy, fallbacksOf, type GatewayPolicy } from './gateway-policy.ts';
import { traitsOf } from './request-traits.ts';
import { tryTargets } from './routed-request.ts';
import type { ProviderLimits } from './rate-limiter.ts';
import { breakerChange, createTargets, type Target, type Targets } from './targets.ts';

export interface ModelGatewayOptions {
  /** Where several answer for a model, the first is preferred. */
  readonly providers: readonly ModelProvider[];
  readonly clock: Clock;
  readonly random: Random;
  readonly prices: PriceTable;
  /** By the provider's name. */
  readonly limits?: Readonly<Record<string, ProviderLimits>>;
  /** The defaults for what is left out. */
  readonly policy?: Partial<GatewayPolicy>;
  readonly budgets?: Budgets;
  readonly cache?: ReplyCache;
  /** Told every change of a breaker and every pause that a server asked for. */
  readonly onEvent?: (event: GatewayEvent) => void;
}

/** Answers from memory, and sees to it that what is asked twice at once is made once. */
export interface ReplyCache {
  answer(
    request: GatewayRequest,
    make: () => Promise<GatewayReply>,
    signal: AbortSignal | undefined,
  ): Promise<GatewayReply>;
}

export interface ModelGateway {
  readonly models: readonly string[];
  /** Whether anybody answers for a model of this name. */
  answersFor(model: string): boolean;
  /** @throws GatewayFailure with the last failure's class and every call that was made, and nothing else */
  generate(request: GatewayRequest, signal?: AbortSignal): Promise<GatewayReply>;
  /** Stops calls to a provider's model, or to all of its models, for so many milliseconds; then it is probed. */
  trip(provider: string, model: string | undefined, forMs: number, reason: string): void;
  /** Lets calls through again at once. */
  reset(provider: string, model: string | undefined, reason: string): void;
  targets(): readonly TargetStatus[];
  close(): Promise<void>;
}

export interface TargetStatus {
  readonly provider: string;
  readonly model: string;
  readonly breaker: BreakerPhase;
  /** Epoch milliseconds; 0 where closed. */
  readonly retryAt: number;
  /** Of the whole provider, as its refusals have taught; infinite where nothing limits it. */
  readonly atOnce: number;
  readonly inFlight: number;
  readonly queued: number;
  readonly simulated: boolean;
}

/** The way to every model: finds who answers for it, waits its turn, tries again, falls back, and writes down each call. */
export const createModelGateway = (options: ModelGatewayOptions): ModelGateway => new Gateway(options);

class Gateway implements ModelGateway {
  readonly models: readonly string[];
  readonly #options: ModelGatewayOptions;
  readonly #policy: GatewayPolicy;
  readonly #targets: Targets;
  readonly #environment: AttemptEnvironment;

  constructor(options: ModelGatewayOptions) {
    const { clock, budgets, onEvent: emit = () => undefined } = options;
    const policy: GatewayPolicy = { ...defaultGatewayPolicy, ...options.policy };
    const { breaker, timeoutMs, totalTimeoutMs } = policy;
    this.models = [...new Set(options.providers.flatMap((provider) => provider.models))].filter((name) => name !== '*');
    this.#options = options;
    this.#policy = policy;
    this.#targets = createTargets({ ...options, limits: options.limits ?? {}, breaker });
    this.#environment = { clock, breaker, budgets, timeoutMs, totalTimeoutMs, emit };
  }

  answersFor(model: string): boolean {
    return this.#targets.answersFor(model);
  }

  generate(request: GatewayRequest, signal?: AbortSignal): Promise<GatewayReply> {
    const { cache } = this.#options;
    const make = (): Promise<GatewayReply> => this.#make(request, signal);
    const isCached = cache && request.cache && request.cache.mode !== 'off';
    return isCached ? fromCache(cache, request, make, signal) : make();
  }

  trip(provider: string, model: string | undefined, forMs: number, reason: string): void {
    const { clock, breaker } = this.#environment;
    for (const target of this.#targetsAt(provider, model))
      this.#moveBreaker(target, tripped(target.breaker, clock.now(), forMs, breaker), reason);
  }

  reset(provider: string, model: string | undefined, reason: string): void {
    const { breaker } = this.#environment;
    for (const target of this.#targetsAt(provider, model)) {
      const closed = closedBreaker(breaker, target.breaker.epoch + 1);
      if (target.breaker.phase === 'closed') target.breaker = closed;
      else this.#moveBreaker(target, closed, reason);
    }
  }

  targets(): readonly TargetStatus[] {
    return Array.from(this.#targets.all(), statusOf);
  }

  async close(): Promise<void> {
    await Promise.all(this.#options.providers.map(async (provider) => provider.close?.()));
  }

  async #make(request: GatewayRequest, signal: AbortSignal | undefined): Promise<GatewayReply> {
    const { random } = this.#options;
    const { retry, hedgeAfterMs } = this.#policy;
    const calls: CallRecord[] = [];
    try {
      const route = this.#routeOf(request);
      const planned = this.#plan(request);
      return await tryTargets(
        { planned, signal, calls, environment: this.#environment, random, retry, hedgeAfterMs },
        route,
      );
    } catch (error) {
      if (error instanceof ProviderError) throw new GatewayFailure(error, calls);
      throw error;
    }
  }

  #plan(request: GatewayRequest): PlannedCall {
    const { budgets, clock } = this.#environment;
    const isBounded = budgets?.bounds(request.budget ?? {}) === true;
    return {
      request: isBounded ? withLimit(request) : request,
      tokensIn: estimatedTokensIn(request.messages),
      worstCaseTokensIn: isBounded || request.spending ? worstCaseTokensIn(request) : 0,
      deadlineAt: clock.now() + (request.deadlineMs ?? this.#policy.deadlineMs),
      traits: once(() => traitsOf(request)),
    };
  }

  #routeOf({ model, fallbacks, standsInFor }: GatewayRequest): readonly Target[] {
    if (standsInFor === undefined) return this.#routeTo(model, fallbacks);
    const first = this.answersFor(model) ? this.#targets.of(model) : [];
    return [...new Set([...first, ...this.#routeTo(standsInFor, fallbacks)])];
  }

  #routeTo(model: string, fallbacks: readonly string[] | undefined): readonly Target[] {
    const own = this.#targets.of(model);
    const others = fallbacks ?? fallbacksOf(this.#policy, model);
    return others.length === 0 ? own : [...new Set([...own, ...others.flatMap((each) => this.#targets.of(each))])];
  }

  #targetsAt(provider: string, model: string | undefined): Target[] {
    return [...this.#targets.all()].filter(
      (target) => target.provider.name === provider && (model === undefined || target.model === model),
    );
  }

  #moveBreaker(target: Target, to: BreakerState, reason: string): void {
    const from = target.breaker;
    target.breaker = to;
    this.#environment.emit(breakerChange(target, from, to, this.#environment.clock.now(), reason));
  }
}

/** Few calls are asked for them. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** `-1` says that there is none. */
const isLimit = (limit: unknown): boolean => typeof limit === 'number' && limit > 0;

/** What its caller left unlimited could cost more than any reservation. */
function withLimit(request: GatewayRequest): GatewayRequest {
  const { verbatim, maxOutputTokens } = request;
  if (!verbatim || verbatim.native?.endpoint === 'embeddings') return request;
  const { max_tokens: most, max_completion_tokens: mostOfAll, n } = verbatim.body;
  if (isLimit(most) || isLimit(mostOfAll)) return request;
  const limitTokens = Math.floor(maxOutputTokens / (typeof n === 'number' && n > 0 ? n : 1));
  return { ...request, verbatim: { ...verbatim, limitTokens } };
}

/** Whoever waited in vain for another's call has made none of its own. */
async function fromCache(
  cache: ReplyCache,
  request: GatewayRequest,
  make: () => Promise<GatewayReply>,
  signal: AbortSignal | undefined,
): Promise<GatewayReply> {
  try {
    return await cache.answer(request, make, signal);
  } catch (error) {
    throw error instanceof GatewayFailure ? error : new GatewayFailure(asProviderError(error), []);
  }
}

const statusOf = ({ provider, model, breaker, limiter }: Target): TargetStatus => ({
  provider: provider.name,
  model,
  breaker: breaker.phase,
  retryAt: breaker.phase === 'closed' ? 0 : breaker.retryAt,
  atOnce: limiter.atOnce,
  inFlight: limiter.inFlight,
  queued: limiter.queued,
  simulated: provider.simulated,
});
