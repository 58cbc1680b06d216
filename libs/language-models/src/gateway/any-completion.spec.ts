import {
  type AnsweringServer,
  chunk,
  completion,
  event,
  gatewayTo,
  nativeChat,
  json,
  OPENAI_KINDS,
  startAnsweringServer,
  stream,
  USAGE,
} from '../testing/answering-server.ts';

let server: AnsweringServer;
beforeAll(async () => (server = await startAnsweringServer()));
afterAll(() => server.close());

/** What servers are known to answer where nothing went wrong. */
const WITHOUT_TEXT: [string, object][] = [
  ['thoughts that took all the room', completion({ content: null, reasoning_content: 'Let me see…' }, 'length')],
  ['a refusal', completion({ content: null, refusal: 'I will not.' })],
  ['no content at all', completion({}, 'stop')],
  ['nothing but the role', completion({ content: '' }, 'stop')],
  ['sound', completion({ content: null, audio: { id: 'a', data: 'AA==', transcript: 'Hi' } })],
  ['thoughts under another name', completion({ content: null, reasoning: 'Hm.', reasoning_details: [] }, 'length')],
  ['parts of content', completion({ content: [{ type: 'text', text: 'Hello' }] })],
  [
    'calls of tools without content',
    completion({ tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }, 'tool_calls'),
  ],
  [
    'a call in the older form',
    completion({ content: null, function_call: { name: 'f', arguments: '{}' } }, 'function_call'),
  ],
  [
    'a call whose arguments are no text',
    completion({ content: null, tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] }, 'tool_calls'),
  ],
  [
    'a tool that is no function',
    completion(
      { content: null, tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'f', input: 'x' } }] },
      'tool_calls',
    ),
  ],
  ['no reason to finish', completion({ content: 'Hello' }, null)],
  ['a choice without a message', { choices: [{ index: 0, finish_reason: 'stop' }], usage: USAGE }],
  ['null where there is no error', { error: null, ...completion({ content: 'Hello' }) }],
  ['no words where there is no error', { error: '', ...completion({ content: 'Hello' }) }],
  ['nothing in its error', { error: {}, ...completion({ content: 'Hello' }) }],
  ['an error of the number zero', { error: { code: 0, message: '' }, ...completion({ content: 'Hello' }) }],
  [
    'MiniMax: a status that all is well',
    { ...completion({ content: 'Hello' }), base_resp: { status_code: 0, status_msg: '' } },
  ],
  [
    'calls beside an empty text',
    completion({ content: '', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] }),
  ],
  [
    'calls without arguments',
    completion({ content: null, tool_calls: [{ id: 'a', function: { name: 'f', arguments: null } }] }),
  ],
  ['no call in its calls', completion({ content: 'Hello', tool_calls: [] })],
  ['null among its calls', completion({ content: 'Hello', tool_calls: [null] })],
  [
    'null for each field',
    completion({ content: null, refusal: null, tool_calls: null, function_call: null, audio: null }),
  ],
  ['an empty list of parts', completion({ content: [] })],
  ['parts that are null', completion({ content: [null, 'Hello'] })],
  [
    'pictures',
    completion({ content: null, images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] }),
  ],
  [
    'details of its thoughts',
    completion({ content: '', reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }] }, 'length'),
  ],
  [
    'blocks of thoughts',
    completion({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }, 'length'),
  ],
  ['a message that is null', { choices: [{ index: 0, message: null, finish_reason: 'length' }], usage: USAGE }],
  ['a text beside the message', { choices: [{ text: 'Hello', finish_reason: 'stop' }], usage: USAGE }],
  [
    'null among its choices',
    { choices: [null, { message: { content: 'Hello' }, finish_reason: 'stop' }], usage: USAGE },
  ],
  ['its reason in words of its own', completion({ content: 'Hello' }, 'eos_token_found')],
];

