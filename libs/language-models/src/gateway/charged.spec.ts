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
} from '../testing/answering-server.ts';

let server: AnsweringServer;
beforeAll(async () => (server = await startAnsweringServer()));
afterAll(() => server.close());

/** Of an answer of 40 characters to `hello`, which are estimated as 10 and as 10 tokens. */
const TEXT = 'x'.repeat(40);
/** Input costs a dollar per million tokens, cached input a tenth of it, output ten dollars. */
const usd = (input: number, output: number, cached = 0): number => (input + cached * 0.1 + output * 10) / 1e6;

/** What was written, where nobody counts: 40 characters, whatever stands around them. */
const CALL = { name: 'weather_of', arguments: `{"city":"${'x'.repeat(19)}"}` };
const frame = { id: 'call_0123456789abcdef', type: 'function', index: 0 };
const details = { type: 'reasoning.text', format: 'some-format', index: 0 };
const UNCOUNTED: [string, string | undefined, object, string[]?][] = [
  [
    'a call, in pieces',
    undefined,
    completion({ content: null, tool_calls: [{ ...frame, function: CALL }] }, 'tool_calls', null),
    [
      chunk({ tool_calls: [{ ...frame, function: { ...CALL, arguments: '' } }] }),
      ...Array.from(CALL.arguments, (piece) => chunk({ tool_calls: [{ ...frame, function: { arguments: piece } }] })),
      chunk({}, 'tool_calls'),
    ],
  ],
  [
    'a call with an object',
    undefined,
    completion(
      { content: null, tool_calls: [{ ...frame, function: { ...CALL, arguments: JSON.parse(CALL.arguments) } }] },
      'tool_calls',
      null,
    ),
  ],
  [
    'thoughts, told twice',
    undefined,
    completion(
      {
        content: 'x'.repeat(10),
        reasoning: 'x'.repeat(30),
        reasoning_details: [{ ...details, text: 'x'.repeat(30), signature: 's'.repeat(900) }],
      },
      'stop',
      null,
    ),
    [
      ...Array.from({ length: 30 }, () => chunk({ reasoning: 'x', reasoning_details: [{ ...details, text: 'x' }] })),
      chunk({ content: 'x'.repeat(10) }, 'stop'),
    ],
  ],
  [
    'a text in parts',
    undefined,
    completion(
      {
        content: [
          {
            type: 'text',
            text: TEXT,
            annotations: [{ type: 'url_citation', title: 'a title', url: 'https://example.org' }],
          },
        ],
      },
      'stop',
      null,
    ),
  ],
  [
    'a response',
    'responses',
    {
      object: 'response',
      status: 'completed',
      output: [
        {
          id: 'rs_0123456789abcdef',
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: 'x'.repeat(10) }],
          encrypted_content: 'e'.repeat(900),
        },
        {
          id: 'msg_0123456789abcdef',
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'x'.repeat(10), annotations: [] }],
        },
        {
          id: 'fc_0123456789abcdef',
          type: 'function_call',
          call_id: 'call_0123456789abcdef',
          name: 'f'.repeat(10),
          arguments: `{"a":${'1'.repeat(4)}}`,
        },
      ],
    },
  ],
  [
    'a message',
    'messages',
    {
      type: 'message',
      content: [
        { type: 'thinking', thinking: 'x'.repeat(10), signature: 's'.repeat(900) },
        { type: 'text', text: 'x'.repeat(10), citations: null },
        { type: 'tool_use', id: 'toolu_0123456789abcdef', name: 'f'.repeat(10), input: { a: 1111 } },
      ],
      stop_reason: 'tool_use',
    },
  ],
];

