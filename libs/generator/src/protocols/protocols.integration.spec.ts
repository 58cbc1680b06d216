import Anthropic from '@anthropic-ai/sdk';
import { CompletionServed, type EventData, Topic } from '@contentflow/contracts';
import {
  type Answer,
  type AnsweringServer,
  chatOnly,
  chunk,
  completion,
  event,
  json,
  stream,
  USAGE,
} from '@contentflow/language-models/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { OpenAI } from 'openai';
import { CompletionRecords } from '../completions/completion-records.ts';
import { persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';

let server: AnsweringServer;
let service: TestedService;
let url: string;
let close: () => Promise<void>;
let openai: OpenAI;
let names = 0;
const fresh = (): string => `any/m${++names}`;

beforeAll(async () => {
  ({ server, service, url, close } = await startAnsweredGenerator((baseUrl) => {
    const at = { baseUrl, models: ['*'] };
    const priced = { name: 'e', usdPerMillionInput: 100, usdPerMillionOutput: 100 };
    return {
      providers: [
        { name: 'priced', kind: 'openai-compatible', baseUrl, models: [priced] },
        {
          name: 'claude',
          kind: 'anthropic',
          apiKey: 'secret-key-of-ours',
          baseUrl,
          models: ['c'],
        },
        { name: 'any', kind: 'openai-compatible', ...at },
      ],
      budgets: { perCallerUsd: { poor: 0.001 } },
      gateway: persistentGateway,
    };
  }));
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => close());

const recorded = async () => {
  await service.app.get(CompletionRecords).settled();
  return (await service.events<EventData<typeof CompletionServed>>(Topic.completions)).at(-1)!.data;
};
const failureOf = (work: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> =>
  Promise.resolve(work).then(
    () => {
      throw new Error('did not fail');
    },
    (error: unknown) => error as InstanceType<typeof OpenAI.APIError>,
  );
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('embeddings', () => {
  const base64 = Buffer.from(Float32Array.of(0.5, -0.25).buffer).toString('base64');
  const list = (...vectors: unknown[]) => ({
    object: 'list',
    model: 'e',
    data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: 7, total_tokens: 7 },
  });

  it.each<[string, unknown, object]>([
    ['base64, as it asked', base64, {}],
    ['numbers, though it asked for base64', [0.5, -0.25], {}],
    ['numbers, as it asked', [0.5, -0.25], { encoding_format: 'float' }],
    ['base64, though it asked for numbers', base64, { encoding_format: 'float' }],
    ['numbers in one more list', [[0.5, -0.25]], {}],
    ['numbers in one more list, where it asked for numbers', [[0.5, -0.25]], { encoding_format: 'float' }],
  ])('reach the official client where the server sends %s', async (_what, vector, more) => {
    server.answers(json(list(vector, vector)));
    const { data, usage } = await openai.embeddings.create({
      model: 'e',
      input: ['one', 'two'],
      dimensions: 2,
      ...more,
    });
    expect(data.map(({ embedding }) => [...embedding])).toEqual([
      [0.5, -0.25],
      [0.5, -0.25],
    ]);
    expect(usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });
    expect(server.received[0]).toMatchObject({
      path: '/v1/embeddings',
      body: { input: ['one', 'two'], dimensions: 2 },
    });
  });

  it.each<[string, OpenAI.EmbeddingCreateParams['input']]>([
    ['a string', 'one'],
    ['strings', ['one', 'two']],
    ['tokens', [1, 2, 3]],
    ['lists of tokens', [[1, 2], [3]]],
  ])('take %s as it is, and cost what went in', async (_what, input) => {
    server.answers(json(list(base64)));
    await openai.embeddings.create({ model: 'e', input });
    expect(server.received[0]!.body).toMatchObject({ input, encoding_format: 'base64' });
    const { calls } = await recorded();
    expect(calls).toMatchObject([{ step: 'embedding', tokensIn: 7, tokensOut: 0, outcome: 'ok' }]);
    expect(calls[0]!.cost).toBeCloseTo(0.0007, 9);
  });

  it.each([[[[1, 2, 3, 4, 5]]], [[1, 2, 3, 4, 5]]])('are estimated where nobody counts: %j', async (input) => {
    server.answers(json({ ...list(base64), usage: undefined }));
    await openai.embeddings.create({ model: 'e', input: input as number[] });
    expect((await recorded()).calls[0]).toMatchObject({ tokensIn: 13, tokensOut: 0 });
  });

  it('belong to the budget of their caller', async () => {
    server.answers(json(list(base64)));
    const error = await failureOf(openai.embeddings.create({ model: 'e', input: 'x'.repeat(500), user: 'poor' }));
    expect(error).toMatchObject({ status: 429, code: 'insufficient_quota' });
    expect(server.received).toHaveLength(0);
  });

  it.each<[object]>([
    [{ error: { message: 'Unsupported parameter: encoding_format', param: 'encoding_format' } }],
    [{ object: 'error', message: 'base64 encoding is not currently supported', type: 'BadRequestError', param: null }],
    [{ detail: [{ type: 'literal_error', loc: ['body', 'encoding_format'], msg: "Input should be 'float'" }] }],
  ])('are asked for once more without a field that the server will not have: %j', async (refusal) => {
    server.answers(json(refusal, 400), json(list([0.5, -0.25])));
    const { data } = await openai.embeddings.create({ model: fresh(), input: 'one' });
    expect([...data[0]!.embedding]).toEqual([0.5, -0.25]);
  });

  it('are asked for in numbers where a server answers base64 with nothing', async () => {
    server.answers((response, { body }) =>
      json(body['encoding_format'] === 'base64' ? { ...list(), data: [] } : list([0.5, -0.25]))(response, {
        path: '',
        headers: {},
        body,
      }),
    );
    const model = fresh();
    const { data } = await openai.embeddings.create({ model, input: 'one' });
    expect([...data[0]!.embedding]).toEqual([0.5, -0.25]);
    await openai.embeddings.create({ model, input: 'one' });
    expect(server.received.map(({ body }) => body['encoding_format'])).toEqual(['base64', undefined, undefined]);
  });

  it('are numbered where the server leaves that out', async () => {
    const { data } = list([0.5], [1]);
    server.answers(json({ ...list(), data: data.map(({ embedding }) => ({ embedding })) }));
    const answer = await post('embeddings', { model: 'e', input: ['one', 'two'], encoding_format: 'float' });
    expect(await answer.json()).toMatchObject({
      data: [
        { index: 0, embedding: [0.5] },
        { index: 1, embedding: [1] },
      ],
    });
  });

  it.each<[string, () => string, Answer]>([
    ['a server without the endpoint', fresh, json({ error: { message: 'Not Found' } }, 404)],
    ['a server that knows no such method', fresh, json({}, 405)],
    ['a server that answers as if it chatted', fresh, json(completion({ content: 'Hi.' }))],
    ['a provider of another protocol', () => 'c', json({})],
    ['a recipe', () => 'contentflow/blog_post', json({})],
  ])('of %s are a clear 400 about the model', async (_what, model, answer) => {
    server.answers(answer);
    const error = await failureOf(openai.embeddings.create({ model: model(), input: 'one' }));
    expect(error).toMatchObject({ status: 400, param: 'model' });
    expect(error.message).toContain('embeddings');
  });

  it('keep what the server says of a model or of the text', async () => {
    server.answers(json({ error: { message: 'no such model', code: 'model_not_found' } }, 404));
    expect(await failureOf(openai.embeddings.create({ model: fresh(), input: 'a' }))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    server.answers(json({ error: { message: 'too long', param: 'input' } }, 400));
    expect(await failureOf(openai.embeddings.create({ model: 'e', input: 'a' }))).toMatchObject({
      status: 400,
      param: 'input',
    });
  });

  it.each<[string, object, string]>([
    ['no input', {}, 'input'],
    ['an empty list', { input: [] }, 'input'],
    ['another encoding', { input: 'a', encoding_format: 'int8' }, 'encoding_format'],
    ['a text as dimensions', { input: 'a', dimensions: '2' }, 'dimensions'],
  ])('are refused with %s', async (_what, more, param) => {
    const answer = await post('embeddings', { model: 'e', ...more });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param, type: 'invalid_request_error' } });
  });
});

