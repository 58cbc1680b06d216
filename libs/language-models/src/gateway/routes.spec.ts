import { seededRandom, systemClock } from '@contentflow/kernel';
import { createProvider } from '../adapters/create-provider.ts';
import { priceTable } from '../prices/price-table.ts';
import type { ProviderConfiguration } from '../provider-configuration.ts';
import { type AnsweringServer, completion, json, startAnsweringServer } from '../testing/answering-server.ts';
import { createModelGateway } from './model-gateway.ts';

let server: AnsweringServer;
beforeAll(async () => (server = await startAnsweringServer()));
afterAll(() => server.close());

type Provider = Pick<ProviderConfiguration, 'name' | 'models'> & Partial<ProviderConfiguration>;

/** Which provider was asked, with which key, for which model. */
async function asked(model: string, providers: readonly Provider[]): Promise<[string, string, unknown][]> {
  server.answers(json(completion({ content: 'Hello' })));
  const configured = providers.map((each) => ({
    kind: 'openai-compatible' as const,
    baseUrl: `${server.origin}/${each.name}/v1`,
    apiKey: `key-of-${each.name}`,
    ...each,
  }));
  const gateway = createModelGateway({
    providers: configured.map(createProvider),
    clock: systemClock,
    random: seededRandom(1),
    prices: priceTable(configured),
    policy: { retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 } },
  });
  await gateway
    .generate({ model, messages: [{ role: 'user', content: 'hello' }], maxOutputTokens: 5 })
    .catch(() => undefined);
  await gateway.close();
  return server.received.map(({ path, headers, body }) => [
    path.split('/')[1] ?? '',
    headers.authorization ?? '',
    body['model'],
  ]);
}

describe('a model’s name', () => {
  const any = { name: 'any', models: ['*'] };
  const main = { name: 'main', models: ['large'] };

  it.each<[string, string, Provider[], string, string]>([
    ['names a provider, also where another takes any name', 'main/large', [any, main], 'main', 'large'],
    ['names a provider that takes any name', 'any/large', [main, any], 'any', 'large'],
    [
      'names one of two that take any name',
      'other/some/large',
      [any, { name: 'other', models: ['*'] }],
      'other',
      'some/large',
    ],
    [
      'is whole where a provider lists it so',
      'main/large',
      [main, { name: 'router', models: ['main/large'] }],
      'router',
      'main/large',
    ],
    ['goes whole to who takes any, where it names nobody', 'vendor/large', [main, any], 'any', 'vendor/large'],
    [
      'names a provider whose name has a slash',
      'eu/main/large',
      [any, { name: 'eu/main', models: ['large'] }],
      'eu/main',
      'large',
    ],
  ])('%s', async (_what, model, providers, provider, name) => {
    expect(await asked(model, providers)).toEqual([[provider.split('/')[0], `Bearer key-of-${provider}`, name]]);
  });

  it.each<[string, string, Provider[], string, string]>([
    ['has a colon', 'deepseek/deepseek-chat:free', [any, main], 'any', 'deepseek/deepseek-chat:free'],
    [
      'has a version',
      'main/claude@20250929',
      [any, { name: 'main', models: ['claude@20250929'] }],
      'main',
      'claude@20250929',
    ],
    ['has two slashes', 'main/hf.co/x:Q4', [any, { name: 'main', models: ['*'] }], 'main', 'hf.co/x:Q4'],
    [
      'has blanks and letters of all kinds',
      'main/großes Modell 模型',
      [any, { name: 'main', models: ['großes Modell 模型'] }],
      'main',
      'großes Modell 模型',
    ],
    ['begins like a provider’s', 'mainline', [any, main], 'any', 'mainline'],
    ['begins like a longer provider’s', 'main2/large', [main, { name: 'main2', models: ['large'] }], 'main2', 'large'],
    [
      'names the longer of two providers',
      'eu/main/large',
      [
        { name: 'eu', models: ['*'] },
        { name: 'eu/main', models: ['large'] },
      ],
      'eu/main',
      'large',
    ],
    ['is no provider’s by its letters’ case', 'Main/large', [main, any], 'any', 'Main/large'],
    ['is a word that objects know', 'constructor', [any], 'any', 'constructor'],
    [
      'names a provider that is such a word',
      'toString/large',
      [any, { name: 'toString', models: ['large'] }],
      'toString',
      'large',
    ],
  ])('that %s', async (_what, model, providers, provider, name) => {
    expect(await asked(model, providers)).toEqual([[provider.split('/')[0], `Bearer key-of-${provider}`, name]]);
  });

  it.each([
    ['main/small', [any, main]],
    ['main/', [any, main]],
    ['small', [main]],
    ['*', [main, any]],
  ])('%s is nobody’s, and no key goes elsewhere', async (model, providers) => {
    expect(await asked(model, providers)).toEqual([]);
  });

  it.each([
    ['llama3.2:latest', 'llama3.2'],
    ['llama3.2', 'llama3.2:latest'],
    ['local/llama3.2:latest', 'llama3.2'],
    ['local/llama3.2', 'llama3.2:latest'],
  ])('%s is that of Ollama’s %s', async (model, listed) => {
    const ollama: Provider = { name: 'local', kind: 'ollama', models: [listed] };
    expect(await asked(model, [ollama])).toEqual([['local', 'Bearer key-of-local', listed]]);
    expect(await asked(model, [{ ...ollama, kind: 'openai-compatible' }])).toEqual([]);
  });
});
