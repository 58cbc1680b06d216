import { CompletionServed, type EventData, Topic } from '@contentflow/contracts';
import {
  type Answer,
  type AnsweringServer,
  chunk,
  completion,
  event,
  json,
  stream,
  USAGE,
} from '@contentflow/language-models/testing';
import { MODELS, type Models } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { CompletionRecords } from '../completions/completion-records.ts';
import { persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';

/** What a server answers in another form than it was asked for: every client reads it in its own protocol, whole and streamed, and it is paid once. */

let server: AnsweringServer;
let service: TestedService;
let url: string;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ server, service, url, close } = await startAnsweredGenerator((baseUrl) => ({
    providers: [
      {
        name: 'chat',
        kind: 'openai-compatible',
        baseUrl,
        endpoints: ['chat/completions'],
        models: [{ name: 'm', usdPerMillionInput: 1, usdPerMillionOutput: 10 }],
      },
    ],
    gateway: persistentGateway,
  })));
});
beforeEach(() => service.app.get<Models>(MODELS).gateway.reset('chat', undefined, 'the next case'));
afterAll(() => close());

type Protocol = 'chat' | 'responses' | 'messages';
const WAYS = (['chat', 'responses', 'messages'] as const).flatMap((protocol) =>
  [false, true].map((streams): [Protocol, boolean] => [protocol, streams]),
);
const hello = [{ role: 'user', content: 'hello' }];
const ENDPOINTS: Record<Protocol, readonly [path: string, body: object]> = {
  chat: ['chat/completions', { messages: hello }],
  responses: ['responses', { input: 'hello' }],
  messages: ['messages', { messages: hello, max_tokens: 50 }],
};

async function asked(protocol: Protocol, streams: boolean) {
  const [path, body] = ENDPOINTS[protocol];
  const response = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', ...body, ...(streams && { stream: true }) }),
  });
  const text = await response.text();
  await service.app.get(CompletionRecords).settled();
  const { calls } = (await service.events<EventData<typeof CompletionServed>>(Topic.completions)).at(-1)!.data;
  return { status: response.status, text, calls };
}

interface Read {
  text: string;
  thoughts: string;
  calls: [name: string, given: string][];
}
// A client's view of JSON, whose every field it takes for granted.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Doc = Record<string, any>;