const COUNTS: [string, unknown, number][] = [
  ['as OpenAI counts', { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 }, usd(100, 50)],
  [
    'thoughts within',
    {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      completion_tokens_details: { reasoning_tokens: 40 },
    },
    usd(100, 50),
  ],
  [
    'thoughts beside, told by the total',
    {
      prompt_tokens: 100,
      completion_tokens: 100,
      total_tokens: 50_200,
      completion_tokens_details: { reasoning_tokens: 50_000 },
    },
    usd(100, 50_100),
  ],
  [
    'thoughts beside, told by the total alone',
    { prompt_tokens: 100, completion_tokens: 10, total_tokens: 610 },
    usd(100, 510),
  ],
  [
    'thoughts beside, without a total',
    { prompt_tokens: 100, completion_tokens: 10, completion_tokens_details: { reasoning_tokens: 500 } },
    usd(100, 510),
  ],
  ['no count of the answer', { prompt_tokens: 100, total_tokens: 150 }, usd(100, 50)],
  ['no count of the prompt', { completion_tokens: 50, total_tokens: 150 }, usd(100, 50)],
  ['a total too small', { prompt_tokens: 100, completion_tokens: 50, total_tokens: 3 }, usd(100, 50)],
  [
    'cached input',
    {
      prompt_tokens: 100_000,
      completion_tokens: 10,
      total_tokens: 100_010,
      prompt_tokens_details: { cached_tokens: 90_000 },
    },
    usd(10_000, 10, 90_000),
  ],
  [
    'DeepSeek: cached input',
    {
      prompt_tokens: 1000,
      completion_tokens: 10,
      total_tokens: 1010,
      prompt_cache_hit_tokens: 900,
      prompt_cache_miss_tokens: 100,
    },
    usd(100, 10, 900),
  ],
  [
    'LiteLLM: cached input',
    { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010, cache_read_input_tokens: 900 },
    usd(100, 10, 900),
  ],
  [
    'cached input beside',
    { prompt_tokens: 100, completion_tokens: 10, total_tokens: 1010, prompt_tokens_details: { cached_tokens: 900 } },
    usd(100, 10, 900),
  ],
  [
    'cached input that is no count',
    { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110, prompt_tokens_details: { cached_tokens: -90 } },
    usd(100, 10),
  ],
  ['negative counts', { prompt_tokens: -100_000, completion_tokens: -5, total_tokens: -100_005 }, usd(10, 10)],
  ['counts as text', { prompt_tokens: '100', completion_tokens: '100', total_tokens: '200' }, usd(10, 10)],
  ['counts that are no whole numbers', { prompt_tokens: 1.5, completion_tokens: 2.5 }, usd(10, 10)],
  ['counts beyond all bounds', { prompt_tokens: 1e300, completion_tokens: 5 }, usd(10, 5)],
  ['null counts', { prompt_tokens: null, completion_tokens: null, total_tokens: null }, usd(10, 10)],
  ['all zero', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }, usd(10, 10)],
  ['no counts at all', null, usd(10, 10)],
  ['in other words', { input_tokens: 100, output_tokens: 50 }, usd(100, 50)],
  [
    'xAI: thoughts beside',
    {
      prompt_tokens: 100,
      completion_tokens: 9,
      total_tokens: 409,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 300 },
    },
    usd(100, 309),
  ],
  [
    'details that are null',
    {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: null,
      completion_tokens_details: null,
    },
    usd(100, 50),
  ],
  [
    'details that are lists',
    {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: [],
      completion_tokens_details: [{}],
    },
    usd(100, 50),
  ],
  [
    'LangChain’s words: cached within',
    { input_tokens: 100, output_tokens: 50, total_tokens: 150, input_token_details: { cache_read: 90 } },
    usd(10, 50, 90),
  ],
  ['a total alone', { total_tokens: 150 }, usd(10, 140)],
  ['an answer alone', { completion_tokens: 50 }, usd(10, 50)],
  ['a list', [], usd(10, 10)],
  ['a word', 'none', usd(10, 10)],
  ['true and false', { prompt_tokens: true, completion_tokens: false }, usd(10, 10)],
  [
    'Gemini: in its own words',
    { promptTokenCount: 100, candidatesTokenCount: 20, thoughtsTokenCount: 30, totalTokenCount: 150 },
    usd(100, 50),
  ],
  [
    'Gemini: cached',
    { promptTokenCount: 1000, candidatesTokenCount: 10, cachedContentTokenCount: 900, totalTokenCount: 1010 },
    usd(100, 10, 900),
  ],
  [
    'Gemini: what its tools read',
    { promptTokenCount: 100, candidatesTokenCount: 50, toolUsePromptTokenCount: 40, totalTokenCount: 190 },
    usd(100, 90),
  ],
  ['Bedrock: in its own words', { inputTokens: 100, outputTokens: 50, totalTokens: 150 }, usd(100, 50)],
  [
    'Bedrock: cached, beside',
    { inputTokens: 100, outputTokens: 50, totalTokens: 1050, cacheReadInputTokens: 900 },
    usd(100, 50, 900),
  ],
  ['Ollama: in its own words', { prompt_eval_count: 100, eval_count: 50 }, usd(100, 50)],
  [
    'Cohere: a level deeper',
    { tokens: { input_tokens: 100, output_tokens: 50 }, billed_units: { input_tokens: 4, output_tokens: 50 } },
    usd(100, 50),
  ],
  [
    'Anthropic: cached, beside',
    { input_tokens: 100, output_tokens: 10, cache_read_input_tokens: 900, cache_creation_input_tokens: 0 },
    usd(100, 10, 900),
  ],
  [
    'Bedrock: fewer cached than new, told by the total',
    { inputTokens: 100, outputTokens: 50, totalTokens: 190, cacheReadInputTokens: 40 },
    usd(100, 50, 40),
  ],
  [
    'OpenAI’s names, cached beside, told by the total',
    { prompt_tokens: 100, completion_tokens: 50, total_tokens: 190, prompt_tokens_details: { cached_tokens: 40 } },
    usd(100, 50, 40),
  ],
  [
    'Anthropic: fewer cached than new',
    { input_tokens: 100, output_tokens: 50, cache_read_input_tokens: 40, cache_creation_input_tokens: 0 },
    usd(100, 50, 40),
  ],
  [
    'Responses: cached within',
    { input_tokens: 140, output_tokens: 50, total_tokens: 190, input_tokens_details: { cached_tokens: 40 } },
    usd(100, 50, 40),
  ],
  [
    'LiteLLM: cached within, under both names',
    {
      prompt_tokens: 140,
      completion_tokens: 50,
      total_tokens: 190,
      cache_read_input_tokens: 40,
      prompt_tokens_details: { cached_tokens: 40 },
    },
    usd(100, 50, 40),
  ],
  [
    'Gemini: fewer thoughts than words, beside, without a total',
    { promptTokenCount: 100, candidatesTokenCount: 40, thoughtsTokenCount: 10 },
    usd(100, 50),
  ],
  [
    'a prompt that was cached whole, and counted there alone',
    { prompt_tokens: 0, completion_tokens: 50, total_tokens: 50, cache_read_input_tokens: 900 },
    usd(0, 50, 900),
  ],
  [
    'details of one token: OpenAI’s realtime names',
    {
      input_tokens: 1000,
      output_tokens: 50,
      total_tokens: 1050,
      input_token_details: { cached_tokens: 900 },
      output_token_details: { reasoning_tokens: 10 },
    },
    usd(100, 50, 900),
  ],
  [
    'nothing but null in its details',
    {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: null, audio_tokens: null },
      completion_tokens_details: { reasoning_tokens: null },
    },
    usd(100, 50),
  ],
  [
    'predictions that were not taken, within',
    {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      completion_tokens_details: {
        accepted_prediction_tokens: 10,
        rejected_prediction_tokens: 30,
        reasoning_tokens: 0,
      },
    },
    usd(100, 50),
  ],
  ['minus one in 32 bits', { prompt_tokens: 100, completion_tokens: 2 ** 32 - 1 }, usd(100, 10)],
  ['Cohere: billed units alone', { billed_units: { input_tokens: 100, output_tokens: 50 } }, usd(100, 50)],
  [
    'Perplexity: thoughts beside',
    { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, citation_tokens: 0, reasoning_tokens: 400 },
    usd(100, 450),
  ],
  [
    'OpenRouter: a cost of its own',
    { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, cost: 7, is_byok: false },
    usd(100, 50),
  ],
  [
    'sound and pictures within',
    {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { audio_tokens: 60, cached_tokens: 0 },
      completion_tokens_details: { audio_tokens: 40, reasoning_tokens: 0 },
    },
    usd(100, 50),
  ],
];