describe('completions of a text', () => {
  const theirs = {
    id: 'cmpl-theirs',
    object: 'text_completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, text: ' world', finish_reason: 'stop', logprobs: { tokens: [' world'] } }],
    usage: USAGE,
  };
  const ask = (more: object = {}): Promise<OpenAI.Completion> =>
    openai.completions.create({
      model: fresh(),
      prompt: 'Hello',
      ...more,
    } as OpenAI.CompletionCreateParamsNonStreaming);

  it('come as they came where the server has them, echo, logprobs and suffix among what goes', async () => {
    server.answers(json(theirs));
    const more = { prompt: ['a', 'b'], echo: true, logprobs: 2, suffix: '!', max_tokens: 5 };
    expect(await ask(more)).toMatchObject(theirs);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({ path: '/v1/completions', body: more });
    expect(await recorded()).toMatchObject({ calls: [{ tokensIn: 10, tokensOut: 20 }] });
  });

  it('are streamed as they come, counted, and without the count where nobody asked for it', async () => {
    const piece = (text: string, more: object = {}) =>
      event({ ...theirs, usage: undefined, choices: [{ index: 0, text, finish_reason: null }], ...more });
    const last = event({ ...theirs, choices: [], usage: USAGE });
    server.answers(
      stream(
        piece(' wor'),
        piece('ld'),
        piece('', { choices: [{ index: 0, text: '', finish_reason: 'stop' }] }),
        last,
        event('[DONE]'),
      ),
    );
    const chunks = [];
    for await (const each of await openai.completions.create({ model: fresh(), prompt: 'Hello', stream: true }))
      chunks.push(each);
    expect(chunks.map(({ choices }) => choices[0]?.text).join('')).toBe(' world');
    expect(chunks.some(({ usage }) => usage)).toBe(false);
    expect(await recorded()).toMatchObject({ calls: [{ tokensIn: 10, tokensOut: 20 }] });
  });

  it('are a chat where the server has none', async () => {
    server.answers(chatOnly(json(completion({ content: ' world' }, 'length'))));
    const more = { prompt: ['Hello'], max_tokens: 7, temperature: 0, stop: ['.'] };
    expect(await ask(more)).toMatchObject({
      object: 'text_completion',
      choices: [{ index: 0, text: ' world', finish_reason: 'length', logprobs: null }],
      usage: { prompt_tokens: 10, completion_tokens: 20 },
    });
    expect(server.received[1]!.body).toEqual({
      model: `m${names}`,
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 7,
      temperature: 0,
      stop: ['.'],
    });
  });

  it.each([true, false])('are streamed from a chat, the count with them where asked for: %s', async (wants) => {
    server.answers(
      chatOnly(
        stream(
          chunk({ content: ' wor' }),
          chunk({ content: 'ld' }),
          chunk({}, 'stop', { usage: USAGE }),
          event('[DONE]'),
        ),
      ),
    );
    const chunks = [];
    const options = wants ? { stream_options: { include_usage: true } } : {};
    for await (const each of await openai.completions.create({
      model: fresh(),
      prompt: 'Hello',
      stream: true,
      ...options,
    }))
      chunks.push(each);
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(' world');
    expect(chunks.some(({ choices }) => choices[0]?.finish_reason === 'stop')).toBe(true);
    expect(chunks.at(-1)!.usage?.total_tokens).toBe(wants ? 30 : undefined);
  });

  it.each<[object, string]>([
    [{ echo: true }, 'echo'],
    [{ logprobs: 0 }, 'logprobs'],
    [{ suffix: '!' }, 'suffix'],
    [{ best_of: 2 }, 'best_of'],
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: [[1, 2]] }, 'prompt'],
  ])('are refused by name where a chat cannot say %j', async (more, param) => {
    server.answers(chatOnly(json(completion({ content: 'x' }))));
    expect(await failureOf(ask(more))).toMatchObject({ status: 400, param });
    expect(server.received.map(({ path }) => path)).toEqual(['/v1/completions']);
  });
});

