import { CompletionServed, type ContentDocument, type EventData, Topic } from '@contentflow/contracts';
import {
  type AnsweringServer,
  chunk,
  completion,
  event,
  json,
  stream,
  USAGE,
} from '@contentflow/language-models/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { OpenAI } from 'openai';
import { CompletionRecords } from './completion-records.ts';
import { noteRecipe, persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';
import { startTestedGenerator } from '../testing/tested-generator.ts';

const messages = [{ role: 'user' as const, content: 'Announce our steel bottle.' }];

let server: AnsweringServer;
let service: TestedService;
let url: string;
let close: () => Promise<void>;
let openai: OpenAI;

beforeAll(async () => {
  ({ server, service, url, close } = await startAnsweredGenerator((baseUrl) => ({
    recipes: [noteRecipe],
    providers: [
      { name: 'one', kind: 'openai-compatible', baseUrl, models: ['m'] },
      { name: 'any', kind: 'openai-compatible', baseUrl, models: ['*'] },
      { name: 'claude', kind: 'anthropic', apiKey: 'k', baseUrl, models: ['c'] },
    ],
    gateway: persistentGateway,
  })));
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' });
});
afterAll(() => close());

const post = (body: object, path = 'chat/completions') =>
  fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages, ...body }),
  });
const asked = (more: object = {}) =>
  openai.chat.completions.create({ model: 'one/m', messages, ...more } as never) as Promise<OpenAI.ChatCompletion>;
const failure = (more: object = {}): Promise<InstanceType<typeof OpenAI.APIError>> =>
  asked(more).then(
    () => {
      throw new Error('did not fail');
    },
    (error: unknown) => error as InstanceType<typeof OpenAI.APIError>,
  );
const refusing = (status: number, document: object, headers: Record<string, string> = {}) =>
  server.answers(json(document, status, headers));
const recorded = async () => {
  await service.app.get(CompletionRecords).settled();
  return (await service.events<EventData<typeof CompletionServed>>(Topic.completions)).at(-1)!.data;
};