describe.each(OPENAI_KINDS)('a call to %s is charged', (kind) => {
  const open = () => gatewayTo({ kind, baseUrl: `${server.origin}/v1` });

  it.each(COUNTS)('%s', async (_what, usage, due) => {
    server.answers(json(completion({ content: TEXT }, 'stop', usage)));
    const { ask, spentUsd } = open();
    const reply = await ask();
    expect(await spentUsd()).toBeCloseTo(due, 9);
    expect((reply as { cost: number }).cost).toBeCloseTo(due, 9);
  });

  it.each(COUNTS)('streamed: %s', async (_what, usage, due) => {
    server.answers(stream(chunk({ content: TEXT }), chunk({}, 'stop'), event({ choices: [], usage }), event('[DONE]')));
    const { ask, spentUsd } = open();
    await ask(nativeChat({}, () => undefined));
    expect(await spentUsd()).toBeCloseTo(due, 9);
  });

  it.each<[string, unknown[]]>([
    [
      'a zero after it',
      [
        { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 },
        { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
      ],
    ],
    ['null after it', [{ prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 }, null]],
    [
      'nonsense after it',
      [
        { prompt_tokens: 100, completion_tokens: 50 },
        { prompt_tokens: '1', completion_tokens: -1 },
      ],
    ],
    [
      'counts on the way to it',
      [
        { prompt_tokens: 100, completion_tokens: 1 },
        { prompt_tokens: 100, completion_tokens: 50 },
      ],
    ],
    [
      'what was counted so far, in every chunk',
      [
        { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
        { prompt_tokens: 100, completion_tokens: 30, total_tokens: 130 },
        { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 },
      ],
    ],
    [
      'the same twice',
      [
        { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 },
        { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 },
      ],
    ],
    ['a part of it after the other', [{ prompt_tokens: 100, completion_tokens: 0 }, { completion_tokens: 50 }]],
  ])('by the last good count of a stream: %s', async (_what, usages) => {
    const counted = usages.map((usage) => event({ choices: [], usage }));
    server.answers(stream(chunk({ content: TEXT }), ...counted, chunk({}, 'stop'), event('[DONE]')));
    const { ask, spentUsd } = open();
    await ask({ onText: () => undefined });
    expect(await spentUsd()).toBeCloseTo(usd(100, 50), 9);
  });

  it('where Moonshot counts: in a choice', async () => {
    const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
    const last = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] });
    server.answers(stream(chunk({ content: TEXT }), last, event('[DONE]')));
    const { ask, spentUsd } = open();
    await ask({ onText: () => undefined });
    expect(await spentUsd()).toBeCloseTo(usd(100, 50), 9);
    server.answers(json({ choices: [{ index: 0, message: { content: TEXT }, finish_reason: 'stop', usage }] }));
    await ask();
    expect(await spentUsd()).toBeCloseTo(usd(200, 100), 9);
  });

  it('where llama.cpp counts: in its timings', async () => {
    const timings = { prompt_n: 100, predicted_n: 50, cache_n: 0 };
    server.answers(stream(chunk({ content: TEXT }), chunk({}, 'stop', { timings }), event('[DONE]')));
    const { ask, spentUsd } = open();
    await ask({ onText: () => undefined });
    expect(await spentUsd()).toBeCloseTo(usd(100, 50), 9);
  });

  it('where it counted and failed all the same: at what it counted', async () => {
    const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
    server.answers(json({ ...completion({ content: 'Half' }, 'stop', usage), error: { code: 400, message: 'no' } }));
    const { ask, spentUsd } = open();
    expect(await ask()).toMatchObject({ failure: 'bad_request', calls: [{ tokensIn: 100, tokensOut: 50 }] });
    expect(await spentUsd()).toBeCloseTo(usd(100, 50), 9);
    server.answers(stream(chunk({ content: TEXT }, null, { usage }), event({ error: { code: 400, message: 'no' } })));
    await ask({ onText: () => undefined });
    expect(await spentUsd()).toBeCloseTo(usd(200, 100), 9);
  });

  it('where Groq counts', async () => {
    const last = event({ choices: [], x_groq: { usage: { prompt_tokens: 100, completion_tokens: 50 } } });
    server.answers(stream(chunk({ content: TEXT }), chunk({}, 'stop'), last, event('[DONE]')));
    const { ask, spentUsd } = open();
    await ask({ onText: () => undefined });
    expect(await spentUsd()).toBeCloseTo(usd(100, 50), 9);
  });

  it('where Groq counts, beside a count of nothing', async () => {
    const counted = { usage: {}, x_groq: { usage: { prompt_tokens: 100, completion_tokens: 50 } } };
    server.answers(stream(chunk({ content: TEXT }), chunk({}, 'stop', counted), event('[DONE]')));
    const { ask, spentUsd } = open();
    await ask({ onText: () => undefined });
    expect(await spentUsd()).toBeCloseTo(usd(100, 50), 9);
  });

  it('as any model is that goes by a star', async () => {
    const models = [{ name: '*', usdPerMillionInput: 2, usdPerMillionOutput: 20 }];
    server.answers(json(completion({ content: TEXT }, 'stop', { prompt_tokens: 100, completion_tokens: 50 })));
    const { ask, spentUsd } = gatewayTo({ kind, baseUrl: `${server.origin}/v1`, models });
    await ask({ model: 'some/other' });
    expect(await spentUsd()).toBeCloseTo(2 * usd(100, 50), 9);
  });

  it.each(UNCOUNTED)(
    'by what was written alone, where nobody counted %s',
    async (_what, endpoint, answer, pieces = []) => {
      const body = { model: 'm', input: 'hello' };
      const asked = endpoint ? { verbatim: { body, native: { endpoint, body } } } : nativeChat();
      for (const form of [json(answer), ...(pieces.length > 0 ? [stream(...pieces, event('[DONE]'))] : [])]) {
        server.answers(form);
        const { ask } = gatewayTo({
          kind,
          baseUrl: `${server.origin}/v1`,
          endpoints: ['chat/completions', 'responses', 'messages'],
        });
        expect(await ask(asked as never)).toMatchObject({ tokensOut: 10, isEstimated: true });
      }
    },
  );

  it('by all that was written, where nobody counted: thoughts, calls and every choice', async () => {
    const said = { content: TEXT, reasoning_content: TEXT };
    const choices = [{ message: said }, { message: { content: TEXT } }];
    server.answers(json({ choices }));
    const { ask, spentUsd } = open();
    expect(await ask(nativeChat({ n: 2 }))).toMatchObject({ isEstimated: true });
    expect(await spentUsd()).toBeCloseTo(usd(10, 30), 9);
  });
});

