import { ownValue } from '@contentflow/kernel';
import type { ProviderConfiguration } from '../provider-configuration.ts';
import { hostedPrices } from './hosted-prices.ts';

/** What a model costs, in US dollars per million tokens. */
export interface ModelPrice {
  readonly usdPerMillionInput: number;
  readonly usdPerMillionOutput: number;
  /** Of what the provider reads from its cache of prompts, and of what it writes to it; as input where left out. */
  readonly usdPerMillionCachedInput?: number;
  readonly usdPerMillionCacheWrite?: number;
  /** `assumed`: nobody said, so that an expensive model's price stands in, and budgets hold. */
  readonly source: 'configured' | 'table' | 'local' | 'assumed';
}

export interface PriceTable {
  priceOf(provider: string, model: string): ModelPrice;
}

/** Stands in where no price is known: above all but a handful of the models in the table. */
export const assumedPrice = { usdPerMillionInput: 30, usdPerMillionOutput: 150 };

const LOCAL: ModelPrice = { usdPerMillionInput: 0, usdPerMillionOutput: 0, source: 'local' };

/**
 * Prices as configured per model, else of the shipped table, else assumed. Local models cost nothing.
 * @param unknown  what to assume, in US dollars per million tokens
 */
export function priceTable(
  providers: readonly Pick<ProviderConfiguration, 'name' | 'kind' | 'models'>[],
  unknown: { usdPerMillionInput: number; usdPerMillionOutput: number } = assumedPrice,
): PriceTable {
  const prices = new Map<string, ModelPrice>();
  const kinds = new Map(providers.map((provider) => [provider.name, provider.kind]));

  for (const provider of providers)
    for (const model of provider.models) {
      if (typeof model === 'string' || model.usdPerMillionInput === undefined) continue;
      const { name, usdPerMillionInput, usdPerMillionOutput = usdPerMillionInput, ...cache } = model;
      prices.set(key(provider.name, name), {
        usdPerMillionInput,
        usdPerMillionOutput,
        ...cache,
        source: 'configured',
      });
    }

  return {
    priceOf: (provider, model) => {
      // What passes any name on costs what it says of that.
      const configured = prices.get(key(provider, model)) ?? prices.get(key(provider, '*'));
      if (configured) return configured;
      const kind = kinds.get(provider);
      if (kind === 'local' || kind === 'ollama') return LOCAL;
      const listed = listedPrice(kind, model);
      return listed ? { ...listed, source: 'table' } : { ...unknown, source: 'assumed' };
    },
  };
}

const key = (provider: string, model: string): string => `${provider}\n${model}`;

/** A dated name, `gpt-5-2025-08-07`, costs what its family does where it is not listed itself. */
function listedPrice(kind: string | undefined, model: string) {
  const undated = model.replace(/-(\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, '');
  const names =
    kind === 'openai-compatible' || kind === undefined ? [model, undated] : [model, undated, `${kind}/${model}`];
  for (const name of names) {
    const found = ownValue(hostedPrices.models, name);
    if (found) return priceOfEntry(found);
  }
  return undefined;
}

function priceOfEntry([input, output, cached, written]: (typeof hostedPrices.models)[string]): Omit<
  ModelPrice,
  'source'
> {
  return {
    usdPerMillionInput: input,
    usdPerMillionOutput: output,
    ...(cached !== undefined && { usdPerMillionCachedInput: cached }),
    ...(written !== undefined && { usdPerMillionCacheWrite: written }),
  };
}

/** What a call used. */
export interface TokensUsed {
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly tokensCached?: number;
  readonly tokensCacheWrite?: number;
}

/** US dollars. */
export function costOf(price: ModelPrice, used: TokensUsed): number {
  const { usdPerMillionInput: input, usdPerMillionOutput: output } = price;
  const { usdPerMillionCachedInput: read = input, usdPerMillionCacheWrite: write = input } = price;
  const { tokensIn, tokensOut, tokensCached = 0, tokensCacheWrite = 0 } = used;
  const cached = Math.min(tokensCached, tokensIn);
  const written = Math.min(tokensCacheWrite, tokensIn - cached);
  return ((tokensIn - cached - written) * input + cached * read + written * write + tokensOut * output) / 1e6;
}

/** What a call may cost at most, in US dollars: as if all that goes in were new, and written to the cache where that costs more. */
export const worstCostOf = (price: ModelPrice, tokensIn: number, tokensOut: number): number =>
  costOf(
    { ...price, usdPerMillionInput: Math.max(price.usdPerMillionInput, price.usdPerMillionCacheWrite ?? 0) },
    { tokensIn, tokensOut },
  );
