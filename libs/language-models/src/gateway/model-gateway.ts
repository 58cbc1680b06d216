import type { Clock, Random } from '@contentflow/kernel';
import type { Budgets } from '../budgets/budgets.ts';
import { asProviderError, type ModelProvider, type ModelReply, ProviderError } from '../model-provider.ts';
import type { PriceTable } from '../prices/price-table.ts';
import { estimatedTokensIn, worstCaseTokensIn } from '../tokens.ts';
import { type Attempt, attempt, type AttemptEnvironment, type PlannedCall } from './attempt.ts';
import { type BreakerPhase, closedBreaker, tripped } from './circuit-breaker.ts';
import {
  type CallRecord,
  type GatewayEvent,
  GatewayFailure,
  type GatewayReply,
  type GatewayRequest,
} from './gateway-call.ts';
import { defaultGatewayPolicy, fallbacksOf, type GatewayPolicy } from './gateway-policy.ts';
import { hedged } from './hedge.ts';
import type { ProviderLimits } from './rate-limiter.ts';
import { backOffMs, consequenceOf, type RetryPolicy } from './retry.ts';
import { breakerChange, createTargets, type Target } from './targets.ts';

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
export function createModelGateway(options: ModelGatewayOptions): ModelGateway {
  const { clock, random, cache } = options;
  const policy: GatewayPolicy = { ...defaultGatewayPolicy, ...options.policy };
  const { breaker, retry, timeoutMs } = policy;
  const emit = options.onEvent ?? (() => undefined);
  const targets = createTargets({ ...options, limits: options.limits ?? {}, breaker });
  const environment: AttemptEnvironment = {
    clock,
    breaker,
    budgets: options.budgets,
    timeoutMs,
    emit,
  };

  const plan = (request: GatewayRequest): PlannedCall => ({
    request: options.budgets ? withLimit(request) : request,
    tokensIn: estimatedTokensIn(request.messages),
    worstCaseTokensIn: options.budgets ? worstCaseTokensIn(request) : 0,
    deadlineAt: clock.now() + (request.deadlineMs ?? policy.deadlineMs),
  });

  const make = async (request: GatewayRequest, signal: AbortSignal | undefined): Promise<GatewayReply> => {
    const calls: CallRecord[] = [];
    try {
      const route = routeOf(request, policy, targets.of);
      return await pursue(route, plan(request), signal, calls, {
        environment,
        random,
        retry,
        hedgeAfterMs: policy.hedgeAfterMs,
      });
    } catch (error) {
      if (error instanceof ProviderError) throw new GatewayFailure(error, calls);
      throw error;
    }
  };

  const each = (provider: string, model: string | undefined, act: (target: Target) => void): void => {
    for (const target of targets.all())
      if (target.provider.name === provider && (model === undefined || target.model === model)) act(target);
  };

  return {
    models: [...new Set(options.providers.flatMap((provider) => provider.models))].filter((model) => model !== '*'),
    generate: (request, signal) => {
      const isCached = cache && request.cache && request.cache.mode !== 'off';
      return isCached ? fromCache(cache, request, () => make(request, signal), signal) : make(request, signal);
    },
    trip: (provider, model, forMs, reason) =>
      each(provider, model, (target) => {
        const from = target.breaker;
        target.breaker = tripped(from, clock.now(), forMs, breaker);
        emit(breakerChange(target, from, target.breaker, clock.now(), reason));
      }),
    reset: (provider, model, reason) =>
      each(provider, model, (target) => {
        const from = target.breaker;
        target.breaker = closedBreaker(breaker, from.epoch + 1);
        if (from.phase !== 'closed') emit(breakerChange(target, from, target.breaker, clock.now(), reason));
      }),
    targets: () => Array.from(targets.all(), statusOf),
    close: async () => void (await Promise.all(options.providers.map((provider) => provider.close?.()))),
  };
}