describe('what is written to a provider’s cache', () => {
  const models = [
    {
      name: 'm',
      usdPerMillionInput: 1,
      usdPerMillionOutput: 10,
      usdPerMillionCachedInput: 0.1,
      usdPerMillionCacheWrite: 1.25,
    },
  ];

  it.each([
    ['OpenRouter’s words', { cached_tokens: 500, cache_write_tokens: 400 }],
    [
      'DashScope’s words',
      { cached_tokens: 500, cache_creation_input_tokens: 400, cache_creation: { ephemeral_5m_input_tokens: 400 } },
    ],
  ])('costs what it costs there, in %s', async (_whose, prompt_tokens_details) => {
    const usage = { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010, prompt_tokens_details };
    server.answers(json(completion({ content: TEXT }, 'stop', usage)));
    const { ask, spentUsd } = gatewayTo({ kind: 'openai-compatible', baseUrl: `${server.origin}/v1`, models });
    expect(await ask()).toMatchObject({ calls: [{ tokensIn: 1000, tokensCached: 500, tokensCacheWrite: 400 }] });
    expect(await spentUsd()).toBeCloseTo((100 + 500 * 0.1 + 400 * 1.25 + 100) / 1e6, 9);
  });

  it('costs so at Anthropic too, which counts it beside', async () => {
    server.answers(
      json({
        id: 'm1',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [{ type: 'text', text: TEXT }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 100, output_tokens: 10, cache_read_input_tokens: 500, cache_creation_input_tokens: 400 },
      }),
    );
    const { ask, spentUsd } = gatewayTo({ kind: 'anthropic', baseUrl: `${server.origin}/v1`, models });
    expect(await ask()).toMatchObject({ calls: [{ tokensIn: 1000, tokensCached: 500, tokensCacheWrite: 400 }] });
    expect(await spentUsd()).toBeCloseTo((100 + 500 * 0.1 + 400 * 1.25 + 100) / 1e6, 9);
  });
});

