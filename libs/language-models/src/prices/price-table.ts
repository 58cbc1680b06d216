import { ownValue } from '@contentflow/kernel';
import { modelName, type ProviderConfiguration } from '../provider-configuration.ts';
import { hostedPrices } from './hosted-prices.ts';

/** What a model costs, in US dollars per million tokens. */
export interface ModelPrice {
  readonly usdPerMillionInput: number;
  readonly usdPerMillionOutput: number;
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
      const { usdPerMillionInput, usdPerMillionOutput = usdPerMillionInput } = model;
      prices.set(key(provider.name, modelName(model)), {
        usdPerMillionInput,
        usdPerMillionOutput,
        source: 'configured',
      });
    }

  return {
    priceOf: (provider, model) => {
      const configured = prices.get(key(provider, model));
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
    if (found) return { usdPerMillionInput: found[0], usdPerMillionOutput: found[1] };
  }
  return undefined;
}

/** US dollars. */
export const costOf = (price: ModelPrice, tokensIn: number, tokensOut: number): number =>
  (tokensIn * price.usdPerMillionInput + tokensOut * price.usdPerMillionOutput) / 1e6;