/** What its caller left unlimited could cost more than any reservation. */
function withLimit(request: GatewayRequest): GatewayRequest {
  const { verbatim, maxOutputTokens } = request;
  if (!verbatim) return request;
  const { max_tokens: most, max_completion_tokens: mostOfAll, n } = verbatim.body;
  if (typeof most === 'number' || typeof mostOfAll === 'number') return request;
  const limitTokens = Math.floor(maxOutputTokens / (typeof n === 'number' ? n : 1));
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

function routeOf(
  { model, fallbacks }: GatewayRequest,
  policy: GatewayPolicy,
  targetsOf: (model: string) => readonly Target[],
): readonly Target[] {
  const own = targetsOf(model);
  const others = fallbacks ?? fallbacksOf(policy, model);
  return others.length === 0 ? own : [...new Set([...own, ...others.flatMap(targetsOf)])];
}

interface Pursuit {
  readonly environment: AttemptEnvironment;
  readonly random: Random;
  readonly retry: RetryPolicy;
  readonly hedgeAfterMs: number | undefined;
}

/** Target after target, until one replies or none is left. */
async function pursue(
  route: readonly Target[],
  planned: PlannedCall,
  signal: AbortSignal | undefined,
  calls: CallRecord[],
  pursuit: Pursuit,
): Promise<GatewayReply> {
  let last: ProviderError | undefined;
  for (const [index, target] of route.entries()) {
    const rest = route.slice(index + 1);
    const ended = await pursueTarget(target, rest, planned, signal, calls, pursuit);
    if (ended.reply && ended.record) return gatewayReply(ended.reply, ended.record, calls);
    // An open circuit says less than the failure that was met on the way.
    if (!last || ended.failure?.failure !== 'circuit_open') last = ended.failure ?? last;
    if (isFinal(ended, planned)) break;
    if (ended.hasTold && rest.length > 0) planned.request.onRestart?.();
  }
  throw last ?? new ProviderError('unknown_model', 'no target is configured');
}

async function pursueTarget(
  target: Target,
  rest: readonly Target[],
  planned: PlannedCall,
  signal: AbortSignal | undefined,
  calls: CallRecord[],
  { environment, random, retry, hedgeAfterMs }: Pursuit,
): Promise<Ended> {
  const { clock } = environment;
  for (let number = 1; ; number++) {
    const pauseMs = target.pausedUntil - clock.now();
    if (pauseMs > 0) {
      if (rest.length > 0 || clock.now() + pauseMs >= planned.deadlineAt) return paused(target, pauseMs);
      await clock.sleep(pauseMs * (1 + random.next() / 10), signal);
    }
    const attempts = await tryOnce(target, rest[0], planned, number, signal, environment, hedgeAfterMs);
    for (const { record } of attempts) calls.push(record);
    const [ended] = attempts as [Attempt];
    if (ended.reply || !ended.failure) return ended;

    const isRetried = consequenceOf(ended.failure.failure).isRetried && number < retry.attemptsPerTarget;
    if (!isRetried || isFinal(ended, planned)) return ended;
    const waitMs = backOffMs(number, ended.failure, retry, random);
    if (clock.now() + waitMs >= planned.deadlineAt) return ended;
    if (rest.length > 0 && waitMs > retry.maxMs) return ended;
    await clock.sleep(waitMs, signal);
    if (ended.hasTold) planned.request.onRestart?.();
  }
}

type Ended = Pick<Attempt, 'reply' | 'failure' | 'hasTold'> & Partial<Pick<Attempt, 'record'>>;

const paused = ({ provider, model }: Target, forMs: number): Ended => ({
  failure: new ProviderError('rate_limited', `${provider.name}/${model} asked to be left alone`, {
    retryAfterMs: forMs,
  }),
  hasTold: false,
});

function tryOnce(
  target: Target,
  next: Target | undefined,
  planned: PlannedCall,
  number: number,
  signal: AbortSignal | undefined,
  environment: AttemptEnvironment,
  usualHedgeMs: number | undefined,
): Promise<readonly Attempt[]> {
  const { hedgeAfterMs = usualHedgeMs, onText } = planned.request;
  if (hedgeAfterMs === undefined || onText) return one(attempt(target, planned, number, signal, environment));
  return hedged(
    environment.clock,
    hedgeAfterMs,
    signal,
    (limit) => attempt(target, planned, number, limit, environment),
    (limit) => attempt(next ?? target, planned, number, limit, environment),
  );
}

const one = async (made: Promise<Attempt>): Promise<readonly Attempt[]> => [await made];

/** Nothing that could be tried next would mend it. */
function isFinal({ failure, hasTold }: Ended, { request }: PlannedCall): boolean {
  if (failure?.failure === 'cancelled') return true;
  return hasTold && !request.onRestart;
}

function gatewayReply(reply: ModelReply, record: CallRecord, calls: readonly CallRecord[]): GatewayReply {
  const { provider, model, simulated, cache } = record;
  return { ...reply, provider, model, simulated, cache, cost: calls.reduce((sum, call) => sum + call.cost, 0), calls };
}
