import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ModelProvider } from '../model-provider.ts';
import { createProvider } from './create-provider.ts';
import { llamaPackage } from './llama-package.ts';

const modelPath = process.env['CONTENTFLOW_LOCAL_MODEL'];
const isRequired = process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1';
const llama = await llamaPackage().catch(() => undefined);
const canRun = modelPath !== undefined && existsSync(modelPath) && llama !== undefined;

// Threads of a model on a busy machine wait for each other.
jest.setTimeout(180_000);

const configuration = { name: 'here', kind: 'local' as const, models: ['small'], modelPath: modelPath ?? '' };

// infra/models has the scripts that fetch both; without them it is skipped, unless servers are required.
(canRun || isRequired ? describe : describe.skip)('a local model (CONTENTFLOW_LOCAL_MODEL, node-llama-cpp)', () => {
  let provider: ModelProvider;
  beforeAll(() => void (provider = createProvider(configuration)));
  afterAll(() => provider.close?.());

  const request = {
    model: 'small',
    messages: [{ role: 'user' as const, content: 'Write one short sentence about the sea.' }],
    maxOutputTokens: 8,
    temperature: 0,
    seed: 1,
  };

  it('writes text, piece by piece, and counts its tokens', async () => {
    let reported = '';
    const reply = await provider.generate({ ...request, onText: (piece) => (reported += piece) });
    expect(reply.text.length).toBeGreaterThan(10);
    expect(reported.trim()).toBe(reply.text.trim());
    expect(reply.tokensIn).toBeGreaterThan(5);
    expect(reply.tokensOut).toBeGreaterThan(3);
    expect(reply.tokensOut).toBeLessThanOrEqual(9);
    expect(reply.timeToFirstTokenMs).toBeLessThanOrEqual(reply.timeMs);
  });

  it('serves requests one after another, each from a clean slate', async () => {
    const [one, two] = await Promise.all([provider.generate(request), provider.generate(request)]);
    expect(two?.text).toBe(one?.text);
  });

  it('stops when its caller leaves, and serves the next', async () => {
    const controller = new AbortController();
    const long = provider.generate(
      { ...request, maxOutputTokens: 2000, onText: () => controller.abort() },
      controller.signal,
    );
    await expect(long).rejects.toMatchObject({ failure: 'cancelled' });
    expect((await provider.generate(request)).text.length).toBeGreaterThan(10);
  });

  it('keeps to a schema', async () => {
    const responseSchema = { type: 'object', properties: { colour: { enum: ['red', 'blue'] } }, required: ['colour'] };
    const reply = await provider.generate({ ...request, maxOutputTokens: 40, responseSchema });
    expect(['red', 'blue']).toContain((JSON.parse(reply.text) as { colour: string }).colour);
  });
});

it('says which package a local model needs, and how to get it', async () => {
  const absent = llamaPackage('/nowhere');
  await expect(absent).rejects.toThrow(/npm install node-llama-cpp@3\.21\.1/);
});

it('says when the model file is not there', () => {
  const missing = { ...configuration, modelPath: '/nowhere/model.gguf' };
  expect(() => createProvider(missing)).toThrow('providers.here.modelPath: is no file: "/nowhere/model.gguf"');
});

it('fails a call where the file is no model', async () => {
  const provider = createProvider({ ...configuration, modelPath: fileURLToPath(import.meta.url) });
  await expect(
    provider.generate({ model: 'small', messages: [{ role: 'user', content: 'x' }], maxOutputTokens: 5 }),
  ).rejects.toMatchObject({ name: 'ProviderError' });
  await provider.close?.();
});