/** What a client of that protocol makes of an answer. */
function read(protocol: Protocol, streams: boolean, answer: string): Read {
  const events = streams
    ? answer
        .split('\n\n')
        .flatMap((one) => /^data: (\{.*)$/m.exec(one)?.[1] ?? [])
        .map((data) => JSON.parse(data) as Doc)
    : [JSON.parse(answer) as Doc];
  if (protocol === 'chat') return readChat(events);
  if (protocol === 'responses') return readResponse(streams ? (events.at(-1)!['response'] as Doc) : events[0]!);
  return streams ? readMessageEvents(events) : readBlocks(events[0]!['content'] as Doc[]);
}

/** As OpenAI's clients do: of a chunk they read the delta, and its calls by their index. */
function readChat(chunks: readonly Doc[]): Read {
  const calls: [string, string][] = [];
  let [text, thoughts] = ['', ''];
  for (const each of chunks)
    for (const choice of (each['choices'] ?? []) as Doc[]) {
      const said = ((each['object'] === 'chat.completion' ? choice['message'] : choice['delta']) ?? {}) as Doc;
      text += said['content'] ?? '';
      thoughts += said['reasoning_content'] ?? '';
      for (const [at, call] of ((said['tool_calls'] ?? []) as Doc[]).entries()) {
        const one = (calls[call['index'] ?? at] ??= ['', '']);
        one[0] ||= call['function'].name ?? '';
        one[1] += call['function'].arguments ?? '';
      }
    }
  return { text, thoughts, calls };
}

function readResponse({ output }: Doc): Read {
  const items = output as Doc[];
  const of = (type: string): Doc[] => items.filter((item) => item['type'] === type);
  return {
    text: of('message')
      .flatMap((item) => item['content'].map((part: Doc) => part['text']))
      .join(''),
    thoughts: of('reasoning')
      .flatMap((item) => item['summary'].map((part: Doc) => part['text']))
      .join(''),
    calls: of('function_call').map((item) => [item['name'], item['arguments']]),
  };
}

function readMessageEvents(events: readonly Doc[]): Read {
  const blocks: Doc[] = [];
  for (const { type, index, content_block: block, delta } of events) {
    if (type === 'content_block_start') blocks[index] = { ...block, ...(block.type === 'tool_use' && { json: '' }) };
    if (type !== 'content_block_delta') continue;
    const open = blocks[index]!;
    if (delta.text) open['text'] += delta.text;
    if (delta.thinking) open['thinking'] += delta.thinking;
    if (delta.partial_json) open['json'] += delta.partial_json;
  }
  return readBlocks(blocks.map((block) => (block['json'] ? { ...block, input: JSON.parse(block['json']) } : block)));
}

const readBlocks = (blocks: readonly Doc[]): Read => ({
  text: blocks.map((block) => block['text'] ?? '').join(''),
  thoughts: blocks.map((block) => block['thinking'] ?? '').join(''),
  calls: blocks.filter(({ type }) => type === 'tool_use').map(({ name, input }) => [name, JSON.stringify(input)]),
});

const call = (name: string, given: string, more: object = {}) => ({ ...more, function: { name, arguments: given } });
const as =
  (type: string, body: string): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': type }).end(body);
const lines = (...documents: object[]): string => documents.map((each) => `${JSON.stringify(each)}\n`).join('');
const DONE = event('[DONE]');
const end = (finish = 'stop'): string => chunk({}, finish, { usage: USAGE });
const thought = { content: 'Hi.', reasoning_content: 'Hm.' };
const HI: Read = { text: 'Hi.', thoughts: 'Hm.', calls: [] };
const TWO: Read = {
  text: '',
  thoughts: '',
  calls: [
    ['one', '{"x":1}'],
    ['two', '{"y":2}'],
  ],
};
const SAME: Read = {
  ...TWO,
  calls: [
    ['one', '{"x":1}'],
    ['one', '{"x":2}'],
  ],
};

/** What is sent in pieces, one after another. */
const inPieces =
  (type: string, ...pieces: readonly string[]): Answer =>
  async (response) => {
    response.writeHead(200, { 'content-type': type });
    for (const piece of pieces) {
      response.write(piece);
      await pause(20);
    }
    response.end();
  };
const GEMINI_THINKS = { extra_content: { google: { thought: true } } };

const FORMS: [string, Answer, Read][] = [
  ['events that begin letter by letter', inPieces('text/plain', 'd', 'at', `a: ${chunk(thought).slice(6)}`, end()), HI],
  ['a blank line before events', inPieces('application/octet-stream', '\n', '\n', chunk(thought), end(), DONE), HI],
  ['a document letter by letter', inPieces('text/plain', '\n', '{', JSON.stringify(completion(thought)).slice(1)), HI],
  [
    'a document with what a stream has',
    json({ object: 'chat.completion', choices: [{ index: 0, delta: thought, finish_reason: 'stop' }], usage: USAGE }),
    HI,
  ],
  ['a document', json(completion(thought)), HI],
  [
    'a stream',
    stream(chunk({ reasoning_content: 'Hm.' }), chunk({ content: 'H' }), chunk({ content: 'i.' }), end(), DONE),
    HI,
  ],
  ['a document that calls itself a stream', as('text/event-stream', JSON.stringify(completion(thought))), HI],
  ['a document as the data of an event', stream(event(completion(thought)), DONE), HI],
  ['a stream that calls itself a document', as('application/json', chunk(thought) + end() + DONE), HI],
  [
    'whole messages in the chunks of a stream',
    stream(event({ choices: [{ index: 0, message: thought }] }), end(), DONE),
    HI,
  ],
  ['heartbeats in words', stream('data: ping\n\n', chunk(thought), event('keep-alive'), end(), DONE), HI],
  [
    'heartbeats that are documents',
    stream(event({ type: 'ping' }), chunk(thought), event({ event: 'heartbeat', at: 1 }), end(), DONE),
    HI,
  ],
  [
    'Azure’s findings of the prompt before it',
    stream(
      event({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] }),
      chunk(thought),
      event({ choices: [{ index: 0, content_filter_offsets: {} }] }),
      end(),
      DONE,
    ),
    HI,
  ],
  [
    'a reason under Gemini’s name for it',
    stream(event({ choices: [{ index: 0, delta: thought, finish_reason: null, finishReason: 'stop' }], usage: USAGE })),
    HI,
  ],
  [
    'a choice that is counted from one',
    stream(
      event({ choices: [{ index: 1, delta: thought }] }),
      event({ choices: [{ index: 1, delta: {}, finish_reason: 'stop' }], usage: USAGE }),
      DONE,
    ),
    HI,
  ],
  [
    'a choice whose number is a text',
    stream(
      event({ choices: [{ index: '0', delta: thought }] }),
      event({ choices: [{ index: '0', delta: {}, finish_reason: 'stop' }], usage: USAGE }),
      DONE,
    ),
    HI,
  ],
  [
    'a document that says in an error that there is none',
    json({ ...completion(thought), error: { code: 200, message: 'success' } }),
    HI,
  ],
  ['a document that says so in a word', json({ ...completion(thought), error: 'null' }), HI],
  [
    'SGLang’s reason, which is an object',
    json({
      object: 'chat.completion',
      choices: [{ index: 0, message: thought, finish_reason: { type: 'stop', matched: 2 } }],
      usage: USAGE,
    }),
    HI,
  ],
  [
    'SGLang’s reason in a stream',
    stream(
      chunk(thought),
      event({ choices: [{ index: 0, delta: {}, finish_reason: { type: 'stop' } }], usage: USAGE }),
      DONE,
    ),
    HI,
  ],
  [
    'MiniMax’s stream, which ends with the whole message',
    stream(
      chunk({ role: 'assistant', reasoning_content: 'Hm.' }),
      chunk({ role: '', content: 'H' }),
      chunk({ role: '', content: 'i.' }),
      event({
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', ...thought }, finish_reason: 'stop' }],
        usage: USAGE,
      }),
    ),
    HI,
  ],
  [
    'messages that each say all that was said so far',
    stream(
      event({ choices: [{ index: 0, message: { content: '', reasoning_content: 'Hm.' } }] }),
      event({ choices: [{ index: 0, message: { content: 'H', reasoning_content: 'Hm.' } }] }),
      event({ choices: [{ index: 0, message: thought, finish_reason: 'stop' }], usage: USAGE }),
      DONE,
    ),
    HI,
  ],
  [
    'messages that each say a piece',
    stream(
      event({ choices: [{ index: 0, message: { content: 'H', reasoning_content: 'Hm.' } }] }),
      event({ choices: [{ index: 0, message: { content: 'i.' }, finish_reason: 'stop' }], usage: USAGE }),
      DONE,
    ),
    HI,
  ],
  [
    'nothing in the chunk that ends it',
    stream(chunk(thought), event({ choices: [{ index: 0, delta: null, finish_reason: 'stop' }], usage: USAGE }), DONE),
    HI,
  ],
  [
    'chunks of nothing between its words',
    stream(event({ choices: null }), chunk(thought), event({ id: 'x', choices: [] }), event('null'), end(), DONE),
    HI,
  ],
  [
    'empty lines before it, as DeepSeek shows that it is at work',
    as('application/json', `\n\n\n${JSON.stringify(completion(thought))}\n`),
    HI,
  ],
  [
    'calls, in a document',
    json(
      completion(
        { content: null, tool_calls: [call('one', '{"x":1}', { id: 'a' }), call('two', '{"y":2}', { id: 'b' })] },
        'tool_calls',
      ),
    ),
    TWO,
  ],
  [
    'calls without names of their own, in a document',
    json(completion({ content: null, tool_calls: [call('one', '{"x":1}'), call('two', '{"y":2}')] }, 'tool_calls')),
    TWO,
  ],
  [
    'calls that all have one name, in a document',
    json(
      completion({
        content: null,
        tool_calls: [call('one', '{"x":1}', { id: 'f' }), call('one', '{"x":2}', { id: 'f' })],
      }),
    ),
    SAME,
  ],
];

