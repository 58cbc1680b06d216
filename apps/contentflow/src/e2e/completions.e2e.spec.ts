import { CompletionServed, type EventData, Topic } from '@contentflow/contracts';
import { OpenAI } from 'openai';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { openLog } from '../command-line/open-log.ts';
import { type Child, startChild } from './testing/child.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { temporaryFolder } from './testing/temporary.ts';

const KEY = 'sk-the-key-of-the-house';
const SECRET = 'the plan that nobody may read';
const messages = [{ role: 'user' as const, content: `Announce our steel bottle; ${SECRET}.` }];
const tools = [
  {
    type: 'function' as const,
    function: { name: 'look_up', parameters: { type: 'object', properties: { item: { type: 'string' } } } },
  },
];

/** The generator service alone, as a team would run it for its gateway, and OpenAI's own client before it. */
describe('chat completions that are passed on', () => {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  let models: MockModelServer;
  let gateway: Child;
  let openai: OpenAI;

  const start = async (): Promise<void> => {
    const provider = {
      name: 'mock',
      kind: 'openai-compatible',
      baseUrl: models.baseUrl,
      apiKey: KEY,
      models: ['mock'],
    };
    const config = folder.file('contentflow.config.json', JSON.stringify({ providers: [provider] }));
    const env = { CONTENTFLOW_CONFIG: config, CONTENTFLOW_DATA: data, PORT: '0', LOG_LEVEL: 'trace' };
    gateway = startChild('generator', [], env, folder.path);
    openai = new OpenAI({ baseURL: `${await gateway.url}/v1`, apiKey: 'none', maxRetries: 0 });
  };
  beforeAll(async () => {
    models = await startMockModelServer();
    await start();
  });
  afterAll(async () => {
    await gateway.kill('SIGKILL');
    await models.close();
    folder.remove();
  });

  const refuse = (status: number, error: object, headers: Record<string, string> = {}) =>
    models.next((response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ error }));
    });
  const chunk = (delta: object, finish: string | null = null): string =>
    `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'mock', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const streaming = (tell: (response: ServerResponse) => void) =>
    models.next((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      tell(response);
    });
  const streamed = (more: object = {}) =>
    openai.chat.completions.create({ model: 'mock', messages, stream: true, ...more });
  const asking = (more: object = {}) => openai.chat.completions.create({ model: 'mock', messages, ...more });
  const failure = async (more: object = {}): Promise<unknown> =>
    asking(more).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('reach the model server in their caller’s own words, and its answer comes back in its own', async () => {
    const body = {
      model: 'mock',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
      ],
      n: 2,
      seed: 7,
      stop: ['END'],
      logprobs: true,
      response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: { type: 'object' } } },
      tools,
      parallel_tool_calls: false,
      a_field_of_tomorrow: { kept: [1, null] },
    };
    const answer = {
      id: 'theirs',
      object: 'chat.completion',
      choices: [{ index: 0, message: { content: 'a' } }, { index: 1 }],
      tomorrow: 1,
    };
    models.next((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
    const { data: made, request_id: id } = await openai.chat.completions.create(body as never).withResponse();
    expect(models.last.body).toEqual(body);
    expect(models.last.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(made).toMatchObject(answer);
    expect(id).toMatch(/^[0-9a-z]{8,}$/);
  });

  it('may call tools', async () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '{"item":"bottle"}' } };
    models.next((response) => {
      const message = { role: 'assistant', content: null, tool_calls: [call] };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ choices: [{ index: 0, finish_reason: 'tool_calls', message }] }));
    });
    const { choices } = await asking({ tools });
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [call] } });
  });

  it('may call tools piece by piece', async () => {
    const part = (more: object) => chunk({ tool_calls: [{ index: 0, ...more }] });
    streaming((response) => {
      response.write(chunk({ role: 'assistant' }));
      response.write(part({ id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '' } }));
      response.write(part({ function: { arguments: '{"item":' } }));
      response.write(part({ function: { arguments: '"bottle"}' } }));
      response.end(`${chunk({}, 'tool_calls')}data: [DONE]\n\n`);
    });
    const runner = openai.chat.completions.stream({ model: 'mock', messages, tools });
    const [choice] = (await runner.finalChatCompletion()).choices;
    expect(choice?.message.tool_calls).toMatchObject([
      { id: 'call_1', function: { name: 'look_up', arguments: '{"item":"bottle"}' } },
    ]);
  });

  it('tell a stream’s tokens to those who ask for them, and to no others', async () => {
    const counts = async (more: object): Promise<unknown[]> => {
      const stream = await streamed(more);
      const seen: unknown[] = [];
      for await (const { usage, choices } of stream) if (choices.length === 0 && usage) seen.push(usage.total_tokens);
      return seen;
    };
    models.next(countedStream);
    expect(await counts({})).toEqual([]);
    expect(models.last.body).toMatchObject({ stream_options: { include_usage: true } });
    models.next(countedStream);
    expect(await counts({ stream_options: { include_usage: true } })).toEqual([150]);
  });
  const countedStream = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ role: 'assistant', content: 'Hello' }) + chunk({}, 'stop'));
    response.end(`data: ${JSON.stringify({ choices: [], usage: { total_tokens: 150 } })}\n\ndata: [DONE]\n\n`);
  };

  it('fail as the client’s own class of error says', async () => {
    expect(await failure({ model: 'no-such' })).toBeInstanceOf(OpenAI.NotFoundError);
    expect(await failure({ model: 'no-such' })).toMatchObject({ code: 'model_not_found' });
    expect(await failure({ messages: [] })).toBeInstanceOf(OpenAI.BadRequestError);
    expect(await failure({ messages: [] })).toMatchObject({ param: 'messages', type: 'invalid_request_error' });

    refuse(400, {
      message: 'too long',
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
      param: 'messages',
    });
    const tooLong = await failure();
    expect(tooLong).toBeInstanceOf(OpenAI.BadRequestError);
    expect(tooLong).toMatchObject({ code: 'context_length_exceeded', param: 'messages' });

    refuse(401, { message: `Incorrect API key provided: ${KEY}` });
    const ours = await failure();
    expect(ours).toBeInstanceOf(OpenAI.InternalServerError);
    expect(String(ours)).not.toContain(KEY);
  });

  it('that fail are problem details too', async () => {
    const response = await fetch(`${openai.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'no-such', messages }),
    });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({
      type: 'urn:contentflow:problem:unknown-model',
      status: 404,
      error: { code: 'model_not_found' },
    });
  });

  it('that break off half-way raise an error while they are read', async () => {
    streaming((response) => {
      response.write(chunk({ content: 'Half a sen' }));
      setTimeout(() => response.destroy(), 50);
    });
    const stream = await streamed();
    let text = '';
    const read = async (): Promise<void> => {
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    };
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    expect(text).toBe('Half a sen');
  });

  it.each([true, false])('end at the model server when their caller goes away: streamed %s', async (stream) => {
    const asked = Promise.withResolvers<ServerResponse>();
    models.next((response) => {
      if (stream) response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk({ content: 'One' }));
      asked.resolve(response);
    });
    const caller = new AbortController();
    const gone = openai.chat.completions.create({ model: 'mock', messages, stream }, { signal: caller.signal });
    gone.catch(() => undefined);
    const response = await asked.promise;
    const closed = once(response, 'close');
    caller.abort();
    await closed;
    expect(response.writableFinished).toBe(false);
  });

  it('with the same Idempotency-Key are made once and answered twice', async () => {
    const made = models.received.length;
    const options = { headers: { 'idempotency-key': 'once' } };
    const first = await openai.chat.completions.create({ model: 'mock', messages }, options);
    expect(await openai.chat.completions.create({ model: 'mock', messages }, options)).toEqual(first);
    expect(models.received.length).toBe(made + 1);
  });

  it('know the models one by one', async () => {
    expect(await openai.models.retrieve('mock')).toMatchObject({ id: 'mock', object: 'model', owned_by: 'mock' });
    await expect(openai.models.retrieve('a/b')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('are each in the log, the failed ones too, without a word of what was said; killed, all but the last moments’', async () => {
    const answered = (await recordedAfter('SIGTERM')).length;
    await start();
    for (let i = 0; i < 40; i++) await asking();
    const recorded = (await recordedAfter('SIGKILL')).length - answered;
    expect(recorded).toBeGreaterThan(30);
    expect(recorded).toBeLessThanOrEqual(40);
  });

  /** What the log holds once the gateway has ended; and nothing that is secret, there or in what the gateway said. */
  async function recordedAfter(signal: NodeJS.Signals): Promise<EventData<typeof CompletionServed>[]> {
    const calls = models.received.length;
    const { stdout, stderr } = await gateway.kill(signal);
    const log = await openLog({ data });
    const events = [];
    for await (const batch of log.read({
      topic: Topic.completions,
      partition: 0,
      from: 0,
      to: Number.MAX_SAFE_INTEGER,
    }))
      events.push(...batch.filter(({ type }) => type === CompletionServed.type));
    await log.close();
    const served = events.map((event) => CompletionServed.schema.parse(event.data));
    const made = served.flatMap((each) => each.calls).length;
    if (signal === 'SIGTERM') expect(made).toBe(calls);
    for (const said of [JSON.stringify(events), stdout, stderr])
      for (const secret of [SECRET, KEY, 'steel bottle', 'Half a sen']) expect(said).not.toContain(secret);
    return served;
  }
});
