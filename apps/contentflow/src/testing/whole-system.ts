import { generatorOptions } from '@contentflow/generator';
import { systemClock } from '@contentflow/kernel';
import { type Machines, openModels, parseConfiguration } from '@contentflow/nest-platform';
import { startTestedService, type TestedService } from '@contentflow/nest-platform/testing';
import { allServices } from '../services.ts';

/** All six services in this process and in real time, with the model of this server; log and documents are in memory. */
export function startWholeSystem(
  models: { readonly baseUrl: string },
  configuration: object = {},
  names: readonly string[] = ['m'],
): Promise<TestedService> {
  const parsed = parseConfiguration(
    {
      providers: [
        { name: 'scripted', kind: 'openai-compatible', baseUrl: models.baseUrl, apiKey: 'none', models: names },
      ],
      ...configuration,
    },
    'the test',
  );
  return startTestedService({
    services: allServices(generatorOptions(parsed)),
    clock: systemClock,
    models: (platform) => openModels(platform, parsed),
    machines,
    simulated: false,
    leaseMs: parsed.leaseMs,
    hasLedger: true,
  });
}

const machines: Machines = {
  executor: 'none',
  instances: () => 1,
  callsAtOnce: () => 4,
  scaleTo: async () => {},
  onChange: () => {},
  usage: () => ({ cpu: 0, memory: 0 }),
};
