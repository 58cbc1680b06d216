import { BreakerClosed, BreakerOpened, BreakerProbed, newEvent } from '@contentflow/contracts';
import { repeatedly, steadyClock } from '@contentflow/kernel';
import {
  type Budgets,
  createBudgets,
  createEmbedder,
  createModelGateway,
  createProvider,
  createReplyCache,
  type Embedder,
  type GatewayEvent,
  memoryCacheStore,
  meteredEmbeddings,
  type ModelGatewayOptions,
  type ModelProvider,
  modelName,
  openBudgetStore,
  priceTable,
  type PriceTable,
  type ProviderConfiguration,
} from '@contentflow/language-models';
import { join } from 'node:path';
import type { Models, Platform } from '../platform.ts';
import { observedGateway } from '../tracing.ts';
import type { Configuration } from './configuration.ts';

/** Replies kept in memory by each process. */
const CACHE_LIMITS = { maxEntries: 20_000, maxCharacters: 30_000_000 };
const INDEX_LIMITS = { maxTextsPerScope: 2000, maxScopes: 40 };
/** Of a lease on reserved money: how often a process says that it lives, to those who would charge what it holds. */
const RENEWALS_PER_LEASE = 3;

/** The configured providers behind one gateway; what its breakers do is recorded as events. */
export async function openModels(
  platform: Platform,
  configuration: Configuration,
  providerOf: (configuration: ProviderConfiguration) => ModelProvider = createProvider,
): Promise<Models> {
  const { gateway: policy } = configuration;
  const configurations = configuration.providers.map((each) => ({
    ...each,
    timeoutMs: each.timeoutMs ?? policy.timeoutMs,
  }));
  const offered = configurations.flatMap(({ name, models }) =>
    models.map((model) => ({ provider: name, name: modelName(model) })),
  );
  const budgets = await openBudgets(platform, configuration);
  return modelsOf(platform, configurations.map(providerOf), priceTable(configurations), offered, {
    limits: Object.fromEntries(configurations.map((each) => [each.name, each])),
    policy,
    ...(budgets && { budgets }),
    ...(configuration.embeddings && { embedder: createEmbedder(configuration.embeddings) }),
  });
}

/** Hard budgets, kept where all processes of a deployment find them. */
async function openBudgets(
  platform: Platform,
  { budgets: policy, providers }: Configuration,
): Promise<Budgets | undefined> {
  if (providers.length === 0) return undefined;
  const { clock, instance, leaseMs, logger, folder, mongo, closing = new AbortController().signal } = platform;
  const place = mongo
    ? { uri: mongo.uri, database: mongo.databaseOf('generator') }
    : { file: folder === undefined ? ':memory:' : join(folder, 'budgets.sqlite') };
  const store = await openBudgetStore(place);
  const budgets = createBudgets({
    store,
    clock,
    policy: () => policy,
    owner: instance,
    leaseMs,
    onLost: (lost) => logger.warn({ lost }, 'a process is gone; what it had reserved is charged at its worst case'),
  });
  await budgets.tend();
  const tend = (): Promise<void> =>
    budgets.tend().catch((error: unknown) => logger.error({ err: error }, 'the budget could not be tended'));
  void repeatedly(clock, () => leaseMs / RENEWALS_PER_LEASE, closing, tend).finally(() => store.close());
  return budgets;
}

/** Providers that were made elsewhere, such as the sandbox. */
export function modelsOf(
  platform: Platform,
  providers: readonly ModelProvider[],
  prices: PriceTable,
  offered: readonly { provider: string; name: string }[],
  options: Pick<ModelGatewayOptions, 'limits' | 'policy' | 'budgets'> & { readonly embedder?: Embedder } = {},
): Models {
  const { random, logger } = platform;
  // How long a call may take, and whom one leaves alone for how long, whoever sets the clock.
  const clock = steadyClock(platform.clock);
  const { embedder, ...gatewayOptions } = options;
  const gateway = createModelGateway({
    ...gatewayOptions,
    providers,
    clock,
    random: random.fork('gateway'),
    prices,
    cache: createReplyCache({
      clock,
      random: random.fork('cache-audits'),
      store: memoryCacheStore(() => clock.now(), CACHE_LIMITS),
      ...INDEX_LIMITS,
      ...(embedder && {
        embeddings: meteredEmbeddings({
          embedder,
          clock,
          budgets: options.budgets,
          onFailed: (err) => logger.warn({ err }, 'a text could not be embedded; the cache compares words alone'),
        }),
      }),
    }),
    onEvent: (event) => record(platform, event),
  });
  return {
    providers,
    gateway: observedGateway(gateway),
    ...(options.budgets && { budgets: options.budgets }),
    offered: offered.map(({ provider, name }) => {
      const { usdPerMillionInput, usdPerMillionOutput, source } = prices.priceOf(provider, name);
      const isAssumed = source === 'assumed' ? ({ isAssumed: true } as const) : {};
      return { provider, name, usdPerMillionInput, usdPerMillionOutput, ...isAssumed };
    }),
  };
}

function record({ clock, log, logger, instance }: Platform, event: GatewayEvent): void {
  if (event.type !== 'breaker_changed') return;
  const { provider, model, to, reason, failures, alikeIn } = event;
  const at = clock.now();
  const retryAt = at + Math.max(0, (event.retryAt ?? event.at) - event.at);
  const data = { provider, model, worker: instance, reason };
  const of = {
    subject: `${provider}/${model}`,
    time: at,
    cause: { id: `breaker-${instance}-${provider}-${model}-${at}` },
    index: to,
  };
  const recorded =
    to === 'open'
      ? newEvent(BreakerOpened, {
          ...of,
          data: { ...data, failures, until: retryAt, ...(alikeIn && { alikeIn: [...alikeIn] }) },
        })
      : newEvent(to === 'closed' ? BreakerClosed : BreakerProbed, { ...of, data });
  log.append([recorded]).catch((error: unknown) => logger.error({ err: error }, 'a breaker could not be recorded'));
}
