import { BreakerClosed, BreakerOpened, BreakerProbed, newEvent } from '@contentflow/contracts';
import {
  createModelGateway,
  createProvider,
  type GatewayEvent,
  type ModelProvider,
  modelName,
  priceTable,
  type PriceTable,
  type ProviderConfiguration,
} from '@contentflow/language-models';
import type { Models, Platform } from '../platform.ts';
import { observedGateway } from '../tracing.ts';

/** The configured providers behind one gateway; what its breakers do is recorded as events. */
export function openModels(platform: Platform, configurations: readonly ProviderConfiguration[]): Models {
  const prices = priceTable(configurations);
  const limits = Object.fromEntries(
    configurations.map(({ name, requestsPerMinute, tokensPerMinute, concurrency }) => [
      name,
      { requestsPerMinute, tokensPerMinute, concurrency },
    ]),
  );
  const providers = configurations.map(createProvider);
  const offered = configurations.flatMap(({ name, models }) =>
    models.map((model) => ({ provider: name, name: modelName(model) })),
  );
  return modelsOf(platform, providers, prices, offered, limits);
}

/** Providers that were made elsewhere, such as the sandbox. */
export function modelsOf(
  platform: Platform,
  providers: readonly ModelProvider[],
  prices: PriceTable,
  offered: readonly { provider: string; name: string }[],
  limits: NonNullable<Parameters<typeof createModelGateway>[0]['limits']> = {},
): Models {
  const { clock, random } = platform;
  const gateway = createModelGateway({
    providers,
    clock,
    random: random.fork('gateway'),
    prices,
    limits,
    onEvent: (event) => record(platform, event),
  });
  return {
    providers,
    gateway: observedGateway(gateway),
    offered: offered.map(({ provider, name }) => {
      const { usdPerMillionInput, usdPerMillionOutput } = prices.priceOf(provider, name);
      return { provider, name, usdPerMillionInput, usdPerMillionOutput };
    }),
  };
}

function record({ log, logger, instance }: Platform, event: GatewayEvent): void {
  if (event.type !== 'breaker_changed') return;
  const { provider, model, at, to, retryAt = at } = event;
  const of = {
    subject: `${provider}/${model}`,
    time: at,
    cause: { id: `breaker-${instance}-${provider}-${model}-${at}` },
    index: to,
  };
  const recorded =
    to === 'open'
      ? newEvent(BreakerOpened, { ...of, data: { provider, model, failures: 0, until: retryAt } })
      : newEvent(to === 'closed' ? BreakerClosed : BreakerProbed, { ...of, data: { provider, model } });
  log.append([recorded]).catch((error: unknown) => logger.error({ err: error }, 'a breaker could not be recorded'));
}