/** These have no index in their stream, which goes on to a chat's client as it came. */
const STREAMED_CALLS: [string, string[], Read][] = [
  [
    'together, without a name or an index',
    [chunk({ tool_calls: [call('one', '{"x":1}'), call('two', '{"y":2}')] })],
    TWO,
  ],
  [
    'with an empty name and 0 as every index',
    [
      chunk({ tool_calls: [call('one', '{"x":1}', { index: 0, id: '' })] }),
      chunk({ tool_calls: [call('one', '{"x":2}', { index: 0, id: '' })] }),
    ],
    SAME,
  ],
  [
    'of one name, under two indexes',
    [
      chunk({ tool_calls: [call('one', '{"x":1}', { index: 0, id: 'f' })] }),
      chunk({ tool_calls: [call('one', '{"x":2}', { index: 1, id: 'f' })] }),
    ],
    SAME,
  ],
  [
    'as the call itself: TGI',
    [
      chunk({ tool_calls: call('one', '{"x":1}', { index: 0, id: 'a' }) }),
      chunk({ tool_calls: call('two', '{"y":2}', { index: 1, id: 'b' }) }),
    ],
    TWO,
  ],
  [
    'that are called null: Mistral',
    [
      chunk({ tool_calls: [call('one', '{"x":1}', { index: 0, id: 'null' })] }),
      chunk({ tool_calls: [call('two', '{"y":2}', { index: 1, id: 'null' })] }),
    ],
    TWO,
  ],
  [
    'that are called null in all but their heads: Mistral',
    [
      chunk({ tool_calls: [call('one', '', { index: 0, id: 'WcG8xhSs1' })] }),
      chunk({ tool_calls: [{ index: 0, id: 'null', function: { name: '', arguments: '{"x":1}' } }] }),
      chunk({ tool_calls: [call('two', '', { index: 1, id: 'WcG8xhSs2' })] }),
      chunk({ tool_calls: [{ index: 1, id: 'null', function: { name: '', arguments: '{"y":2}' } }] }),
    ],
    TWO,
  ],
  [
    'and tells them once more at its end, one as a text of its text: LiteLLM',
    [
      chunk({ tool_calls: [call('one', '{"x"', { index: 0, id: 'a' })] }),
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { arguments: ':1}' } }] }),
      chunk({ tool_calls: [call('two', '{"y":2}', { index: 1, id: 'b' })] }),
      chunk({
        tool_calls: [
          call('one', '"{\\"x\\":1}"', { index: 0, id: 'a' }),
          call('two', '{"y":2}', { index: 1, id: 'b' }),
        ],
      }),
    ],
    TWO,
  ],
  [
    'and tells what each is called with twice',
    [
      chunk({ tool_calls: [call('one', '', { index: 0, id: 'a' }), call('two', '', { index: 1, id: 'b' })] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"x":1}' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"x":1}' } }] }),
      chunk({ tool_calls: [{ index: 1, function: { arguments: '{"y":2}' } }] }),
      chunk({ tool_calls: [{ index: 1, function: { arguments: '{"y":2}' } }] }),
    ],
    TWO,
  ],
  [
    'with Gemini’s marks of thoughts behind each',
    [
      chunk({ tool_calls: [call('one', '{"x":1}', { index: 0, id: 'a' })] }),
      chunk({ tool_calls: [{ extra_content: { google: { thought_signature: 'c2ln' } } }] }),
      chunk({ tool_calls: [call('two', '{"y":2}', { index: 1, id: 'b' })] }),
      chunk({ tool_calls: [{ extra_content: { google: { thought_signature: 'c2ln' } } }] }),
    ],
    TWO,
  ],
  [
    'of one name and of no index',
    [
      chunk({ tool_calls: [call('one', '{"x":1}', { id: 'f' })] }),
      chunk({ tool_calls: [call('two', '{"y":2}', { id: 'f' })] }),
    ],
    TWO,
  ],
];