describe('what Anthropic’s servers count', () => {
  const message = (usage: object, more: object = {}) => ({
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: TEXT }],
    stop_reason: 'end_turn',
    usage,
    ...more,
  });
  const compacted = {
    input_tokens: 10,
    output_tokens: 20,
    iterations: [
      { type: 'compaction', input_tokens: 90, output_tokens: 30, cache_read_input_tokens: 900 },
      { type: 'message', input_tokens: 10, output_tokens: 20 },
    ],
  };
  const open = () => gatewayTo({ kind: 'anthropic', baseUrl: `${server.origin}/v1` });

  it.each<[string, object[], number]>([
    [
      'all of it again at its end',
      [
        { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 1 },
        { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 50 },
      ],
      usd(100, 50, 900),
    ],
    [
      'all of it again but for its cache',
      [
        { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 1 },
        { input_tokens: 100, output_tokens: 50 },
      ],
      usd(100, 50, 900),
    ],
    [
      'nothing of what went in until its end',
      [
        { input_tokens: 0, output_tokens: 0 },
        { input_tokens: 100, output_tokens: 50 },
      ],
      usd(100, 50),
    ],
    [
      'its cache in its last event: Bedrock',
      [{ input_tokens: 100, output_tokens: 1 }, { output_tokens: 50 }, { cache_read_input_tokens: 900 }],
      usd(100, 50, 900),
    ],
    [
      'zeros and nonsense behind it',
      [{ input_tokens: 100, output_tokens: 1 }, { output_tokens: 50 }, { input_tokens: 0, output_tokens: '7' }],
      usd(100, 50),
    ],
    [
      'what it took to sum up, in its iterations alone',
      [{ input_tokens: 10, output_tokens: 1 }, compacted],
      usd(100, 50, 900),
    ],
  ])('is charged once, streamed with %s', async (_how, [first, second, third], due) => {
    const events: [string, object][] = [
      ['message_start', { message: message(first!, { content: [], stop_reason: null }) }],
      ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
      ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: TEXT } }],
      ['content_block_stop', { index: 0 }],
      ['message_delta', { delta: { stop_reason: 'end_turn' }, usage: second }],
      ['message_stop', { ...(third && { usage: third }) }],
    ];
    server.answers(stream(...events.map(([type, each]) => `event: ${type}\n${event({ type, ...each })}`)));
    const { ask, spentUsd } = open();
    expect(await ask({ onText: () => undefined })).toMatchObject({ text: TEXT });
    expect(await spentUsd()).toBeCloseTo(due, 9);
  });

  it('is charged with all that it took to sum up, in a document', async () => {
    server.answers(json(message(compacted)));
    const { ask, spentUsd } = open();
    await ask();
    expect(await spentUsd()).toBeCloseTo(usd(100, 50, 900), 9);
  });
});

