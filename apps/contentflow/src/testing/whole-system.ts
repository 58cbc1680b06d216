import { generatorOptions } from '@contentflow/generator';
import { type Clock, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { accessOf, type Machines, openModels, parseConfiguration } from '@contentflow/nest-platform';
import { startTestedService, type TestedService } from '@contentflow/nest-platform/testing';
import { allServices } from '@contentflow/services';

/** All six services in this process and in real time where no other is given, with the model of this server and their recipes known; log and documents are in memory. */
export async function startWholeSystem(
  models: { readonly baseUrl: string },
  configuration: object = {},
  names: readonly (string | object)[] = ['m'],
  adminKey = '',
  loginSecret = '',
  clock: Clock = systemClock,
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
  const system = await startTestedService({
    services: allServices(generatorOptions(parsed), parsed),
    clock,
    models: (platform) => openModels(platform, parsed),
    machines,
    access: accessOf(parsed.access, { CONTENTFLOW_ADMIN_KEY: adminKey, CONTENTFLOW_LOGIN_SECRET: loginSecret }),
    simulated: false,
    leaseMs: parsed.leaseMs,
    hasLedger: true,
  });
  await until(
    () => system.answer('GET', '/v1/recipes', undefined, { authorization: `Bearer ${adminKey}` }),
    ({ body }) => (body as { items: unknown[] }).items.length > 0,
  );
  return system;
}

const machines: Machines = {
  executor: 'none',
  instances: () => 1,
  callsAtOnce: () => 4,
  scaleTo: async () => {},
  onChange: () => {},
  usage: () => ({ cpu: 0, memory: 0 }),
};