describe.each(WAYS)('a client of %s, streaming: %s,', (protocol, streams) => {
  it.each(FORMS)('reads %s', async (_what, answer, expected) => {
    server.answers(answer);
    const { status, text, calls } = await asked(protocol, streams);
    expect({ status, read: read(protocol, streams, text) }).toEqual({ status: 200, read: expected });
    expect(server.received).toHaveLength(1);
    expect(calls).toMatchObject([{ outcome: 'ok', tokensIn: 10, tokensOut: 20, cost: 0.00021 }]);
  });

  it.each(STREAMED_CALLS)('reads two calls of a stream %s', async (_how, pieces, expected) => {
    server.answers(stream(...pieces, end('tool_calls'), DONE));
    const { text } = await asked(protocol, streams);
    if (protocol !== 'chat' || !streams) expect(read(protocol, streams, text)).toEqual(expected);
    expect(server.received).toHaveLength(1);
  });

  it.each<[string, Answer, number, number]>([
    ['too much at once', stream(event({ error: { message: 'slow', code: 429 } }), DONE), 429, 2],
    ['a wrong request', stream(event({ error: { message: 'too long', type: 'invalid_request_error' } }), DONE), 400, 1],
    [
      'a document of an error',
      as('text/event-stream', JSON.stringify({ error: { message: 'lost', code: 500 } })),
      502,
      2,
    ],
    ['an error in an event of that name', stream('event: error\ndata: {"message":"lost"}\n\n'), 502, 2],
    ['DashScope’s code', stream(event({ code: 'InternalError', message: 'lost', request_id: 'r' })), 502, 2],
    ['FastAPI’s detail', stream(event({ detail: 'the engine died' })), 502, 2],
    ['Baidu’s code and words', stream(event({ error_code: 503, error_msg: 'too much' })), 502, 2],
    ['Zhipu’s word', stream(event({ success: false, code: 500, msg: 'lost' })), 502, 2],
    ['Volcengine’s envelope', json({ ResponseMetadata: { Error: { Code: '429', Message: 'slow' } } }), 429, 2],
    [
      'Tencent’s envelope',
      json({ Response: { Error: { Code: 'Internal', Message: 'lost' }, RequestId: 'r' } }),
      502,
      2,
    ],
    ['a page', as('text/event-stream', '<html><title>502</title></html>'), 502, 2],
    [
      'llama.cpp’s own field of 2025',
      stream('error: {"code":400,"message":"too long","type":"invalid_request_error"}\n\n', DONE),
      400,
      1,
    ],
    [
      'llama.cpp’s context, as its own fault',
      json({ error: { code: 500, message: 'too long', type: 'exceed_context_size_error', n_ctx: 256 } }, 500),
      400,
      1,
    ],
    ['DashScope’s wrong field', json({ error: { message: 'wrong', code: 'invalid_parameter_error' } }, 500), 400, 1],
    [
      'our key, which Gemini refuses as a wrong request',
      json(
        [{ error: { code: 400, status: 'INVALID_ARGUMENT', message: 'no', details: [{ reason: 'API_KEY_INVALID' }] } }],
        400,
      ),
      502,
      1,
    ],
    ['our account, which DashScope says so of', json({ error: { message: 'pay', code: 'Arrearage' } }, 400), 502, 1],
  ])('is told by its status what a stream begins with: %s', async (_what, answer, status, attempts) => {
    server.answers(answer);
    expect((await asked(protocol, streams)).status).toBe(status);
    expect(server.received).toHaveLength(attempts);
  });

  it.each<[string, object]>([
    ['DashScope’s code', { code: 'InternalError', message: 'lost it', request_id: 'r' }],
    ['FastAPI’s detail', { detail: 'lost it' }],
    ['AWS’s message', { message: 'lost it' }],
    ['Zhipu’s word', { success: false, code: 500, msg: 'lost it' }],
    ['Baidu’s words', { error_code: 336_501, error_msg: 'lost it' }],
    ['SGLang’s reason', { choices: [{ index: 0, delta: {}, finish_reason: { type: 'abort', message: 'lost it' } }] }],
  ])('is told why a stream broke off: %s', async (_what, last) => {
    server.answers(stream(chunk({ content: 'Half' }), event(last)));
    const { text, calls } = await asked(protocol, streams);
    expect(text).toContain('lost it');
    expect(calls.at(-1)).toMatchObject({ outcome: 'server_error', tokensOut: 0 });
  });
});