describe('a call that nobody was asked', () => {
  it.each([
    ['nobody listens', 'http://127.0.0.1:9/v1'],
    ['no such name', 'http://nobody.invalid/v1'],
  ])('costs nothing where %s, and counts for the breaker', async (_why, baseUrl) => {
    const { ask, spentUsd, breaker } = gatewayTo({ kind: 'openai-compatible', baseUrl });
    expect(await ask()).toMatchObject({
      failure: 'connection',
      calls: [{ tokensIn: 0, tokensOut: 0, cost: 0 }, {}, {}],
    });
    expect(await spentUsd()).toBe(0);
    await ask();
    expect(breaker()).toBe('open');
  });

  it('costs its worst case where it was asked, and hung up', async () => {
    server.answers((response) => void response.destroy());
    const { ask, spentUsd } = gatewayTo({ kind: 'openai-compatible', baseUrl: `${server.origin}/v1` });
    expect(await ask()).toMatchObject({ failure: 'connection' });
    expect(await spentUsd()).toBeGreaterThan(0.03);
  });
});

it('a thousand calls at once, counted in every way, come to their sum to the cent, and never above the budget', async () => {
  const usages = COUNTS.map(([, usage, due]) => ({ usage, due }));
  const { ask, spentUsd } = gatewayTo({ kind: 'openai-compatible', baseUrl: `${server.origin}/v1` });
  let made = 0;
  server.answers((response, { body }) => {
    const { usage } = usages[made++ % usages.length]!;
    const isStream = body['stream'] === true;
    (isStream
      ? stream(chunk({ content: TEXT }), chunk({}, 'stop'), event({ choices: [], usage }), event('[DONE]'))
      : json(completion({ content: TEXT }, 'stop', usage)))(response, { path: '', headers: {}, body });
  });
  const calls = Array.from({ length: 1000 }, (_, i) => ask(nativeChat({}, i % 2 ? () => undefined : undefined)));
  const ended = await Promise.all(calls);
  const due = Array.from({ length: 1000 }, (_, i) => usages[i % usages.length]!.due).reduce((a, b) => a + b, 0);
  expect(ended.every((each) => 'text' in each)).toBe(true);
  expect(await spentUsd()).toBeCloseTo(due, 6);
});
