import { until } from '@contentflow/kernel/testing';
import { OpenAI } from 'openai';
import { join } from 'node:path';
import { type Child, contentflow } from './testing/child.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

describe("OpenAI's own client", () => {
  const folder = temporaryFolder();
  let models: MockModelServer;
  let child: Child;
  let openai: OpenAI;

  beforeAll(async () => {
    models = await startMockModelServer();
    const config = folder.file('contentflow.config.json', configurationOf(models));
    child = contentflow(['start', '--data', join(folder.path, 'data'), '--port', '0', '--config', config], folder.path);
    openai = new OpenAI({ baseURL: `${await child.url}/v1`, apiKey: 'none', maxRetries: 0 });
    await until(
      async () => (await openai.models.list()).data,
      (listed) => listed.some(({ id }) => id === 'contentflow/email'),
    );
  });
  afterAll(async () => {
    await child.kill('SIGTERM');
    await models.close();
    folder.remove();
  });

  const messages = [{ role: 'user', content: 'Announce our steel bottle.' }] as const;

  it('lists content types and models', async () => {
    const ids = (await openai.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['contentflow/email', 'contentflow/blog_post', 'mock']));
  });

  it.each(['mock', 'contentflow/email'])('gets a completion of %s', async (model) => {
    const completion = await openai.chat.completions.create({ model, messages: [...messages] });
    expect(completion).toMatchObject({ object: 'chat.completion', model });
    expect(completion.choices[0]).toMatchObject({ index: 0, finish_reason: 'stop', message: { role: 'assistant' } });
    expect(completion.choices[0]?.message.content).toContain('bottle');
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
  });

  it.each(['mock', 'contentflow/email'])('gets a completion of %s as it comes', async (model) => {
    const stream = await openai.chat.completions.create({
      model,
      // Another request: what was answered before comes from the cache, and uses no tokens.
      messages: [{ role: 'user', content: 'Announce our steel bottle, as it comes.' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let finished: string | null = null;
    let tokens = 0;
    for await (const { choices, usage, object } of stream) {
      expect(object).toBe('chat.completion.chunk');
      text += choices[0]?.delta.content ?? '';
      finished = choices[0]?.finish_reason ?? finished;
      tokens = usage?.total_tokens ?? tokens;
    }
    expect(text).toContain('bottle');
    expect({ finished, hasTokens: tokens > 0 }).toEqual({ finished: 'stop', hasTokens: true });
  });

  it('is told what is wrong, as an error of its own', async () => {
    const asking = openai.chat.completions.create({ model: 'no-such-model', messages: [...messages] });
    await expect(asking).rejects.toBeInstanceOf(OpenAI.APIError);
    await expect(asking).rejects.toMatchObject({ status: 404 });
    const nonsense = openai.chat.completions.create({ model: 'contentflow/nonsense', messages: [...messages] });
    await expect(nonsense).rejects.toMatchObject({ status: 400 });
  });
});