describe('calls of tools in a stream of a server that counts them its own way', () => {
  const piece = (more: object, called: object): string =>
    chunk({ tool_calls: [{ type: 'function', ...more, function: called }] });
  const cases: [string, string[]][] = [
    [
      'with an index for each',
      [
        piece({ index: 0, id: 'a' }, { name: 'one', arguments: '{"x"' }),
        piece({ index: 1, id: 'b' }, { name: 'two', arguments: '{"y"' }),
        piece({ index: 0 }, { arguments: ':1}' }),
        piece({ index: 1 }, { arguments: ':2}' }),
      ],
    ],
    [
      'with 0 for each',
      [
        piece({ index: 0, id: 'a' }, { name: 'one', arguments: '{"x":1}' }),
        piece({ index: 0, id: 'b' }, { name: 'two', arguments: '{"y":2}' }),
      ],
    ],
    [
      'with none at all',
      [
        piece({ id: 'a' }, { name: 'one', arguments: '{"x"' }),
        piece({}, { arguments: ':1}' }),
        piece({ index: null, id: 'b' }, { name: 'two', arguments: '{"y":2}' }),
      ],
    ],
    [
      'with the id in every piece',
      [
        piece({ index: 0, id: 'a' }, { name: 'one', arguments: '{"x"' }),
        piece({ index: 0, id: 'a' }, { name: 'one', arguments: ':1}' }),
        piece({ index: 1, id: 'b' }, { name: 'two', arguments: '{"y":2}' }),
      ],
    ],
    [
      'with a name that comes behind the id',
      [
        piece({ index: 0, id: 'a' }, { arguments: '' }),
        piece({ index: 0 }, { name: 'one', arguments: '{"x":1}' }),
        piece({ index: 1, id: 'b' }, { name: 'two', arguments: '{"y":2}' }),
      ],
    ],
    [
      'with a name that comes behind the arguments',
      [
        piece({ id: 'a' }, { arguments: '{"x":' }),
        piece({ id: 'a' }, { name: 'one', arguments: '1}' }),
        piece({ id: 'b' }, { name: 'two', arguments: '{"y":2}' }),
      ],
    ],
    [
      'with another index in the head than in the rest',
      [
        piece({ index: 0, id: 'a' }, { name: 'one', arguments: '{"x":1}' }),
        piece({ index: 0, id: 'b' }, { name: 'two', arguments: '' }),
        piece({ index: 1 }, { arguments: '{"y":2}' }),
      ],
    ],
    [
      'all at once, whole',
      [
        chunk({
          content: '',
          tool_calls: [
            { index: 0, id: 'a', function: { name: 'one', arguments: '{"x":1}' } },
            null,
            { index: 1, id: 'b', function: { name: 'two', arguments: '{"y":2}' } },
          ],
        }),
      ],
    ],
    [
      'from one, and with objects as arguments',
      [
        piece({ index: 1, id: 'a' }, { name: 'one', arguments: { x: 1 } }),
        piece({ index: 2, id: 'b' }, { name: 'two', arguments: { y: 2 } }),
      ],
    ],
  ];

  it.each(cases)('%s are two calls in every protocol', async (_how, pieces) => {
    server.answers(chatOnly(stream(...pieces, chunk({}, 'tool_calls', { usage: USAGE }), event('[DONE]'))));
    const reported = openai.responses.stream({ model: fresh(), input: 'go' });
    expect((await reported.finalResponse()).output).toMatchObject([
      { type: 'function_call', call_id: 'a', name: 'one', arguments: '{"x":1}' },
      { type: 'function_call', call_id: 'b', name: 'two', arguments: '{"y":2}' },
    ]);
    const anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
    const asked = { model: fresh(), max_tokens: 50, messages: [{ role: 'user' as const, content: 'go' }] };
    expect((await anthropic.messages.stream(asked).finalMessage()).content).toMatchObject([
      { type: 'tool_use', id: 'a', name: 'one', input: { x: 1 } },
      { type: 'tool_use', id: 'b', name: 'two', input: { y: 2 } },
    ]);
  });

  it('and chunks of filters, without a choice or a delta, disturb none of it', async () => {
    const filters = [
      event({ id: '', object: '', model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] }),
      chunk({ content: 'Hi' }),
      event({
        id: '',
        object: '',
        choices: [{ index: 0, finish_reason: null, content_filter_offsets: {} }],
        usage: null,
      }),
      event({ id: '', object: '', choices: [{ index: 0, finish_reason: null, delta: null }] }),
      chunk({ content: '.' }, 'stop', { usage: USAGE }),
      event('[DONE]'),
    ];
    server.answers(chatOnly(stream(...filters)));
    expect((await openai.responses.stream({ model: fresh(), input: 'go' }).finalResponse()).output_text).toBe('Hi.');
    const chunks = [];
    for await (const each of await openai.completions.create({ model: fresh(), prompt: 'go', stream: true }))
      chunks.push(each);
    expect(chunks.map(({ choices }) => choices[0]?.text).join('')).toBe('Hi.');
  });
});