describe.each(WAYS)(
  'a call that its own server cannot read, of a client of %s, streaming: %s,',
  (protocol, streams) => {
    it.each([
      'function_call_filter: MALFORMED_FUNCTION_CALL',
      'MALFORMED_FUNCTION_CALL',
      'UNEXPECTED_TOOL_CALL',
      'malformed_tool_use',
    ])('is no ordinary end, and paid once: %s', async (reason) => {
      server.answers(json(completion({ content: 'Let me see.' }, reason)));
      const { status, text, calls } = await asked(protocol, streams);
      expect(server.received).toHaveLength(1);
      expect(calls).toMatchObject([{ outcome: 'ok', cost: 0.00021 }]);
      if (protocol === 'chat') return expect([status, text]).toEqual([200, expect.stringContaining(reason)]);
      expect(status).toBe(streams ? 200 : 502);
      expect(text).toContain('a call of a tool that its server cannot read');
      expect(text).not.toMatch(/response\.completed|message_stop|end_turn/);
    });
  },
);

it.each(WAYS.filter(([protocol]) => protocol !== 'chat'))(
  'a client of %s, streaming: %s, reads a text that stands beside the message',
  async (protocol, streams) => {
    const choice = { index: 0, text: 'Hi.' };
    server.answers(json({ object: 'chat.completion', choices: [{ ...choice, finish_reason: 'stop' }], usage: USAGE }));
    expect(read(protocol, streams, (await asked(protocol, streams)).text).text).toBe('Hi.');
    server.answers(stream(event({ choices: [choice] }), end(), DONE));
    expect(read(protocol, streams, (await asked(protocol, streams)).text).text).toBe('Hi.');
  },
);

