import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { type AnsweringServer, chunk, completion, event, json, stream } from '@contentflow/language-models/testing';
import { noteRecipe, persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';

const messages = [{ role: 'user' as const, content: 'Announce our steel bottle.' }];

let server: AnsweringServer;
let url: string;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ server, url, close } = await startAnsweredGenerator((baseUrl) => {
    const at = { kind: 'openai-compatible', baseUrl };
    return {
      recipes: [noteRecipe],
      providers: [
        { name: 'one', ...at, models: ['m'] },
        {
          name: 'native',
          ...at,
          endpoints: ['chat/completions', 'completions', 'responses', 'embeddings'],
          models: ['native'],
        },
        { name: 'any', ...at, models: ['*'] },
      ],
      gateway: persistentGateway,
    };
  }));
});
afterAll(() => close());

const send = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const chat = (more: object) => send('/v1/chat/completions', { model: 'm', messages, ...more });
const said = (content: unknown) => ({ messages: [{ role: 'user', content }] });

describe('a request that some client or other sends', () => {
  it.each<[string, object]>([
    ['no room at all', { max_tokens: 0 }],
    ['a newer limit that is null', { max_tokens: 5, max_completion_tokens: null }],
    ['nothing to stop at', { stop: '' }],
    ['nothing to stop at, in a list', { stop: [''] }],
    ['no tools', { tools: [], tool_choice: null }],
    ['no probabilities', { logprobs: false, top_logprobs: null }],
    ['no sound', { audio: null, modalities: ['text'] }],
    ['marks of its own', { metadata: { a: 'b' }, store: false, service_tier: 'auto', extra_body: { top_k: 4 } }],
    ['options of a stream without one', { stream: false, stream_options: null }],
    ['functions of old', { functions: [], function_call: 'none' }],
    [
      'how to think',
      { reasoning_effort: 'low', thinking: { type: 'enabled' }, chat_template_kwargs: { enable_thinking: false } },
    ],
    ['a form', { response_format: { type: 'json_object' } }],
    [
      'a form of a schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } } },
    ],
    ['a tool of a server', { tools: [{ type: 'web_search' }, { googleSearch: {} }] }],
    ['a developer', { messages: [{ role: 'developer', content: 'Be brief.' }, ...messages] }],
    ['a role of tomorrow', { messages: [{ role: 'critic', content: 'No.' }, ...messages] }],
    ['a message without content', { messages: [...messages, { role: 'assistant', tool_calls: [] }] }],
    ['a message to go on with', { messages: [...messages, { role: 'assistant', content: 'Our', prefix: true }] }],
    ['an image', said([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } }])],
    ['an image as a mere address', said([{ type: 'image_url', image_url: 'https://a.example/b.png' }])],
    ['sound', said([{ type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } }])],
    ['a file', said([{ type: 'file', file: { file_id: 'f', filename: null } }])],
    ['a film', said([{ type: 'video_url', video_url: { url: 'x' } }])],
    ['a kind of tomorrow', said([{ type: 'smell', smell: { of: 'roses' } }])],
    ['marks for a cache', said([{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }])],
    ['no parts', said([])],
    [
      'an answer of a tool that is empty',
      { messages: [...messages, { role: 'tool', tool_call_id: 'a', content: '' }] },
    ],
    ['letters of all kinds', said('Grüße, 模型 🙂')],
    ['a long name of who asks', { user: 'x'.repeat(400) }],
  ])('goes to the server as it came: %s', async (_what, fields) => {
    server.answers(json(completion({ content: 'Hello' })));
    const response = await chat(fields);
    expect({ status: response.status, body: response.status === 200 ? {} : await response.json() }).toEqual({
      status: 200,
      body: {},
    });
    expect(server.received.at(-1)?.body).toEqual(JSON.parse(JSON.stringify({ model: 'm', messages, ...fields })));
  });

  it.each<[string, object, string]>([
    ['a limit as a text', { max_tokens: '100' }, 'max_tokens'],
    ['a stream as a text', { stream: 'true' }, 'stream'],
    ['a temperature as a text', { temperature: '0.7' }, 'temperature'],
    ['a number to stop at', { stop: 7 }, 'stop'],
    ['no messages', { messages: [] }, 'messages'],
    ['a text as messages', { messages: 'hello' }, 'messages'],
    ['a message without a role', { messages: [{ content: 'hello' }] }, 'messages.0.role'],
    ['no model', { model: undefined }, 'model'],
    ['a model without a name', { model: '' }, 'model'],
    ['a number of who asks', { user: 7 }, 'user'],
  ])('is told what is wrong with it, by its field: %s', async (_what, fields, param) => {
    const response = await chat(fields);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: object }).error).toMatchObject({
      type: 'invalid_request_error',
      param,
      message: expect.stringContaining(''),
    });
  });

  it.each([
    ['deepseek/deepseek-chat:free'],
    ['hf.co/unsloth/Qwen3-GGUF:Q4_K_M'],
    ['claude-sonnet@20250929'],
    ['großes Modell 模型'],
    ['a%2Fb'],
    ['models/gemini-2.5-flash'],
  ])('finds the model %s by its name, in a path as in a body', async (model) => {
    server.answers(json(completion({ content: 'Hello' })));
    expect((await chat({ model })).status).toBe(200);
    expect(server.received.at(-1)?.body['model']).toBe(model);
    const asItIs = model.split('/').map(encodeURIComponent).join('/');
    for (const path of [encodeURIComponent(model), asItIs])
      expect(await (await fetch(`${url}/v1/models/${path}`)).json()).toMatchObject({ id: model, object: 'model' });
  });

  it.each<[string, string, number]>([
    ['two slashes', '/v1//chat/completions', 200],
    ['a slash at its end', '/v1/chat/completions/', 200],
    ['a version twice, of a base that has one', '/v1/v1/chat/completions', 200],
    ['a query of its own', '/v1/chat/completions?api-version=2024-10-21', 200],
    ['no version, of a base without one', '/chat/completions', 200],
    ['no version and two slashes', '//chat/completions?api-version=1', 200],
    ['nothing that is known', '/v1/chat/complete', 404],
    ['nothing that is known, and no version', '/chat/complete', 404],
  ])('comes by an address with %s', async (_what, path, status) => {
    server.answers(json(completion({ content: 'Hello' })));
    const response = await send(path, { model: 'm', messages });
    expect(response.status).toBe(status);
    if (status === 404) expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
  });

  it.each<[string, unknown, Record<string, string>, number]>([
    ['no JSON', '{"model":', {}, 400],
    ['nothing', '', {}, 400],
    ['a list', [], {}, 400],
    ['a form', 'model=m', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a mark of byte order', `\uFEFF${JSON.stringify({ model: 'm', messages })}`, {}, 200],
    ['text, as fetch calls it', { model: 'm', messages }, { 'content-type': 'text/plain;charset=UTF-8' }, 200],
    ['a kind of JSON', { model: 'm', messages }, { 'content-type': 'application/vnd.api+json' }, 200],
    ['what says that it is packed, and is not', { model: 'm', messages }, { 'content-encoding': 'gzip' }, 400],
    ['what is packed as nobody knows', { model: 'm', messages }, { 'content-encoding': 'rot13' }, 415],
    [
      'two kinds that a proxy joined',
      { model: 'm', messages },
      { 'content-type': 'application/json, application/json' },
      200,
    ],
    ['an empty kind', { model: 'm', messages }, { 'content-type': '' }, 200],
    ['no JSON of an empty kind', 'model=m', { 'content-type': '' }, 400],
    ['a form and JSON', { model: 'm', messages }, { 'content-type': 'multipart/form-data, application/json' }, 415],
    ['a set of letters', { model: 'm', messages }, { 'content-type': 'application/json; charset=UTF-8' }, 200],
  ])('may hold %s', async (_what, body, headers, status) => {
    server.answers(json(completion({ content: 'Hello' })));
    const response = await send('/v1/chat/completions', body, headers);
    expect(response.status).toBe(status);
    if (status >= 400)
      expect(await response.json()).toMatchObject({ error: { message: expect.any(String), type: expect.any(String) } });
  });

  it.each<[string, string, string]>([
    [
      'chat/completions',
      '"messages":[{"role":"user","content":"1234567890123456789"}],"seed":9223372036854775807',
      'm',
    ],
    [
      'chat/completions',
      '"messages":[{"role":"user","content":"hi"}],"stream":true,"logit_bias":{"7":-12345678901234567890}',
      'm',
    ],
    ['completions', '"prompt":"hi","seed":-9223372036854775808', 'native'],
    ['responses', '"input":"hi","metadata":{"a":1},"seed":18446744073709551615', 'native'],
    ['embeddings', '"input":"hi","seed":9007199254740993', 'native'],
  ])('is passed on with all its digits: %s %s', async (path, fields, model) => {
    const choices = [{ index: 0, text: 'Hello', message: { content: 'Hello' }, finish_reason: 'stop' }];
    server.answers(json({ choices, output: [], data: [] }));
    const ways: Record<string, string>[] = [{}, { 'idempotency-key': `k-${path}-${fields.length}` }];
    for (const headers of ways) {
      await send(`/v1/${path}`, `{"model":"${model}",${fields}}`, headers);
      for (const digits of fields.match(/\d{16,}/g) ?? []) expect(server.received.at(-1)?.text).toContain(digits);
    }
  });

  it('may come without a word of its kind', async () => {
    server.answers(json(completion({ content: 'Hello' })));
    // Bytes, of which fetch says no kind.
    const body = new TextEncoder().encode(JSON.stringify({ model: 'm', messages }));
    expect((await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })).status).toBe(200);
    expect((await fetch(`${url}/v1/chat/completions`, { method: 'POST' })).status).toBe(400);
  });

  it.each<[string, (text: string) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('may be packed: %s, and no larger than any other', async (coding, packed) => {
    server.answers(json(completion({ content: 'Hello' })));
    const post = (body: object): Promise<Response> =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': coding },
        body: Uint8Array.from(packed(JSON.stringify(body))),
      });
    expect((await post({ model: 'm', messages })).status).toBe(200);
    expect(server.received.at(-1)?.body).toEqual({ model: 'm', messages });
    const large = await post({ model: 'm', messages, padding: 'x'.repeat(17 * 1024 * 1024) });
    expect({ status: large.status, body: await large.json() }).toMatchObject({
      status: 413,
      body: { error: { message: expect.any(String) } },
    });
  });

  it.each([false, true])('may come by HTTP/1.0, which names no host: streamed %s', async (isStream) => {
    server.answers(
      isStream ? stream(chunk({ content: 'Hello' }, 'stop'), event('[DONE]')) : json(completion({ content: 'Hello' })),
    );
    const body = JSON.stringify({ model: 'm', messages, stream: isStream });
    const head = `POST /v1/chat/completions HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`${head}\r\n\r\n${body}`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.\d 200/);
    expect(answer).toContain('Hello');
    expect(answer).not.toMatch(/transfer-encoding: chunked/i);
  });

  it('may only want to know whether somebody is there', async () => {
    for (const path of ['/v1/models', '/v1/models/m']) {
      const response = await fetch(`${url}${path}`, { method: 'HEAD' });
      expect([response.status, await response.text()]).toEqual([200, '']);
    }
    for (const path of ['embeddings', 'responses', 'messages', 'completions', 'models'])
      expect((await fetch(`${url}/v1/${path}`, { method: 'OPTIONS' })).status).toBe(204);
  });
});

describe('what is asked of a recipe in any protocol', () => {
  const ask = { chat: { messages }, responses: { input: 'A bottle.' }, messages: { messages, max_tokens: 99 } };
  const weather = { type: 'function', name: 'f', parameters: { type: 'object' } };

  it.each<[string, string, object, string]>([
    ['a tool, in a response', '/v1/responses', { ...ask.responses, tools: [weather] }, 'tools'],
    [
      'a tool called with a text',
      '/v1/responses',
      { ...ask.responses, tools: [{ type: 'custom', name: 'p' }] },
      'tools',
    ],
    [
      'a form, in a response',
      '/v1/responses',
      { ...ask.responses, text: { format: { type: 'json_object' } } },
      'text.format',
    ],
    [
      'probabilities, in a response',
      '/v1/responses',
      { ...ask.responses, include: ['message.output_text.logprobs'] },
      'include',
    ],
    [
      'an image, in a response',
      '/v1/responses',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AA' }] }] },
      'input',
    ],
    ['a tool, in a message', '/v1/messages', { ...ask.messages, tools: [{ name: 'f', input_schema: {} }] }, 'tools'],
    [
      'an image, in a message',
      '/v1/messages',
      {
        max_tokens: 9,
        messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://a.example/b' } }] }],
      },
      'messages',
    ],
    [
      'a form, in a message',
      '/v1/messages',
      { ...ask.messages, output_config: { format: { type: 'json_schema', schema: {} } } },
      'output_config',
    ],
    ['several texts', '/v1/completions', { prompt: 'A bottle.', n: 2 }, 'n'],
    [
      'an image, in a chat',
      '/v1/chat/completions',
      said([{ type: 'image_url', image_url: { url: 'https://a.example/b.png' } }]),
      'messages',
    ],
  ])('is refused by its field where it makes no such thing: %s', async (_what, path, body, param) => {
    const response = await send(path, { model: 'contentflow/note', ...body });
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 400,
      body: { error: { param } },
    });
    expect(server.received.filter(({ body: sent }) => sent['model'] === 'contentflow/note')).toEqual([]);
  });

  it.each<[string, string | null, string]>([
    ['length', null, 'length'],
    ['MAX_TOKENS', 'Our bottle is', 'length'],
    ['model_context_window_exceeded', 'Our bottle is', 'length'],
    ['stop', 'Our bottle is light.', 'stop'],
    ['eos', 'Our bottle is light.', 'stop'],
  ])('says how it ended where its model says %s', async (finish, text, expected) => {
    server.answers(json(completion({ content: text ?? 'Our bottle' }, finish)));
    const response = await send('/v1/chat/completions', {
      model: 'contentflow/note',
      messages: [{ role: 'user', content: `A bottle that ends with ${finish}` }],
    });
    const { choices } = (await response.json()) as { choices: { finish_reason: string }[] };
    expect(choices[0]?.finish_reason).toBe(expected);
    expect(server.received).toHaveLength(expected === 'length' ? 2 : 1);
  });

  it.each(['error', 'insufficient_system_resource', 'network_error', 'abort'])(
    'fails where its model ends for %s',
    async (finish) => {
      server.answers(json(completion({ content: 'Our bottle is' }, finish)));
      const response = await send('/v1/chat/completions', {
        model: 'contentflow/note',
        messages: [{ role: 'user', content: `A bottle that fails with ${finish}` }],
      });
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
    },
  );
});

it('errors of a stream that has begun reach each protocol in its own form', async () => {
  const model = 'any/fails';
  const told = async (path: string, body: object): Promise<string> => {
    server.answers((response, asked) =>
      asked.path.includes('chat/completions')
        ? stream(chunk({ content: 'Half' }), event({ error: { message: 'boom', type: 'overloaded_error' } }))(
            response,
            asked,
          )
        : json({ error: { message: 'Not Found' } }, 404)(response, asked),
    );
    return (await send(path, { model, stream: true, ...body })).text();
  };
  expect(await told('/v1/chat/completions', { messages })).toMatch(/data: \{"error":\{"message":"[^"]*boom/);
  expect(await told('/v1/completions', { prompt: 'a' })).toMatch(/data: \{"error":\{"message":"[^"]*boom/);
  expect(await told('/v1/messages', { messages, max_tokens: 9 })).toMatch(
    /event: error\ndata: \{"type":"error","error":\{/,
  );
  expect(await told('/v1/responses', { input: 'a' })).toMatch(/event: (error|response\.failed)\n/);
});