describe('a completion that is passed on', () => {
  it.each<[string, object]>([
    ['thoughts alone', completion({ content: null, reasoning_content: 'Hm.' }, 'length')],
    ['a refusal', completion({ content: null, refusal: 'I will not.' })],
    ['a filtered text', completion({ content: null }, 'content_filter')],
    ['an empty text that was filtered', completion({ content: '' }, 'content_filter')],
  ])('comes as it came with %s: 200, one call', async (_what, answer) => {
    server.answers(json(answer));
    expect(await asked()).toEqual(answer);
    expect(server.received).toHaveLength(1);
  });

  it('is recorded as filtered where it was, whole or streamed', async () => {
    server.answers(json(completion({ content: null }, 'content_filter')));
    await asked();
    expect(await recorded()).toMatchObject({ failure: 'content_filter', calls: [{ tokensIn: 10, tokensOut: 20 }] });
    server.answers(
      stream(chunk({ role: 'assistant' }), chunk({}, 'content_filter', { usage: USAGE }), event('[DONE]')),
    );
    const text = await (await post({ stream: true })).text();
    expect(text).toContain('"finish_reason":"content_filter"');
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(text).not.toContain('"error"');
    expect(await recorded()).toMatchObject({ failure: 'content_filter' });
  });

  it.each<[string, number, object, string, object]>([
    [
      'a wrong request',
      400,
      { error: { message: 'tool t1 not found', type: 'invalid_request_error', param: 'messages', code: 'bad_tool' } },
      'BadRequestError',
      { code: 'bad_tool', param: 'messages', status: 400 },
    ],
    [
      'one that cannot be processed',
      422,
      { detail: [{ loc: ['body', 'foo'], msg: 'no' }] },
      'UnprocessableEntityError',
      { param: 'foo', status: 422 },
    ],
    [
      'no such model',
      404,
      { error: { message: 'no', code: null } },
      'NotFoundError',
      { code: 'model_not_found', status: 404 },
    ],
    [
      'what the key may not do',
      403,
      { error: { message: 'flagged', code: 403 } },
      'PermissionDeniedError',
      { status: 403 },
    ],
    [
      'too much at once',
      429,
      { error: { message: 'slow down', type: 'tokens', code: 'rate_limit_exceeded' } },
      'RateLimitError',
      { code: 'rate_limit_exceeded', type: 'tokens', status: 429 },
    ],
    [
      'a spent quota',
      429,
      { error: { message: 'pay', type: 'insufficient_quota', code: 'insufficient_quota' } },
      'RateLimitError',
      { code: 'insufficient_quota', status: 429 },
    ],
    ['our key', 401, { error: { message: 'no key', code: 'invalid_api_key' } }, 'InternalServerError', { status: 502 }],
  ])(
    'fails in the server’s own words and the client’s own class: %s',
    async (_what, status, document, kind, reported) => {
      refusing(status, document, { 'x-ratelimit-remaining-requests': '3', 'x-request-id': 'req-9' });
      const error = await failure();
      expect(error.constructor.name).toBe(kind);
      expect(error).toMatchObject(reported);
      expect(error.headers?.get('x-upstream-request-id')).toBe('req-9');
      expect(error.headers?.get('x-ratelimit-remaining-requests')).toBe('3');
    },
  );

  it.each([
    [429, 2],
    [500, 2],
    [503, 2],
  ])('is tried here and not by the client once more: %d', async (status, calls) => {
    refusing(status, { error: { message: 'it broke in a way of its own' } });
    const error = await failure();
    expect(server.received).toHaveLength(calls);
    expect(error.message).toContain('it broke in a way of its own');
    expect(error.headers?.get('x-should-retry')).toBe('false');
  });

  it('says how the server answered last, where it is called no more, and no word of it, which was for another caller', async () => {
    const broken = await startTestedGenerator({
      models: { baseUrl: `${server.origin}/v1` },
      configuration: {
        gateway: { retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 }, breaker: { consecutiveFailures: 1 } },
      },
    });
    refusing(500, { error: { message: 'out of memory' } });
    const ask = () => broken.answer('POST', '/v1/chat/completions', { model: 'm', messages });
    await ask();
    const { status, body } = await ask();
    expect(status).toBe(503);
    expect(JSON.stringify(body)).toContain('scripted answered 500');
    expect(JSON.stringify(body)).not.toContain('out of memory');
    await broken.close();
  });

  it.each<[string, object]>([
    ['no limit, as some say it', { max_tokens: -1 }],
    ['a user without a name', { user: '' }],
    [
      'null wherever a field may be absent',
      {
        max_tokens: null,
        temperature: null,
        n: null,
        stop: null,
        seed: null,
        user: null,
        tools: null,
        tool_choice: null,
        stream: null,
        response_format: null,
        stream_options: null,
      },
    ],
    [
      'null within',
      {
        stream_options: { include_usage: null },
        response_format: { type: 'text', json_schema: null },
        tools: [{ type: 'function', function: { name: 'f', description: null, parameters: null, strict: null } }],
      },
    ],
    [
      'messages as servers answer them',
      {
        messages: [
          { role: 'user', content: 'a', name: null },
          {
            role: 'assistant',
            content: null,
            refusal: null,
            tool_calls: [{ id: null, type: 'function', function: { name: 'f', arguments: { a: 1 } } }],
            function_call: null,
          },
          { role: 'tool', tool_call_id: null, content: [{ type: 'text', text: null }] },
        ],
      },
    ],
    [
      'values that only some servers know',
      {
        seed: -1,
        n: 0,
        top_p: 2,
        temperature: -3,
        min_p: 0.1,
        tool_choice: { type: 'allowed_tools', allowed_tools: {} },
        stop: [],
      },
    ],
    [
      'parts of any kind',
      {
        messages: [
          { role: 'user', content: ['a', { type: 'input_audio', input_audio: {} }, { image_url: { url: 'x' } }] },
        ],
      },
    ],
    ['a larger number than any model takes', { max_tokens: 1.5 }],
  ])('goes to the server as it came: %s', async (_what, fields) => {
    server.answers(json(completion({ content: 'Hello' })));
    const body = { model: 'm', messages, ...fields };
    expect((await post(fields)).status).toBe(200);
    expect(server.received[0]?.body).toEqual(body);
  });

  it('begins before its first word, with comments as they come', async () => {
    const going = Promise.withResolvers<void>();
    server.answers((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-ratelimit-remaining-tokens': '5' });
      response.write(': PROCESSING\n\n');
      void going.promise.then(() => response.end(chunk({ content: 'Hello' }, 'stop') + event('[DONE]')));
    });
    const response = await post({ stream: true });
    expect(response.headers.get('x-ratelimit-remaining-tokens')).toBe('5');
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(': PROCESSING\n\n');
    going.resolve();
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest += new TextDecoder().decode(part.value);
    expect(rest).toBe(chunk({ content: 'Hello' }, 'stop') + event('[DONE]'));
  });

  it('begins with the server’s headers alone', async () => {
    const going = Promise.withResolvers<void>();
    server.answers((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      void going.promise.then(() => response.end(chunk({ content: 'Hello' }, 'stop') + event('[DONE]')));
    });
    const response = await post({ stream: true });
    expect(response.status).toBe(200);
    going.resolve();
    expect(await response.text()).toContain('Hello');
  });

  it.each([
    ['m', stream(chunk({ content: 'Hello, you!!' }, 'stop'), event('[DONE]')), 3],
    ['m', stream(chunk({ content: 'Hello, you!!' }, 'stop', { usage: null }), event('[DONE]')), 3],
    ['m', json({ choices: [{ message: { content: 'Hello, you!!' }, finish_reason: 'stop' }] }), 3],
  ])('tells an estimate, and that it is one, to who asks where %s counts nothing', async (model, answer, tokens) => {
    server.answers(answer);
    const chunks = await openai.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const usages: unknown[] = [];
    for await (const { usage, choices } of chunks) if (usage) usages.push([choices, usage]);
    expect(usages).toEqual([[[], expect.objectContaining({ completion_tokens: tokens, estimated: true })]]);
    server.answers(answer);
    expect(await (await post({ stream: true })).text()).not.toContain('estimated');
  });

  it('tells what was counted once', async () => {
    server.answers(stream(chunk({ content: 'Hello' }, 'stop', { usage: USAGE }), event('[DONE]')));
    const text = await (await post({ stream: true, stream_options: { include_usage: true } })).text();
    expect(text.match(/"usage":\{/g)).toHaveLength(1);
  });

  it.each([
    ['n', { n: 2 }],
    ['messages', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }],
    ['logprobs', { logprobs: true }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['functions', { functions: [{ name: 'f' }] }],
  ])('is refused by name where another protocol has no word for it: %s', async (field, more) => {
    server.answers(json({}));
    const response = await post({ ...more, model: 'claude/c' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(field);
    expect(server.received).toHaveLength(0);
  });
});

describe('a completion of a recipe', () => {
  const ofRecipe = (more: object = {}) => post({ model: 'contentflow/note', ...more });
  const TEXT = 'Our steel bottle keeps drinks cold. It is light and it closes tightly.';
  beforeEach(() =>
    server.answers((response, request) =>
      (request.body['stream']
        ? stream(chunk({ content: TEXT }, 'stop', { usage: USAGE }), event('[DONE]'))
        : json(completion({ content: TEXT })))(response, request),
    ),
  );

  it.each<[string, object]>([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'auto' }],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice', { tool_choice: { type: 'function', function: { name: 'f' } } }],
    ['response_format', { response_format: { type: 'json_object' } }],
    [
      'response_format',
      { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } } },
    ],
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['audio', { audio: { voice: 'x' } }],
    [
      'messages',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'image_url', image_url: { url: 'x' } },
            ],
          },
        ],
      },
    ],
    ['messages', { messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] }],
  ])('says that it keeps no %s', async (param, more) => {
    for (const streamed of [false, true]) {
      const response = await ofRecipe({ ...more, stream: streamed });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { param, type: 'invalid_request_error' } });
    }
    expect(server.received).toHaveLength(0);
  });

  it.each<[object, string, string]>([
    [{ max_tokens: 5 }, TEXT.slice(0, 20), 'length'],
    [{ max_completion_tokens: 5, max_tokens: 100 }, TEXT.slice(0, 20), 'length'],
    [{ max_tokens: 500 }, TEXT, 'stop'],
    [{ max_tokens: -1 }, TEXT, 'stop'],
    [{ stop: '. It' }, 'Our steel bottle keeps drinks cold', 'stop'],
    [{ stop: ['never', ' is'] }, 'Our steel bottle keeps drinks cold. It', 'stop'],
    [{ tools: [], tool_choice: 'none', response_format: { type: 'text' }, n: 1 }, TEXT, 'stop'],
  ])('ends where its caller wants: %j', async (more, content, finish) => {
    const whole = (await (await ofRecipe(more)).json()) as OpenAI.ChatCompletion;
    expect(whole.choices[0]).toMatchObject({ message: { content }, finish_reason: finish });
    const runner = openai.chat.completions.stream({ model: 'contentflow/note', messages, ...(more as { n?: 1 }) });
    expect((await runner.finalChatCompletion()).choices[0]).toMatchObject({
      message: { content },
      finish_reason: finish,
    });
  });

  it('obeys the application, and fences what was said before', async () => {
    const conversation = [
      { role: 'system', content: 'Never name a price.' },
      { role: 'developer', content: [{ type: 'text', text: 'Address readers by name.' }] },
      { role: 'user', content: 'What do you sell?' },
      { role: 'assistant', content: 'Bottles.' },
      { role: 'user', content: 'Announce one.' },
    ];
    expect((await ofRecipe({ messages: conversation })).status).toBe(200);
    const [system, user] = server.received[0]!.body['messages'] as { role: string; content: string }[];
    expect(system).toMatchObject({
      role: 'system',
      content: expect.stringMatching(/Write well\.[\s\S]*Never name a price\.\n\nAddress readers by name\./),
    });
    expect(user!.content).toContain('Topic: Announce one.');
    expect(user!.content).toMatch(/assistant\W.*Bottles\./);
    expect(user!.content).not.toContain('Never name a price');
  });

  it.each([false, true])('has an id that leads to its content: streamed %s', async (streamed) => {
    const text = await (await ofRecipe({ stream: streamed })).text();
    const [, id] = /"id":"chatcmpl-([^"]+)"/.exec(text)!;
    expect(await service.get<ContentDocument>(`/v1/content/${id}`)).toMatchObject({
      status: 'generated',
      content: { body: TEXT },
    });
  });
});