describe("Anthropic's messages", () => {
  const theirs = {
    id: 'msg_theirs',
    type: 'message',
    role: 'assistant',
    model: 'c',
    content: [{ type: 'text', text: 'Hi.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 10, cache_read_input_tokens: 90, cache_creation_input_tokens: 5, output_tokens: 3 },
  };
  const hello = { max_tokens: 50, messages: [{ role: 'user', content: 'hello' }] };
  const named = (...events: { type: string }[]) =>
    stream(...events.map((each) => `event: ${each.type}\n${event(each)}`));
  const eventsIn = (text: string) =>
    [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, name, data]) => ({
      name,
      data: JSON.parse(data!) as { type: string },
    }));

  it('go to Anthropic as they came, with the version and trials that they are written for, and our key', async () => {
    server.answers(json({ ...theirs, tomorrow: 1 }));
    const body = {
      ...hello,
      model: 'c',
      thinking: { type: 'enabled', budget_tokens: 1024 },
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
    };
    const headers = { 'x-api-key': 'the-callers-own', 'anthropic-version': '2023-01-01', 'anthropic-beta': 'trial-1' };
    const answer = await post('messages', body, headers);
    expect(await answer.json()).toEqual({ ...theirs, tomorrow: 1 });
    expect(server.received[0]).toMatchObject({
      path: '/v1/messages',
      body,
      headers: { 'x-api-key': 'secret-key-of-ours', 'anthropic-version': '2023-01-01', 'anthropic-beta': 'trial-1' },
    });
    expect(await recorded()).toMatchObject({
      calls: [{ tokensIn: 105, tokensOut: 3, tokensCached: 90, tokensCacheWrite: 5 }],
    });
  });

  it.each<[string, object]>([
    ['data:image/webp;base64,AAAA', { type: 'base64', media_type: 'image/webp', data: 'AAAA' }],
    ['https://pictures.example/a.png?x=1', { type: 'url', url: 'https://pictures.example/a.png?x=1' }],
  ])('show what a chat or a response shows: %s', async (imageUrl, source) => {
    const reply = {
      id: 'm1',
      type: 'message',
      role: 'assistant',
      model: 'c',
      content: [{ type: 'text', text: 'A cat.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 10, output_tokens: 20 },
    };
    server.answers((response, asked) =>
      (asked.path.endsWith('/messages') ? json(reply) : json({}, 404))(response, asked),
    );
    const shown = [
      { type: 'text', text: 'What is it?' },
      { type: 'image', source },
    ];
    const chat = await openai.chat.completions.create({
      model: 'c',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: imageUrl } },
          ],
        },
      ],
    });
    expect(chat.choices[0]!.message.content).toBe('A cat.');
    expect(server.received[0]!.body['messages']).toEqual([{ role: 'user', content: shown }]);
    const input = [
      { type: 'input_text' as const, text: 'What is it?' },
      { type: 'input_image' as const, image_url: imageUrl, detail: 'auto' as const },
    ];
    const response = await openai.responses.create({ model: 'c', input: [{ role: 'user', content: input }] });
    expect(response.output_text).toBe('A cat.');
    expect(server.received[1]!.body['messages']).toEqual([{ role: 'user', content: shown }]);
  });

  it.each<[string, object[]]>([
    ['a file', [{ type: 'file', file: { file_id: 'f' } }]],
    ['sound', [{ type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } }]],
    ['an image without an address', [{ type: 'image_url', image_url: {} }]],
    ['an image of a disk', [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }]],
    ['a kind of tomorrow', [{ type: 'smell', smell: 'roses' }]],
  ])('cannot show %s, and say so', async (_what, content) => {
    const error = await failureOf(
      openai.chat.completions.create({ model: 'claude/c', messages: [{ role: 'user', content: content as never[] }] }),
    );
    expect(error).toMatchObject({ status: 400, param: 'messages' });
  });

  it.each<[string, object[], object[]]>([
    [
      'an answer of nothing',
      [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: '' },
        { role: 'user', content: 'b' },
      ],
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    ],
    [
      'a system that says nothing',
      [
        { role: 'system', content: '' },
        { role: 'user', content: 'a' },
      ],
      [{ type: 'text', text: 'a' }],
    ],
    [
      'blanks',
      [
        { role: 'developer', content: ' ' },
        { role: 'user', content: '\n' },
        { role: 'user', content: 'a' },
      ],
      [{ type: 'text', text: 'a' }],
    ],
    ['nothing at all', [{ role: 'user', content: '' }], [{ type: 'text', text: '' }]],
  ])('are told to Anthropic without %s, which it refuses', async (_what, messages, content) => {
    server.answers(json(theirs));
    await openai.chat.completions.create({ model: 'claude/c', messages: messages as never });
    expect(server.received[0]!.body['messages']).toEqual([{ role: 'user', content }]);
    expect(server.received[0]!.body['system']).toBeUndefined();
  });

  it('are not told to Anthropic with calls of functions, which it has no word for, but say so', async () => {
    const called = { role: 'assistant' as const, content: null, function_call: { name: 'f', arguments: '{}' } };
    const answered = { role: 'function' as const, name: 'f', content: '42' };
    const messages = [{ role: 'user' as const, content: 'a' }, called, answered];
    const error = await failureOf(openai.chat.completions.create({ model: 'claude/c', messages }));
    expect(error).toMatchObject({ status: 400, param: 'messages' });
  });

  it('are streamed from Anthropic as they come, and counted', async () => {
    const events = [
      {
        type: 'message_start',
        message: { ...theirs, content: [], usage: { input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'ping' },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
      { type: 'message_stop' },
    ];
    server.answers(named(...events));
    const text = await (await post('messages', { ...hello, model: 'c', stream: true })).text();
    expect(eventsIn(text).map(({ data }) => data)).toEqual(events.filter(({ type }) => type !== 'ping'));
    expect(await recorded()).toMatchObject({ calls: [{ tokensIn: 100, tokensOut: 3, tokensCached: 90 }] });
  });

  it('are a chat for servers of the other protocol', async () => {
    server.answers(json(completion({ content: 'Sunny.' })));
    const schema = { type: 'object', properties: { place: { type: 'string' } } };
    const body = {
      model: fresh(),
      max_tokens: 50,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look: ' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 's' },
            { type: 'text', text: 'I see.' },
            { type: 'tool_use', id: 't1', name: 'weather', input: { place: 'Rome' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'no' }], is_error: true },
            { type: 'text', text: 'Again?' },
          ],
        },
      ],
      tools: [{ name: 'weather', description: 'of a place', input_schema: schema }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      stop_sequences: ['END'],
      metadata: { user_id: 'me' },
    };
    expect(await (await post('messages', body)).json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Sunny.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 10, output_tokens: 20 },
    });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({ path: '/v1/chat/completions' });
    expect(server.received[0]!.body).toEqual({
      model: `m${names}`,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look: ' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
          ],
        },
        {
          role: 'assistant',
          content: 'I see.',
          reasoning_content: 'Hm.',
          tool_calls: [{ id: 't1', type: 'function', function: { name: 'weather', arguments: '{"place":"Rome"}' } }],
        },
        { role: 'tool', tool_call_id: 't1', content: 'Error: no' },
        { role: 'user', content: 'Again?' },
      ],
      max_tokens: 50,
      stop: ['END'],
      user: 'me',
      tools: [{ type: 'function', function: { name: 'weather', description: 'of a place', parameters: schema } }],
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
  });

  const call = (index: number, id: string, given: string) => ({
    index,
    id,
    type: 'function',
    function: { name: 'weather', arguments: given },
  });

  it.each<[string, object, string, object[]]>([
    ['a text', { content: 'Hi.' }, 'stop', [{ type: 'text', text: 'Hi.' }]],
    [
      'thoughts before it',
      { reasoning_content: 'Hm.', content: 'Hi.' },
      'stop',
      [{ type: 'thinking', thinking: 'Hm.' }, { type: 'text' }],
    ],
    [
      'calls',
      { content: null, tool_calls: [call(0, 't1', '{"place":"Rome"}'), call(1, 't2', '')] },
      'tool_calls',
      [
        { type: 'tool_use', id: 't1', name: 'weather', input: { place: 'Rome' } },
        { type: 'tool_use', id: 't2', input: {} },
      ],
    ],
    [
      'calls of a server that says it stopped',
      { content: null, tool_calls: [call(0, 't1', '{}')] },
      'stop',
      [{ type: 'tool_use', id: 't1' }],
    ],
    ['a refusal', { content: null, refusal: 'No.' }, 'stop', [{ type: 'text', text: 'No.' }]],
    ['a cut text', { content: 'H' }, 'length', [{ type: 'text', text: 'H' }]],
    ['a filtered text', { content: null }, 'content_filter', []],
  ])('from a chat are %s, whole and streamed alike', async (_what, said, finish, content) => {
    const model = fresh();
    server.answers(json(completion(said, finish)));
    const whole = (await (await post('messages', { ...hello, model })).json()) as {
      stop_reason: string;
      usage: object;
      content: object[];
    };
    expect(whole.content).toMatchObject(content);
    server.answers(stream(chunk(said), chunk({}, finish), event({ choices: [], usage: USAGE }), event('[DONE]')));
    const events = eventsIn(await (await post('messages', { ...hello, model, stream: true })).text());
    expect(events.every(({ name, data }) => name === data.type)).toBe(true);
    const counted = (await (await post('messages/count_tokens', { ...hello, model })).json()) as {
      input_tokens: number;
    };
    expect(counted.input_tokens).toBeGreaterThan(0);
    expect(events[0]).toMatchObject({
      name: 'message_start',
      data: { message: { usage: { input_tokens: counted.input_tokens } } },
    });
    expect(events.filter(({ name }) => name === 'content_block_start')).toHaveLength(content.length);
    expect(events.filter(({ name }) => name === 'content_block_stop')).toHaveLength(content.length);
    expect(events.at(-2)!.data).toMatchObject({
      type: 'message_delta',
      delta: { stop_reason: whole.stop_reason },
      usage: whole.usage,
    });
    expect(events.at(-1)!.name).toBe('message_stop');
  });

  it('tell a chat again what was thought in a loop of tools, and tell a server without that will not have it', async () => {
    const thought = completion({
      content: null,
      reasoning_content: 'I must look.',
      tool_calls: [{ id: 't1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
    });
    /** As DeepSeek has it. */
    const strict: Answer = (response, asked) => {
      const turns = asked.body['messages'] as { role: string; reasoning_content?: string }[];
      const isMissed = turns.some((turn) => turn.role === 'assistant' && turn.reasoning_content !== 'I must look.');
      const message = 'The `reasoning_content` in the thinking mode must be passed back to the API.';
      (isMissed
        ? json({ error: { message, type: 'invalid_request_error' } }, 400)
        : json(completion({ content: 'Sunny.' })))(response, asked);
    };
    const model = fresh();
    const anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
    const first = { role: 'user' as const, content: 'And the weather?' };
    const asked = { model, max_tokens: 50, messages: [first] };
    server.answers(json(thought));
    const { content } = await anthropic.messages.create(asked);
    expect(content).toMatchObject([
      { type: 'thinking', thinking: 'I must look.' },
      { type: 'tool_use', id: 't1' },
    ]);
    const result = {
      role: 'user' as const,
      content: [{ type: 'tool_result' as const, tool_use_id: 't1', content: 'sun' }],
    };
    server.answers(strict);
    const going = { ...asked, messages: [first, { role: 'assistant' as const, content }, result] };
    expect((await anthropic.messages.create(going)).content).toMatchObject([{ type: 'text', text: 'Sunny.' }]);

    /** As Groq has it. */
    server.answers((response, { body }) => {
      const isRefused = JSON.stringify(body).includes('reasoning_content');
      const message = "'messages.1' : property 'reasoning_content' is unsupported";
      (isRefused ? json({ error: { message } }, 400) : json(completion({ content: 'Sunny.' })))(response, {
        path: '',
        headers: {},
        body,
      });
    });
    expect((await anthropic.messages.create({ ...going, model: fresh() })).content).toMatchObject([{ text: 'Sunny.' }]);
    expect(server.received).toHaveLength(2);
  });

  it.each<[string, number, object, number, string]>([
    ['a wrong request', 400, { error: { message: 'bad' } }, 400, 'invalid_request_error'],
    ['no such model', 404, { error: { message: 'no', code: 'model_not_found' } }, 404, 'not_found_error'],
    ['too much at once', 429, { error: { message: 'slow' } }, 429, 'rate_limit_error'],
    ['a broken server', 500, { error: { message: 'boom' } }, 502, 'api_error'],
    [
      'an overloaded one',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'busy' } },
      502,
      'overloaded_error',
    ],
    ['one of another kind', 500, { error: { message: 'boom', type: 'internal_error' } }, 502, 'api_error'],
  ])('say in their own form what is wrong: %s', async (_what, status, document, reported, type) => {
    for (const model of ['c', fresh()]) {
      server.answers(json(document, status));
      const answer = await post('messages', { ...hello, model });
      expect(answer.status).toBe(reported);
      expect(await answer.json()).toMatchObject({ type: 'error', error: { type } });
    }
  });

  it('say inside a stream what broke it off', async () => {
    server.answers(stream(chunk({ content: 'Hi' }), event({ error: { message: 'boom' } })));
    const events = eventsIn(await (await post('messages', { ...hello, model: fresh(), stream: true })).text());
    expect(events.at(-1)).toMatchObject({ name: 'error', data: { type: 'error', error: { type: 'api_error' } } });

    server.answers(stream(chunk({ content: 'Hi' }), event({ error: { message: 'busy', type: 'overloaded_error' } })));
    const busy = eventsIn(await (await post('messages', { ...hello, model: fresh(), stream: true })).text());
    expect(busy.at(-1)).toMatchObject({ data: { error: { type: 'overloaded_error' } } });
  });

  it.each<[string, object, string]>([
    ['no max_tokens', { max_tokens: undefined }, 'max_tokens'],
    ['servers of tools', { mcp_servers: [{ type: 'url', url: 'https://tools.example', name: 't' }] }, 'mcp_servers'],
    ['files that it works on', { container: { skills: [{ type: 'anthropic', skill_id: 's' }] } }, 'container'],
    ['tools of the server', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools'],
    [
      'a document that is no text',
      { messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'base64', data: 'AA' } }] }] },
      'messages',
    ],
  ])('are refused with %s', async (_what, more, param) => {
    const answer = await post('messages', { ...hello, model: fresh(), ...more });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error', param } });
  });
});

