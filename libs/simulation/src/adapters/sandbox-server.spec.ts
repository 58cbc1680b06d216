import OpenAI from 'openai';
import { parseWorld } from '../world/parse-world.ts';
import { type SandboxServer, serveSandbox } from './sandbox-server.ts';

const world = parseWorld({
  models: [{ name: 'large' }, { name: 'poor', failures: { '5xx': 1 } }, { name: 'scarce', requestsPerMinute: 0.01 }],
});

describe('the sandbox as a server', () => {
  let server: SandboxServer;
  let client: OpenAI;
  beforeAll(async () => {
    server = await serveSandbox({ world, speed: 1000 });
    client = new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: 0 });
  });
  afterAll(() => server.close());

  const ask = (model = 'large') => ({
    model,
    messages: [
      {
        role: 'user' as const,
        content: '# Brief\nContent type: product description\nTopic: a teapot\n\n# Task: draft\nWrite.',
      },
    ],
  });

  it('answers the official client, marked as simulated', async () => {
    const { data, response } = await client.chat.completions.create(ask()).withResponse();
    expect(data.choices[0]?.message.content).toContain('teapot');
    expect(data).toMatchObject({ object: 'chat.completion', system_fingerprint: 'simulated' });
    expect(data.usage?.total_tokens).toBe((data.usage?.prompt_tokens ?? 0) + (data.usage?.completion_tokens ?? 0));
    expect(response.headers.get('x-simulated')).toBe('true');
  });

  it('streams', async () => {
    const stream = await client.chat.completions.create({
      ...ask(),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toContain('teapot');
    expect(chunks.at(-1)?.usage?.completion_tokens).toBeGreaterThan(0);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
  });

  it('lists its models', async () => {
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual(['large', 'poor', 'scarce']);
  });

  it('fails in the shapes that clients know', async () => {
    await expect(client.chat.completions.create(ask('huge'))).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(client.chat.completions.create(ask('poor'))).rejects.toMatchObject({ status: 500 });
    await expect(client.chat.completions.create({ ...ask(), messages: [] })).rejects.toMatchObject({ status: 400 });
    const results = await Promise.allSettled([1, 2].map(() => client.chat.completions.create(ask('scarce'))));
    const refused = results.find((result) => result.status === 'rejected');
    expect(refused?.reason).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    expect(
      Number((refused?.reason as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after')),
    ).toBeGreaterThan(0);
  });
});