describe('around completions', () => {
  it('lists no star, and knows each name that is answered for', async () => {
    const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['contentflow/note', 'm', 'c']));
    expect(data.map(({ id }) => id)).not.toContain('*');
    for (const id of ['m', 'contentflow/note', 'one/m', 'vendor/large:free', 'whatever'])
      for (const name of [id, encodeURIComponent(id)])
        expect(await (await fetch(`${url}/v1/models/${name}`)).json()).toMatchObject({ id, object: 'model' });
    for (const id of ['*', 'contentflow/nothing', 'one/nothing', 'claude/d']) {
      const response = await fetch(`${url}/v1/models/${id}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        error: { message: expect.any(String), type: 'invalid_request_error' },
      });
    }
  });

  it.each([
    ['POST', 'nothing', 404, '{}'],
    ['GET', 'chat/completions', 405, undefined],
    ['POST', 'chat/completions', 400, '{'],
    ['POST', 'content', 400, '{}'],
    ['GET', 'content/none', 404, undefined],
  ])('fails in a form that clients read: %s %s', async (method, path, status, body) => {
    const response = await fetch(`${url}/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { message: expect.any(String), type: expect.any(String), code: expect.any(String) },
    });
  });

  it('tells what a path knows to who asks for its options', async () => {
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'POST']);
    expect((await fetch(`${url}/v1/models`, { method: 'OPTIONS' })).headers.get('allow')).toBe('GET, HEAD');
  });
});