it.each(['responses', 'messages'] as const)(
  'calls without a name of their own have one each in %s',
  async (protocol) => {
    const calls = ['one', 'two'].map((name, index) => call(name, '{}', { index, id: 'null' }));
    server.answers(stream(chunk({ tool_calls: calls }), end('tool_calls'), DONE));
    const { text } = await asked(protocol, false);
    const ids = [...text.matchAll(protocol === 'responses' ? /"call_id":"([^"]*)"/g : /"id":"(toolu[^"]*)"/g)].map(
      ([, id]) => id,
    );
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain('null');
  },
);

it('calls that a server writes by turns are blocks one after another in messages', async () => {
  const piece = (index: number, given: string, more: object = {}) =>
    chunk({ tool_calls: [{ index, ...more, function: { ...more, arguments: given } }] });
  const head = (index: number, name: string, given: string) => piece(index, given, { id: name, name });
  server.answers(
    stream(head(0, 'one', ''), head(1, 'two', '{"y"'), piece(0, '{"x":'), piece(1, ':2}'), piece(0, '1}'), end()),
  );
  const { text } = await asked('messages', true);
  expect(read('messages', true, text)).toEqual(TWO);
  let open: number | undefined;
  for (const [, data = ''] of text.matchAll(/^data: (.*)$/gm)) {
    const { type, index } = JSON.parse(data) as Doc;
    if (type === 'content_block_start') open = index;
    if (type === 'content_block_delta') expect(index).toBe(open);
    if (type === 'content_block_stop') open = undefined;
  }
});