describe('Anthropic’s messages that are counted', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(4000) } };
  const tool = { name: 'f', description: 'x'.repeat(400), input_schema: { type: 'object' } };

  it.each<[string, object, number, number]>([
    ['a word', { messages: [{ role: 'user', content: 'hello' }] }, 5, 20],
    ['a long text', { messages: [{ role: 'user', content: 'x'.repeat(4000) }] }, 1000, 1020],
    ['a system', { system: 'x'.repeat(400), messages: [{ role: 'user', content: 'hello' }] }, 100, 130],
    ['an image, whatever its size', { messages: [{ role: 'user', content: [image] }] }, 1600, 1620],
    ['tools', { tools: [tool], messages: [{ role: 'user', content: 'hello' }] }, 100, 180],
    ['a limit, which is none of it', { max_tokens: 5000, messages: [{ role: 'user', content: 'hello' }] }, 5, 20],
  ])('are estimated, and no server is asked: %s', async (_what, body, least, most) => {
    server.answers();
    const answer = await post('messages/count_tokens', { model: 'c', ...body });
    const { input_tokens: count, estimated } = (await answer.json()) as { input_tokens: number; estimated: boolean };
    expect({ status: answer.status, estimated }).toEqual({ status: 200, estimated: true });
    expect(count).toBeGreaterThanOrEqual(least);
    expect(count).toBeLessThanOrEqual(most);
    expect(server.received).toHaveLength(0);
  });

  it('are of models that the official client lists and leafs through', async () => {
    const anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
    const page = await anthropic.models.list();
    expect(page.data[0]).toMatchObject({ type: 'model', display_name: page.data[0]!.id });
    expect(page).toMatchObject({ has_more: false, first_id: page.data[0]!.id, last_id: page.data.at(-1)!.id });
    expect(page.hasNextPage()).toBe(false);
  });

  it('reach the official client, and are refused by their field', async () => {
    const anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
    const counted = await anthropic.messages.countTokens({
      model: 'c',
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(counted.input_tokens).toBeGreaterThan(0);
    const refused = await post('messages/count_tokens', { model: 'c', messages: [] });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', param: 'messages' },
    });
  });
});

it.each([
  ['stop', 'stop', 'end_turn', 'completed', null],
  ['eos', 'stop', 'end_turn', 'completed', null],
  ['MAX_TOKENS', 'length', 'max_tokens', 'incomplete', 'max_output_tokens'],
  ['model_length', 'length', 'max_tokens', 'incomplete', 'max_output_tokens'],
  ['SAFETY', 'content_filter', 'refusal', 'incomplete', 'content_filter'],
  ['a word of its own', 'stop', 'end_turn', 'completed', null],
])('a chat that ends for %s ends in each protocol’s own words', async (finish, text, message, status, reason) => {
  const model = fresh();
  server.answers(chatOnly(json(completion({ content: 'Hello' }, finish))));
  const said = async (path: string, body: object) => (await post(path, { model, ...body })).json();
  expect(await said('completions', { prompt: 'hi' })).toMatchObject({ choices: [{ finish_reason: text }] });
  expect(await said('messages', { max_tokens: 50, messages: [{ role: 'user', content: 'hi' }] })).toMatchObject({
    stop_reason: message,
  });
  expect(await said('responses', { input: 'hi' })).toMatchObject({
    status,
    incomplete_details: reason === null ? null : { reason },
  });
});
