import { configurationError, systemClock } from '@contentflow/kernel';
import {
  createProvider,
  modelName,
  type ModelProvider,
  type ProviderConfiguration,
} from '@contentflow/language-models';
import type { Configuration, Platform } from '@contentflow/nest-platform';
import { createSandboxProvider, createTruth, loadWorld } from '@contentflow/simulation';
import { isSimulated } from './open-engine.ts';

const isSandbox = ({ kind }: ProviderConfiguration): boolean => kind === 'sandbox';

/**
 * The configuration, with the prices that the default world has for the sandbox's models.
 * @throws ContentFlowError `configuration` where the sandbox stands beside others, or has no such model
 */
export function pricedByWorld(configuration: Configuration): Configuration {
  if (!isSimulated(configuration)) return configuration;
  if (!configuration.providers.every(isSandbox))
    throw configurationError('providers', 'mix the sandbox with real ones', 'configure the one or the others');
  const world = loadWorld('default');
  const known = new Map(world.models.map((model) => [model.name, model]));
  const priced = (name: string) => {
    const { usdPerMillionInput, usdPerMillionOutput } = known.get(name) ?? missing(name, [...known.keys()]);
    return { name, usdPerMillionInput, usdPerMillionOutput };
  };
  const providers = configuration.providers.map((each) => ({
    ...each,
    models: each.models.map(modelName).map(priced),
  }));
  return { ...configuration, providers };
}

function missing(name: string, known: readonly string[]): never {
  throw configurationError('providers', `the sandbox has no model "${name}"`, `it has ${known.join(', ')}`);
}

/** Each configured provider; the sandbox works in real time, in the default world. */
export const providerOf =
  ({ random }: Platform) =>
  (configuration: ProviderConfiguration): ModelProvider => {
    if (!isSandbox(configuration)) return createProvider(configuration);
    const { name, models } = configuration;
    const world = loadWorld('default');
    const fork = random.fork(name);
    const truth = createTruth();
    return createSandboxProvider({
      name,
      world,
      clock: systemClock,
      random: fork,
      truth,
      models: models.map(modelName),
    });
  };
