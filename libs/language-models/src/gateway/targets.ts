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
  breaker: BreakerState;
  /** The server asked to be left alone until then, epoch milliseconds. */
  pausedUntil: number;
}

export interface Targets {
  /** Those that answer for a model, in the order of configuration. `provider/model` names one. */
  of(model: string): readonly Target[];
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
      breaker: closedBreaker(breaker),
      pausedUntil: 0,
    };
    known.set(key, created);
    return created;
  };

  const route = (model: string): readonly Target[] => {
    const named = providers
      .filter((provider) => answersFor(provider, model))
      .map((provider) => target(provider, model));
    if (named.length > 0) return named;
    return providers
      .filter(({ name }) => model.startsWith(`${name}/`))
      .map((provider) => ({ provider, model: model.slice(provider.name.length + 1) }))
      .filter(({ provider, model: rest }) => answersFor(provider, rest))
      .map(({ provider, model: rest }) => target(provider, rest));
  };

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
    all: () => known.values(),
  };
}

const answersFor = (provider: ModelProvider, model: string): boolean =>
  provider.models.includes(model) || provider.models.includes('*');

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
  ...(to.phase === 'open' && { retryAt: to.retryAt }),
});