describe.each(OPENAI_KINDS)('a completion at %s', (kind) => {
  const open = () => gatewayTo({ kind, baseUrl: `${server.origin}/v1` });

  it.each(WITHOUT_TEXT)('passes as it came with %s: one call, at its own usage', async (_what, answer) => {
    server.answers(json(answer));
    const { ask, spentUsd, breaker } = open();
    const reply = await ask(nativeChat());
    expect(reply).toMatchObject({ verbatim: JSON.stringify(answer), tokensIn: 10, tokensOut: 20 });
    expect(server.received).toHaveLength(1);
    expect(breaker()).toBe('closed');
    expect(await spentUsd()).toBeCloseTo(0.00021, 9);
  });

  it.each<[string, string[]]>([
    [
      'thoughts alone',
      [chunk({ role: 'assistant', reasoning_content: 'Let me see…' }), chunk({}, 'length', { usage: USAGE })],
    ],
    ['a refusal', [chunk({ refusal: 'I will not.' }), chunk({}, 'stop', { usage: USAGE })]],
    ['no text at all', [chunk({}, 'stop'), event({ choices: [], usage: USAGE })]],
    ['a filtered text', [chunk({ role: 'assistant' }), chunk({}, 'content_filter', { usage: USAGE })]],
    ['calls that are an object', [chunk({ tool_calls: { id: 'a' } }), chunk({}, 'stop', { usage: USAGE })]],
    ['null among its calls', [chunk({ content: 'Hi', tool_calls: [null] }), chunk({}, 'stop', { usage: USAGE })]],
    [
      'details of its thoughts',
      [chunk({ reasoning_details: [{ text: 'Hm.' }] }), chunk({}, 'length', { usage: USAGE })],
    ],
    [
      'an empty error in each chunk',
      [chunk({ content: 'Hi' }, null, { error: {} }), chunk({}, 'stop', { error: null, usage: USAGE })],
    ],
    [
      'pictures',
      [chunk({ images: [{ image_url: { url: 'data:image/png;base64,AA' } }] }), chunk({}, 'stop', { usage: USAGE })],
    ],
  ])('streams %s as it came', async (_what, pieces) => {
    server.answers(stream(...pieces, 'data: [DONE]\n\n'));
    const reported: string[] = [];
    const { ask, breaker, spentUsd } = open();
    await ask(nativeChat({ stream_options: { include_usage: true } }, (text) => reported.push(text)));
    expect(reported.map(event)).toEqual(pieces);
    expect(server.received).toHaveLength(1);
    expect(breaker()).toBe('closed');
    expect(await spentUsd()).toBeCloseTo(0.00021, 9);
  });

  it.each([
    ['content_filter', null],
    ['content_filter', ''],
    ['content_filter: SAFETY', null],
    ['safety', undefined],
  ])('is of its own class when it was filtered: %s with %p', async (finish, content) => {
    const answer = completion({ content }, finish);
    server.answers(json(answer));
    const { ask, spentUsd, gateway } = open();
    for (let i = 0; i < 6; i++) {
      const failure = await ask(nativeChat());
      expect(failure).toMatchObject({
        failure: 'content_filter',
        detail: { reply: { verbatim: JSON.stringify(answer) } },
        calls: [{ tokensIn: 10, tokensOut: 20, outcome: 'content_filter' }],
      });
    }
    expect(server.received).toHaveLength(6);
    expect(gateway.targets()[0]?.breaker).toBe('closed');
    expect(await spentUsd()).toBeCloseTo(6 * 0.00021, 9);
  });

  it.each([null, undefined, []])(
    'may have no choice where nothing was written: Gemini’s of a prompt that it blocks, %j',
    async (choices) => {
      const answer = { object: 'chat.completion', model: 'm', choices, usage: { prompt_tokens: 10, total_tokens: 10 } };
      server.answers(json(answer));
      const { ask, breaker, spentUsd } = open();
      expect(await ask(nativeChat())).toMatchObject({ verbatim: JSON.stringify(answer), tokensIn: 10, tokensOut: 0 });
      expect(server.received).toHaveLength(1);
      expect(breaker()).toBe('closed');
      expect(await spentUsd()).toBeCloseTo(0.00001, 9);
    },
  );

  it.each<[string, object]>([
    ['Gemini’s thoughts, told by LiteLLM', { id: 'x', model: 'm', choices: [], usage: USAGE }],
    ['a call that was malformed', { object: 'chat.completion', choices: [], usage: USAGE }],
  ])('may have no choice where what was written is counted, and shown to nobody: %s', async (_what, answer) => {
    server.answers(json(answer));
    const { ask, spentUsd, breaker } = open();
    expect(await ask(nativeChat())).toMatchObject({ verbatim: JSON.stringify(answer), tokensIn: 10, tokensOut: 20 });
    expect(server.received).toHaveLength(1);
    expect(breaker()).toBe('closed');
    expect(await spentUsd()).toBeCloseTo(0.00021, 9);
  });

  it('may have no choice in its stream, where nothing was written', async () => {
    const counted = event({
      object: 'chat.completion.chunk',
      choices: [],
      usage: { prompt_tokens: 10, total_tokens: 10 },
    });
    server.answers(stream(counted, event('[DONE]')));
    const { ask, spentUsd } = open();
    expect(await ask(nativeChat({}, () => undefined))).toMatchObject({ text: '', tokensIn: 10, tokensOut: 0 });
    expect(server.received).toHaveLength(1);
    expect(await spentUsd()).toBeCloseTo(0.00001, 9);
  });

  it('that a model refuses to make for a recipe is filtered', async () => {
    server.answers(json(completion({ content: null, refusal: 'I will not.' })));
    expect(await open().ask()).toMatchObject({ failure: 'content_filter' });
    server.answers(stream(chunk({ refusal: 'I will not.' }), chunk({}, 'stop'), 'data: [DONE]\n\n'));
    expect(await open().ask({ onText: () => undefined })).toMatchObject({ failure: 'content_filter' });
    expect(server.received).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['other JSON', { hello: 'world' }],
    ['no choices', { choices: [] }],
    ['choices that are none', { choices: 'none' }],
    ['a choice that says nothing', { choices: [{}] }],
    ['an envelope that says it went well', { code: 200, msg: 'ok', data: completion({ content: 'Hello' }) }],
    ['one of the number zero', { code: 0, message: 'success', data: null }],
    ['a message of another protocol', { message: { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] } }],
    ['a list of numbers', [[0.25, 0.5]]],
    ['null', null],
  ])('it is not with %s', async (_what, answer) => {
    server.answers(json(answer));
    expect(await open().ask(nativeChat())).toMatchObject({ failure: 'malformed_reply' });
    expect(server.received).toHaveLength(3);
  });

  it.each<[string, unknown, string]>([
    ['in a choice', { choices: [{ error: { code: 502, message: 'lost' }, finish_reason: 'error' }] }, 'server_error'],
    [
      'in a choice of several',
      { choices: [{ message: { content: 'a' } }, { index: 1, error: { code: 429, message: 'slow' } }] },
      'rate_limited',
    ],
    ['as a reason to finish', completion({ content: 'Half a' }, 'error'), 'server_error'],
    ['as the document', { object: 'error', code: 400, type: 'BadRequestError', message: 'no' }, 'bad_request'],
    ['beside the choices', { ...completion({ content: 'Half a' }), error: { message: 'lost' } }, 'server_error'],
    ['in a list', [{ error: { code: 503, status: 'UNAVAILABLE', message: 'busy' } }], 'server_error'],
    ['as a sentence', { error: 'the model runner has stopped' }, 'server_error'],
    [
      'in a status of its own',
      { base_resp: { status_code: 1002, status_msg: 'rate limit' }, choices: null },
      'rate_limited',
    ],
    ['in a status of an unknown kind', { base_resp: { status_code: 1013, status_msg: 'lost' } }, 'server_error'],
    ['as a reason: DeepSeek’s', completion({ content: 'Half a' }, 'insufficient_system_resource'), 'server_error'],
    ['as a reason: Zhipu’s', completion({ content: 'Half a' }, 'network_error'), 'server_error'],
    ['as a reason: vLLM’s', completion({ content: 'Half a' }, 'abort'), 'server_error'],
    ['that is too much load', { error: { type: 'overloaded_error', message: 'Overloaded' } }, 'server_error'],
    ['that is a limit', { error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'slow' } }, 'rate_limited'],
    ['that is the request’s', { error: { code: 'context_length_exceeded', message: 'too long' } }, 'bad_request'],
    ['that is the model’s', { error: { code: 'model_not_found', message: 'none' } }, 'unknown_model'],
    ['as a reason: a proxy’s', completion({ content: 'Half a' }, 'upstream_error'), 'server_error'],
    ['as a reason: it was cancelled', completion({ content: 'Half a' }, 'cancelled'), 'server_error'],
    ['in words and a code', { code: 401, msg: 'token expired', success: false }, 'authentication'],
    ['in Cloudflare’s list', { result: null, success: false, errors: [{ code: 7000, message: 'no' }] }, 'server_error'],
    ['in words alone', { detail: 'the model is loading' }, 'server_error'],
    ['that is the key’s', { error: { code: 'invalid_api_key', message: 'no' } }, 'authentication'],
  ])('has failed with an error %s', async (_what, answer, failure) => {
    server.answers(json(answer));
    expect(await open().ask(nativeChat())).toMatchObject({ failure });
  });

  it.each<[string, string]>([
    ['in a choice', event({ choices: [{ index: 0, error: { code: 502, message: 'lost' }, finish_reason: 'error' }] })],
    ['as a reason to finish', chunk({}, 'error')],
    ['as an event of that name', `event: error\ndata: {"message":"lost"}\n\n`],
    ['in Groq’s own field', event({ x_groq: { error: 'lost' }, choices: [] })],
    ['as a bare event', event({ error: { message: 'lost', type: 'server_error' } })],
    ['as a sentence', event({ error: 'lost' })],
    ['in a list', event([{ error: { code: 503, message: 'lost' } }])],
    ['as a line without a field', '{"error":{"message":"lost"}}\n\n'],
    ['as lines that are no events', '{\n  "error": {\n    "message": "lost"\n  }\n}\n'],
    ['in words, in an event of that name', 'event: error\ndata: lost\n\n'],
    ['as a reason: vLLM’s', chunk({}, 'abort')],
  ])('has failed with an error %s of its stream', async (_what, last) => {
    server.answers(stream(chunk({ content: 'Half a' }), last, 'data: [DONE]\n\n'));
    expect(await open().ask({ onText: () => undefined })).toMatchObject({ failure: 'server_error' });
  });
});

