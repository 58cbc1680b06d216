import { type Clock, ownValue } from '@contentflow/kernel';
import { type ModelProvider, ProviderError } from '../model-provider.ts';
import type { ModelPrice, PriceTable } from '../prices/price-table.ts';
import { type BreakerPolicy, type BreakerState, closedBreaker } from './circuit-breaker.ts';
import type { GatewayEvent } from './gateway-call.ts';
import { createRateLimiter, type ProviderLimits, type RateLimiter } from './rate-limiter.ts';

/** One model at one provider, with what the gateway has learned of it. */
export interface Target {
  readonly provider: ModelProvider;
  readonly model: string;
  readonly price: ModelPrice;
  readonly limiter: RateLimiter;
  readonly timeoutMs: number | undefined;
  readonly totalTimeoutMs: number | undefined;
  breaker: BreakerState;
  /** The server asked to be left alone until then, epoch milliseconds. */
  pausedUntil: number;
  /** What the last call said that counted against it. */
  lastFailure?: ProviderError;
}

export interface Targets {
  /** Those that answer for a model, in the order of configuration. `provider/model` names one. */
  of(model: string): readonly Target[];
  answersFor(model: string): boolean;
  all(): Iterable<Target>;
}

/** Names that callers make up must not fill the memory. */
const MAX_TARGETS = 5000;

export interface TargetOptions {
  readonly providers: readonly ModelProvider[];
  readonly clock: Clock;
  readonly prices: PriceTable;
  readonly limits: Readonly<Record<string, ProviderLimits>>;
  readonly breaker: BreakerPolicy;
}

export function createTargets({ providers, clock, prices, limits, breaker }: TargetOptions): Targets {
  const known = new Map<string, Target>();
  const routes = new Map<string, readonly Target[]>();
  const limiters = new Map(
    providers.map(({ name }) => [name, createRateLimiter(clock, ownValue(limits, name) ?? {})] as const),
  );

  const target = (provider: ModelProvider, model: string): Target => {
    const key = `${provider.name}\n${model}`;
    const found = known.get(key);
    if (found) return found;
    const created: Target = {
      provider,
      model,
      price: prices.priceOf(provider.name, model),
      limiter: limiters.get(provider.name) as RateLimiter,
      timeoutMs: ownValue(limits, provider.name)?.timeoutMs,
      totalTimeoutMs: ownValue(limits, provider.name)?.totalTimeoutMs,
      breaker: closedBreaker(breaker),
      pausedUntil: 0,
    };
    known.set(key, created);
    return created;
  };

  const route = (model: string): readonly Target[] =>
    answering(providers, model).map(({ provider, name }) => target(provider, name));

  for (const provider of providers) for (const model of provider.models) if (model !== '*') target(provider, model);

  return {
    of: (model) => {
      const found = routes.get(model) ?? route(model);
      if (found.length === 0) throw unknownModel(model, providers);
      if (routes.size >= MAX_TARGETS) {
        routes.clear();
        for (const [key, { breaker: state, provider, model: name }] of known)
          if (state.phase === 'closed' && !provider.models.includes(name)) known.delete(key);
      }
      routes.set(model, found);
      return found;
    },
    answersFor: (model) => answering(providers, model).length > 0,
    all: () => known.values(),
  };
}

/** Who answers for a name as it stands; else `provider/model`, which is that provider's alone; else whoever takes any name. */
function answering(providers: readonly ModelProvider[], model: string): { provider: ModelProvider; name: string }[] {
  const whole = providers.flatMap((provider) => {
    const name = nameAt(provider, model);
    return name === undefined ? [] : [{ provider, name }];
  });
  const [named] = providers
    .filter(({ name }) => model.startsWith(`${name}/`))
    .toSorted((one, other) => other.name.length - one.name.length);
  if (!named || whole.some(({ provider }) => listedName(provider, model) !== undefined)) return whole;
  const name = nameAt(named, model.slice(named.name.length + 1));
  return name === undefined ? [] : [{ provider: named, name }];
}

/** What the provider is asked for by this name; undefined where it does not answer for it. */
const nameAt = (provider: ModelProvider, model: string): string | undefined =>
  listedName(provider, model) ?? (provider.models.includes('*') && model !== '' && model !== '*' ? model : undefined);

/** A model's name as the provider lists it. Ollama's `llama3.2` is `llama3.2:latest`. */
function listedName({ kind, models }: ModelProvider, model: string): string | undefined {
  if (models.includes(model)) return model === '*' ? undefined : model;
  return kind === 'ollama' ? models.find((name) => untagged(name) === untagged(model)) : undefined;
}
const untagged = (name: string): string => name.replace(/:latest$/, '');

function unknownModel(model: string, providers: readonly ModelProvider[]): ProviderError {
  const known = providers.flatMap((provider) => provider.models).slice(0, 20);
  return new ProviderError('unknown_model', `no provider answers for "${model}"; there are: ${known.join(', ')}`);
}

export const breakerChange = (
  { provider, model }: Target,
  from: BreakerState,
  to: BreakerState,
  at: number,
  reason: string,
): GatewayEvent => ({
  type: 'breaker_changed',
  at,
  provider: provider.name,
  model,
  from: from.phase,
  to: to.phase,
  reason,
  failures: to.consecutive,
  ...(to.phase === 'open' && { retryAt: to.retryAt, alikeIn: Object.keys(to.heldBack) }),
});