it.each(WAYS)('a client of %s, streaming: %s, reads the first of several choices', async (protocol, streams) => {
  if (protocol === 'chat') return;
  const pieces = [1, 0].map((index) => event({ choices: [{ index, delta: { content: `${index}` } }] }));
  server.answers(
    stream(...pieces, event({ choices: [{ index: 1, delta: {}, finish_reason: 'length' }] }), end(), DONE),
  );
  const { text } = await asked(protocol, streams);
  expect(read(protocol, streams, text).text).toBe('1');
  expect(text).toMatch(/max_tokens|max_output_tokens/);
});

it.each(WAYS)('a client of %s, streaming: %s, is told of what is no completion', async (protocol, streams) => {
  server.answers(json({ object: 'chat.completion', choices: { 0: { message: thought } }, usage: USAGE }));
  expect((await asked(protocol, streams)).status).toBe(502);
  server.answers(
    stream(event({ choices: 'none' }), event({ choices: [null, 7, { delta: 7 }], usage: USAGE }), end(), DONE),
  );
  expect((await asked(protocol, streams)).status).toBe(200);
});

const THOUGHTS: [string, object][] = [
  ['under vLLM’s name', { reasoning: 'Hm.' }],
  ['under two names', { reasoning: 'Hm.', reasoning_content: 'Hm.' }],
  ['under a name that is null, and another', { reasoning_content: null, reasoning: 'Hm.' }],
  ['in OpenRouter’s details', { reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', format: 'x' }] }],
  ['in LiteLLM’s blocks', { thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: 's' }] }],
  ['under Ollama’s name', { thinking: 'Hm.' }],
  ['under Copilot’s name', { reasoning_text: 'Hm.' }],
  ['in short, in OpenRouter’s details', { reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm.' }] }],
];

/** Gemini writes what it thinks into the content, between marks of its own. */
const GEMINI_FORMS: [string, Answer][] = [
  ['in a document', json(completion({ content: '<thought>Hm.</thought>Hi.', ...GEMINI_THINKS }))],
  [
    'in a stream',
    stream(
      chunk({ content: '<thought>H', ...GEMINI_THINKS }),
      chunk({ content: 'm.', ...GEMINI_THINKS }),
      chunk({ content: '</thought>H' }),
      chunk({ content: 'i.' }),
      end(),
      DONE,
    ),
  ],
  [
    'in a stream, with the end among them',
    stream(chunk({ content: '<thought>Hm.</thought>', ...GEMINI_THINKS }), chunk({ content: 'Hi.' }), end(), DONE),
  ],
];

describe.each(WAYS.filter(([protocol]) => protocol !== 'chat'))(
  'a client of %s, streaming: %s,',
  (protocol, streams) => {
    it.each(GEMINI_FORMS)('reads what Gemini thinks %s', async (_where, answer) => {
      server.answers(answer);
      expect(read(protocol, streams, (await asked(protocol, streams)).text)).toEqual(HI);
    });

    it.each(THOUGHTS)('reads thoughts %s', async (_where, thoughts) => {
      for (const answer of [
        json(completion({ content: 'Hi.', ...thoughts })),
        stream(chunk(thoughts), chunk({ content: 'Hi.' }), end(), DONE),
      ]) {
        server.answers(answer);
        expect(read(protocol, streams, (await asked(protocol, streams)).text)).toEqual(HI);
      }
    });
  },
);

describe('a stream of lines', () => {
  it.each(WAYS.filter(([, streams]) => streams))('is one to a client of %s', async (protocol) => {
    const documents = [
      { choices: [{ index: 0, delta: thought }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: USAGE },
    ];
    for (const type of ['application/x-ndjson', 'application/jsonl', 'application/stream+json']) {
      server.answers(as(type, lines(...documents)));
      expect(read(protocol, true, (await asked(protocol, true)).text)).toEqual(HI);
    }
  });
});