describe('Anthropic’s own answers', () => {
  const message = (content: object[], stopReason: string) => ({
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 20 },
  });
  const open = () => gatewayTo({ kind: 'anthropic', baseUrl: `${server.origin}/v1` });

  it.each<[string, object, string]>([
    ['nothing more to say', message([], 'end_turn'), 'stop'],
    ['thoughts alone', message([{ type: 'thinking', thinking: 'Hm.', signature: 's' }], 'max_tokens'), 'length'],
    ['a call alone', message([{ type: 'tool_use', id: 't', name: 'f', input: {} }], 'tool_use'), 'tool_calls'],
  ])('pass with %s', async (_what, answer, finishReason) => {
    server.answers(json(answer));
    const tools = [{ name: 'f', parameters: { type: 'object' } }];
    expect(await open().ask({ tools })).toMatchObject({ text: '', finishReason, tokensIn: 10, tokensOut: 20 });
    expect(server.received).toHaveLength(1);
  });

  it.each<[string, object]>([
    [
      'a block that nobody knows yet',
      message(
        [
          { type: 'hologram', of: 'x' },
          { type: 'text', text: 'Hello' },
        ],
        'end_turn',
      ),
    ],
    [
      'thoughts without a signature',
      message(
        [
          { type: 'thinking', thinking: 'Hm.' },
          { type: 'text', text: 'Hello' },
        ],
        'end_turn',
      ),
    ],
    ['citations that are null', message([{ type: 'text', text: 'Hello', citations: null }], 'end_turn')],
    [
      'citations of a kind of its own',
      message([{ type: 'text', text: 'Hello', citations: [{ type: 'content_block_location', block: 1 }] }], 'end_turn'),
    ],
    [
      'nothing but what is needed',
      {
        content: [{ type: 'text', text: 'Hello' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 10, output_tokens: 20 },
      },
    ],
  ])('pass with %s', async (_what, answer) => {
    server.answers(json(answer));
    const { ask, breaker } = open();
    expect(await ask()).toMatchObject({ text: 'Hello', finishReason: 'stop', tokensIn: 10, tokensOut: 20 });
    expect(server.received).toHaveLength(1);
    expect(breaker()).toBe('closed');
  });

  it('may be streamed with what nobody knows yet, and without their last event', async () => {
    const events: { type: string; [more: string]: unknown }[] = [
      {
        type: 'message_start',
        message: { role: 'assistant', content: [], usage: { input_tokens: 10, output_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'delta_of_tomorrow' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'event_of_tomorrow' },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hello' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '1}' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 20 } },
    ];
    server.answers(stream(...events.map((each) => `event: ${each.type}\n${event(each)}`)));
    const told: string[] = [];
    const tools = [{ name: 'f', parameters: { type: 'object' } }];
    expect(await open().ask({ tools, onText: (piece) => told.push(piece) })).toMatchObject({
      text: 'Hello',
      toolCalls: [{ id: 't', name: 'f', arguments: '{"a":1}' }],
      finishReason: 'tool_calls',
      tokensIn: 10,
      tokensOut: 20,
    });
    expect(told).toEqual(['Hello']);
    expect(server.received[0]?.body).toMatchObject({ stream: true });
  });

  it('take a system that speaks in the middle, and are held to a form', async () => {
    server.answers(json(message([{ type: 'tool_use', id: 't', name: 'json', input: { a: 1 } }], 'tool_use')));
    const messages = [
      { role: 'user' as const, content: 'hello' },
      { role: 'system' as const, content: 'Be brief.' },
    ];
    const responseSchema = { type: 'object', properties: { a: { type: 'number' } } };
    expect(await open().ask({ messages, responseSchema })).toMatchObject({ text: '{"a":1}', finishReason: 'stop' });
    expect(server.received[0]?.body['system']).toMatchObject([{ text: 'Be brief.' }]);
  });

  it('are of their own class when they were filtered', async () => {
    server.answers(json(message([], 'refusal')));
    const { ask, spentUsd } = open();
    expect(await ask()).toMatchObject({ failure: 'content_filter', calls: [{ tokensIn: 10, tokensOut: 20 }] });
    expect(await spentUsd()).toBeCloseTo(0.00021, 9);
  });
});
