import { BreakerClosed, BreakerOpened, BreakerProbed, newEvent } from '@contentflow/contracts';
import { configurationError, repeatedly } from '@contentflow/kernel';
import {
  type Budgets,
  createBudgets,
  createModelGateway,
  createProvider,
  createReplyCache,
  type GatewayEvent,
  memoryCacheStore,
  type ModelProvider,
  modelName,
  priceTable,
  type PriceTable,
  sqliteBudgetStore,
} from '@contentflow/language-models';
import { join } from 'node:path';
import type { Models, Platform } from '../platform.ts';
import { observedGateway } from '../tracing.ts';
import type { Configuration } from './configuration.ts';

/** Replies kept in memory by each process. */
const CACHE_LIMITS = { maxEntries: 20_000, maxCharacters: 30_000_000 };
const INDEX_LIMITS = { maxTextsPerScope: 2000, maxScopes: 40 };
/** How often a process says that it lives, to those who would take over what it has reserved. */
const TEND_EVERY_MS = 5000;

/** The configured providers behind one gateway; what its breakers do is recorded as events. */
export async function openModels(platform: Platform, configuration: Configuration): Promise<Models> {
  const configurations = configuration.providers;
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
  return modelsOf(platform, providers, prices, offered, limits, await openBudgets(platform, configuration));
}

/** Hard budgets, kept in one file that all processes of a folder share. */
async function openBudgets(platform: Platform, { budgets: policy }: Configuration): Promise<Budgets | undefined> {
  const { perDayUsd, perContentTypeUsd, perCallerUsd } = policy;
  if (perDayUsd === undefined && !Object.keys({ ...perContentTypeUsd, ...perCallerUsd }).length) return undefined;
  if (platform.folder === undefined)
    throw configurationError(
      'budgets',
      'need the embedded engine',
      'start with --engine embedded, or leave budgets out',
    );
  const { clock, instance, logger } = platform;
  const store = sqliteBudgetStore(join(platform.folder, 'budgets.sqlite'));
  const budgets = createBudgets({
    store,
    clock,
    policy: () => policy,
    owner: instance,
    onLost: (lost) => logger.warn({ lost }, 'a process is gone; what it had reserved is charged at its worst case'),
  });
  await budgets.tend();
  const tend = (): Promise<void> =>
    budgets.tend().catch((error: unknown) => logger.error({ err: error }, 'the budget could not be tended'));
  void repeatedly(clock, TEND_EVERY_MS, platform.closing ?? new AbortController().signal, tend);
  return budgets;
}

/** Providers that were made elsewhere, such as the sandbox. */
export function modelsOf(
  platform: Platform,
  providers: readonly ModelProvider[],
  prices: PriceTable,
  offered: readonly { provider: string; name: string }[],
  limits: NonNullable<Parameters<typeof createModelGateway>[0]['limits']> = {},
  budgets?: Budgets,
): Models {
  const { clock, random } = platform;
  const gateway = createModelGateway({
    providers,
    clock,
    random: random.fork('gateway'),
    prices,
    limits,
    ...(budgets ? { budgets } : {}),
    cache: createReplyCache({ clock, store: memoryCacheStore(() => clock.now(), CACHE_LIMITS), ...INDEX_LIMITS }),
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
