import {
  type Answer,
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
import type { GatewayReply } from '../gateway/gateway-call.ts';

let server: AnsweringServer;
beforeAll(async () => (server = await startAnsweringServer()));
afterAll(() => server.close());

/** A server that takes a request without the field alone. */
const refusing =
  (field: string, document: unknown, status = 400): Answer =>
  (response, asked) =>
    field in asked.body
      ? json(document, status)(response, asked)
      : (asked.body['stream']
          ? stream(chunk({ content: 'Hello' }, 'stop'), event('[DONE]'))
          : json(completion({ content: 'Hello' })))(response, asked);

const error = (message: string, more: object = {}) => ({
  error: { message, type: 'invalid_request_error', param: null, code: null, ...more },
});

const STREAM_OPTIONS: [string, unknown, number][] = [
  [
    'vLLM, of old',
    {
      object: 'error',
      message:
        "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted'}]",
      type: 'BadRequestError',
      code: 400,
    },
    400,
  ],
  [
    'Mistral',
    { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }] },
    422,
  ],
  ['Azure', error('Unknown parameter: stream_options.', { code: 'unknown_parameter', param: 'stream_options' }), 400],
  ['a sentence', { error: 'Unrecognized request argument supplied: stream_options' }, 400],
  ['a part of it', error('include_usage is not supported', { param: 'stream_options.include_usage' }), 400],
];

describe.each(OPENAI_KINDS)('a field that %s will not take', (kind) => {
  const open = () => gatewayTo({ kind, baseUrl: `${server.origin}/v1` });
  const bodies = () => server.received.map(({ body }) => body);

  it.each(STREAM_OPTIONS)('is left out where it is ours: %s', async (_whose, document, status) => {
    server.answers(refusing('stream_options', document, status));
    const { ask, breaker } = open();
    expect(await ask(nativeChat({}, () => undefined))).toMatchObject({ text: 'Hello' });
    expect(bodies().map((body) => 'stream_options' in body)).toEqual([true, false]);
    expect(breaker()).toBe('closed');
    expect(await ask({ onText: () => undefined })).toMatchObject({ text: 'Hello' });
    expect(bodies().map((body) => 'stream_options' in body)).toEqual([true, false, false]);
  });

  it.each<[string, string, unknown, number]>([
    [
      'max_tokens',
      'max_completion_tokens',
      error(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        { code: 'unsupported_parameter', param: 'max_tokens' },
      ),
      400,
    ],
    [
      'max_completion_tokens',
      'max_tokens',
      { detail: [{ loc: ['body', 'max_completion_tokens'], msg: 'Extra inputs are not permitted' }] },
      422,
    ],
    [
      'max_completion_tokens',
      'max_tokens',
      error('Unrecognized request argument supplied: max_completion_tokens'),
      400,
    ],
  ])('goes under its other name: %s as %s', async (field, as, document, status) => {
    server.answers(refusing(field, document, status));
    const { ask } = open();
    expect(await ask(nativeChat({ [field]: 77 }))).toMatchObject({ text: 'Hello' });
    expect(bodies().map((body) => [body[field], body[as]])).toEqual([
      [77, undefined],
      [undefined, 77],
    ]);
    await ask(nativeChat({ [field]: 5 }));
    expect(bodies().at(-1)).toMatchObject({ [as]: 5 });
    expect(server.received).toHaveLength(3);
  });

  it.each<[string, unknown]>([
    [
      'temperature',
      error(
        "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.",
        { code: 'unsupported_value', param: 'temperature' },
      ),
    ],
    ['temperature', error('invalid temperature: only 1 is allowed for this model')],
    ['temperature', error('`temperature` is deprecated for this model.')],
    [
      'top_p',
      error("Unsupported parameter: 'top_p' is not supported with this model.", {
        code: 'unsupported_parameter',
        param: 'top_p',
      }),
    ],
    ['top_p', error('`temperature` and `top_p` cannot both be specified for this model.')],
    ['presence_penalty', error('Model does not support parameters: presence_penalty')],
    ['seed', error('Extra inputs are not permitted: seed')],
    [
      'temperature',
      { detail: [{ type: 'extra_forbidden', loc: ['body', 'temperature'], msg: 'Extra inputs are not permitted' }] },
    ],
    ['top_p', error('Unsupported parameter(s): `top_p`')],
    [
      'parallel_tool_calls',
      error("Unsupported parameter: 'parallel_tool_calls' is not supported with this model.", {
        code: 'unsupported_parameter',
        param: 'parallel_tool_calls',
      }),
    ],
    ['parallel_tool_calls', { error: "unknown field 'parallel_tool_calls'" }],
    ['reasoning_effort', error('Unrecognized request argument supplied: reasoning_effort')],
    ['reasoning_effort', error('`reasoning_effort` is not supported with this model', { param: 'reasoning_effort' })],
    ['verbosity', error("Unknown parameter: 'verbosity'.", { code: 'unknown_parameter', param: 'verbosity' })],
    ['presence_penalty', error('Argument not supported on this model: presence_penalty')],
    ['temperature', error('`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.')],
    ['top_k', error('`top_k` must be unset when thinking is enabled.')],
    ['top_p', error('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.')],
    ['temperature', error('invalid temperature: only 0.6 is allowed for this model')],
    ['seed', error('Invalid parameter: seed')],
    ['logit_bias', error('logit_bias is not implemented')],
    ['top_p', error("This model doesn't accept top_p")],
    ['min_p', error('min_p is incompatible with speculative decoding')],
    [
      'presence_penalty',
      {
        code: 'Client specified an invalid argument',
        error: 'Model grok-4 does not support parameter presencePenalty.',
      },
    ],
    ['reasoning_effort', { code: 'x', error: 'Model grok-4 does not support parameter reasoningEffort.' }],
    ['reasoning_effort', error('"llama3.2:latest" does not support thinking')],
    ['reasoning_effort', error('think value "low" is not supported for this model')],
    [
      'presence_penalty',
      [{ error: { code: 400, status: 'INVALID_ARGUMENT', message: 'Penalty is not enabled for models/gemini' } }],
    ],
    ['top_k', error("Extra inputs are not permitted, field: 'top_k', value: 4")],
    ['logit_bias', error('Unrecognized request argument supplied: logit_bias')],
    ['reasoning', error("Unsupported parameter: 'reasoning.effort' is not supported.", { param: 'reasoning.effort' })],
    ['thinking', error("[{'type': 'extra_forbidden', 'loc': ('body', 'thinking'), 'msg': 'Extra inputs'}]")],
    ['chat_template_kwargs', error('Unknown field: chat_template_kwargs')],
    [
      'temperature',
      error('Provider returned error', {
        metadata: { raw: JSON.stringify(error("Unsupported parameter: 'temperature'", { param: 'temperature' })) },
      }),
    ],
  ])('is left out where it only steers: %s', async (field, document) => {
    server.answers(refusing(field, document));
    const { ask } = open();
    const asked = {
      temperature: 0.3,
      top_p: 0.5,
      presence_penalty: 1,
      seed: 4,
      parallel_tool_calls: false,
      reasoning_effort: 'low',
      verbosity: 'low',
      top_k: 4,
      logit_bias: { 7: -100 },
      reasoning: { effort: 'low' },
      ...(field === 'thinking' && { thinking: { type: 'enabled' } }),
      chat_template_kwargs: { enable_thinking: true },
      min_p: 0.1,
    };
    expect(await ask(nativeChat(asked))).toMatchObject({ text: 'Hello' });
    const { [field as keyof typeof asked]: _refused, ...taken } = asked;
    expect(bodies().at(-1)).toMatchObject(taken);
    expect(bodies().at(-1)).not.toHaveProperty(field);
    expect(server.received).toHaveLength(2);
  });

  it.each<[string, unknown, unknown]>([
    ['store', false, error('Unknown name "store": Cannot find field.')],
    [
      'metadata',
      { a: 'b' },
      error("The 'metadata' parameter is only allowed when 'store' is enabled.", { param: 'metadata' }),
    ],
    ['user', 'ann', error("property 'user' is unsupported")],
    ['service_tier', 'auto', error('Extra inputs are not permitted: service_tier')],
    [
      'prompt_cache_key',
      'k',
      { detail: [{ loc: ['body', 'prompt_cache_key'], msg: 'Extra inputs are not permitted' }] },
    ],
    ['safety_identifier', 'x', error('Unrecognized request argument supplied: safety_identifier')],
    [
      'user',
      'ann',
      {
        object: 'error',
        param: null,
        message: { detail: [{ loc: ['body', 'user'], msg: 'Extra inputs are not permitted' }] },
      },
    ],
    [
      'store',
      true,
      {
        error: {
          code: 'Invalid input',
          message: 'invalid input error',
          details: [{ loc: ['body', 'store'], msg: 'Extra inputs are not permitted' }],
        },
      },
    ],
  ])('is left out where it says nothing of the answer: %s', async (field, value, document) => {
    server.answers(refusing(field, document));
    const { ask } = open();
    expect(await ask(nativeChat({ [field]: value }))).toMatchObject({ text: 'Hello' });
    await ask(nativeChat({ [field]: value }));
    expect(bodies().map((body) => field in body)).toEqual([true, false, false]);
  });

  const weather = [{ type: 'function', function: { name: 'weather' } }];
  it.each<[string, unknown, unknown, unknown]>([
    ['tools', [], weather, error("Invalid 'tools': empty array.", { param: 'tools', code: 'empty_array' })],
    ['tools', [], weather, error("[] is too short - 'tools'")],
    ['tool_choice', 'auto', 'required', error("'tool_choice' is only allowed when 'tools' are specified.")],
    ['response_format', { type: 'text' }, { type: 'json_object' }, error('response_format is not supported')],
    ['logprobs', false, true, error("property 'logprobs' is unsupported")],
    ['n', 1, 2, error('Unsupported parameter: n', { param: 'n' })],
    ['stop', null, ['x'], error("None is not of type 'array' - 'stop'", { param: 'stop' })],
    ['seed', null, 7, { detail: [{ type: 'int_type', loc: ['body', 'seed'], msg: 'Input should be an integer' }] }],
    ['extra_body', {}, { a: 1 }, error("Extra inputs are not permitted, field: 'extra_body'")],
  ])(
    'is left out where nothing is said with it, and there alone: %s as %j, not as %j',
    async (field, value, more, document) => {
      server.answers(refusing(field, document));
      const { ask } = open();
      expect(await ask(nativeChat({ [field]: value }))).toMatchObject({ text: 'Hello' });
      expect(await ask(nativeChat({ [field]: value }))).toMatchObject({ text: 'Hello' });
      expect(bodies().map((body) => field in body)).toEqual([true, false, false]);
      server.answers(json(completion({ content: 'Hello' })));
      await ask(nativeChat({ [field]: more }));
      expect(bodies().at(-1)).toMatchObject({ [field]: more });
    },
  );

  it('is one of two limits that may not stand together', async () => {
    const document = error("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.");
    server.answers((response, asked) =>
      'max_tokens' in asked.body && 'max_completion_tokens' in asked.body
        ? json(document, 400)(response, asked)
        : json(completion({ content: 'Hello' }))(response, asked),
    );
    expect(await open().ask(nativeChat({ max_tokens: 9, max_completion_tokens: 9 }))).toMatchObject({ text: 'Hello' });
    expect(bodies().at(-1)).toMatchObject({ max_completion_tokens: 9 });
  });

  /** A server that takes no message with this in it. */
  const refusingIn =
    (isIn: (message: Record<string, unknown>) => boolean, document: unknown, status = 400): Answer =>
    (response, asked) =>
      (asked.body['messages'] as Record<string, unknown>[]).some(isIn)
        ? json(document, status)(response, asked)
        : json(completion({ content: 'Hello' }))(response, asked);
  const roles = (): unknown[] =>
    bodies().map(({ messages }) => (messages as { role: string }[]).map(({ role }) => role).join(' '));

  it.each<[string, unknown, number]>([
    [
      'a list of roles',
      error("developer is not one of ['system', 'assistant', 'user', 'tool', 'function'] - 'messages.[0].role'"),
      400,
    ],
    [
      'a variant',
      {
        error: {
          message:
            'Failed to deserialize the JSON body into the target type: messages[0].role: unknown variant `developer`, expected one of `system`, `user`',
        },
      },
      422,
    ],
    ['a template', error('chat template rejected the request: Unexpected message role.'), 400],
    ['a number', { error: { code: '1214', message: '[1214] Incorrect role information' } }, 400],
    [
      'FastAPI',
      {
        detail: [
          {
            type: 'literal_error',
            loc: ['body', 'messages', 0, 'role'],
            msg: "Input should be 'system', 'user' or 'assistant'",
          },
        ],
      },
      422,
    ],
  ])('may be the role of a developer, who is the system then: %s', async (_how, document, status) => {
    server.answers(refusingIn(({ role }) => role === 'developer', document, status));
    const { ask, breaker } = open();
    const messages = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'hello' },
    ];
    expect(await ask(nativeChat({ messages }))).toMatchObject({ text: 'Hello' });
    await ask(nativeChat({ messages }));
    expect(roles()).toEqual(['developer user', 'system user', 'system user']);
    expect(breaker()).toBe('closed');
  });

  it.each<[string, unknown]>([
    [
      'OpenAI’s o1-mini',
      error("Unsupported value: 'messages[0].role' does not support 'system' with this model.", {
        code: 'unsupported_value',
        param: 'messages[0].role',
      }),
    ],
    ['Gemma’s template', error('System role not supported')],
    [
      'Gemini’s Gemma',
      [
        {
          error: {
            code: 400,
            message: 'Developer instruction is not enabled for models/gemma-3-27b-it',
            status: 'INVALID_ARGUMENT',
          },
        },
      ],
    ],
  ])('may be the role of the system, which the user says then: %s', async (_whose, document) => {
    server.answers(refusingIn(({ role }) => role === 'system' || role === 'developer', document));
    const { ask } = open();
    const conversation = (role: string) => [
      { role, content: 'Be brief.' },
      { role: 'user', content: 'hello' },
    ];
    expect(await ask(nativeChat({ messages: conversation('system') }))).toMatchObject({ text: 'Hello' });
    expect(bodies().at(-1)?.['messages']).toEqual([{ role: 'user', content: 'Be brief.\n\nhello' }]);
    expect(await ask(nativeChat({ messages: conversation('developer') }))).toMatchObject({ text: 'Hello' });
  });

  it.each<[string, object, unknown, number]>([
    [
      'reasoning_content',
      { reasoning_content: 'Hm.' },
      error(
        "'messages.1' : for 'role:assistant' the following must be satisfied[('messages.1' : property 'reasoning_content' is unsupported)]",
      ),
      400,
    ],
    ['annotations', { annotations: [] }, error("'messages.1' : property 'annotations' is unsupported"), 400],
    [
      'refusal',
      { refusal: null },
      {
        detail: [
          {
            type: 'extra_forbidden',
            loc: ['body', 'messages', 1, 'assistant', 'refusal'],
            msg: 'Extra inputs are not permitted',
          },
        ],
      },
      422,
    ],
    [
      'audio',
      { audio: null },
      error("Additional properties are not allowed ('audio' was unexpected) - 'messages.1'"),
      400,
    ],
    ['name', { name: 'ann' }, error("'messages.1' : property 'name' is unsupported"), 400],
    ['tool_calls', { tool_calls: [] }, error("Invalid 'messages[1].tool_calls': empty array."), 400],
    [
      'cache_control',
      { content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] },
      error("property 'cache_control' is unsupported"),
      400,
    ],
  ])('may stand in a message of the conversation: %s', async (field, more, document, status) => {
    const isIn = (message: Record<string, unknown>): boolean => JSON.stringify(message).includes(`"${field}"`);
    server.answers(refusingIn(isIn, document, status));
    const { ask } = open();
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'Hi', ...more },
      { role: 'user', content: 'and?' },
    ];
    expect(await ask(nativeChat({ messages }))).toMatchObject({ text: 'Hello' });
    await ask(nativeChat({ messages }));
    expect(server.received).toHaveLength(3);
    expect(JSON.stringify(bodies().at(-1))).not.toContain(field);
  });

  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
  const parts = [
    { type: 'text', text: 'Hi ', cache_control: { type: 'ephemeral' } },
    { type: 'text', text: 'there' },
  ];

  it.each<[string, unknown, number]>([
    [
      'DeepSeek',
      error(
        'Failed to deserialize the JSON body into the target type: messages[0]: invalid type: sequence, expected a string at line 1 column 97',
      ),
      400,
    ],
    [
      'Groq',
      error(
        "'messages.0' : for 'role:system' the following must be satisfied[('messages.0.content' : value must be a string)]",
      ),
      400,
    ],
    [
      'FastAPI',
      {
        detail: [
          {
            type: 'string_type',
            loc: ['body', 'messages', 0, 'content', 'str'],
            msg: 'Input should be a valid string',
          },
        ],
      },
      422,
    ],
    [
      'a type',
      error("Invalid type for 'messages[0].content': expected a string, but got an array instead.", {
        param: 'messages[0].content',
      }),
      400,
    ],
    ['a sentence', { error: 'Message content must be a string' }, 400],
  ])('may be the form of a message: its parts are one text then, %s', async (_whose, document, status) => {
    server.answers(refusingIn(({ content }) => Array.isArray(content), document, status));
    const { ask, breaker } = open();
    const messages = [
      { role: 'system', content: parts },
      { role: 'user', content: 'hello' },
    ];
    expect(await ask(nativeChat({ messages }))).toMatchObject({ text: 'Hello' });
    expect(bodies().at(-1)?.['messages']).toEqual([{ role: 'system', content: 'Hi there' }, messages[1]]);
    await ask(nativeChat({ messages }));
    expect(server.received).toHaveLength(3);
    expect(breaker()).toBe('closed');
  });

  it.each([
    ["Invalid type for 'messages[1].content': expected a string, but got null instead."],
    ['messages.1.content: field required'],
    ["'content' is required for message 1"],
  ])('may be the lack of a text beside the calls of a message, which is empty then: %s', async (message) => {
    server.answers(refusingIn(({ content }) => content === null, error(message)));
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content: 'ok' },
    ];
    expect(await open().ask(nativeChat({ messages }))).toMatchObject({ text: 'Hello' });
    expect(bodies().at(-1)?.['messages']).toEqual([messages[0], { ...messages[1], content: '' }, messages[2]]);
    expect(server.received).toHaveLength(2);
  });

  it('is the stream itself where the answer is made in one piece, which is told as a stream all the same', async () => {
    const said = { content: 'Hello', reasoning_content: 'Hm.' };
    for (const [message, param] of [
      ["Unsupported value: 'stream' does not support true with this model. Supported values are: false.", 'stream'],
      [
        "Unsupported value: 'stream' does not support true with this model. Only the default (false) value is supported.",
        'stream',
      ],
      ['Streaming is not supported for this model.', null],
    ]) {
      server.answers((response, asked) =>
        (asked.body['stream']
          ? json(error(message!, { param, code: 'unsupported_value' }), 400)
          : json(completion(said)))(response, asked),
      );
      const told: string[] = [];
      const { ask, spentUsd } = open();
      expect(await ask(nativeChat({}, (piece) => told.push(piece)))).toMatchObject({ text: 'Hello', tokensOut: 20 });
      expect(JSON.parse(told.join(''))).toMatchObject({
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: said, finish_reason: 'stop' }],
      });
      expect(told.join('')).not.toContain('usage');
      expect(bodies().at(-1)).not.toHaveProperty('stream_options');
      await ask(nativeChat({}, () => undefined));
      expect(server.received).toHaveLength(3);
      expect(await spentUsd()).toBeCloseTo(2 * 0.00021, 9);
    }
  });

  it.each([
    ['This model only support stream mode, please enable the stream parameter to access the model. ', 400],
    ['Non-streaming output is not supported: streaming is required for this model.', 400],
    ['This endpoint only supports streaming.', 422],
    ["'stream' must be set to true: this model must be streamed. It requires stream.", 400],
  ])('may be that it answers in streams alone, which are told as one document: %s', async (message, status) => {
    server.answers((response, asked) =>
      (asked.body['stream'] === true
        ? stream(
            chunk({ content: 'Hel' }),
            chunk({ content: 'lo' }, 'stop'),
            event({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 20 } }),
            event('[DONE]'),
          )
        : json(error(message, { code: 'invalid_parameter_error' }), status))(response, asked),
    );
    const { ask, spentUsd } = open();
    for (const request of [nativeChat(), {}, nativeChat()])
      expect(await ask(request)).toMatchObject({ text: 'Hello', tokensOut: 20 });
    const { verbatim = '' } = (await ask(nativeChat())) as GatewayReply;
    expect(JSON.parse(verbatim)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'Hello' } }],
    });
    expect(server.received).toHaveLength(5);
    expect(await spentUsd()).toBeCloseTo(4 * 0.00021, 9);
  });

  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { title: { type: 'string', default: 'title' }, strict: { type: 'boolean' }, kind: { enum: ['title'] } },
    required: ['title'],
    additionalProperties: false,
  };
  const tool = (parameters: object, more: object = {}) => ({
    type: 'function',
    function: { name: 'f', parameters, ...more },
  });
  const { $schema: _schema, ...unnamed } = schema;
  const { additionalProperties: _more, ...unbounded } = schema;

  it.each<[string, unknown, object]>([
    [
      'Gemini',
      [
        {
          error: {
            code: 400,
            status: 'INVALID_ARGUMENT',
            message:
              'Invalid JSON payload received. Unknown name "$schema" at \'tools[0].function_declarations[0].parameters\': Cannot find field.',
          },
        },
      ],
      tool(unnamed, { strict: true }),
    ],
    [
      'Gemini, of more',
      error('Unknown name "additionalProperties" at \'tools[0].function.parameters\': Cannot find field.'),
      tool(unbounded, { strict: true }),
    ],
    ['RouteLLM', error('Validation Error: "strict" - Extra inputs are not permitted'), tool(schema)],
    [
      'vLLM, of old',
      error(
        "[{'type': 'extra_forbidden', 'loc': ('body', 'tools', 0, 'function', 'strict'), 'msg': 'Extra inputs are not permitted'}]",
      ),
      tool(schema),
    ],
    [
      'Mistral',
      {
        detail: [
          {
            type: 'extra_forbidden',
            loc: ['body', 'tools', 0, 'function', 'strict'],
            msg: 'Extra inputs are not permitted',
          },
        ],
      },
      tool(schema),
    ],
  ])(
    'is a remark on what may be called, in the words of %s; names of its own stay',
    async (_whose, document, taken) => {
      const given = tool(schema, { strict: true });
      server.answers((response, asked) => {
        const [told] = asked.body['tools'] as object[];
        const isTaken = JSON.stringify(told) === JSON.stringify(taken);
        (isTaken ? json(completion({ content: 'Hello' })) : json(document, 400))(response, asked);
      });
      expect(await open().ask(nativeChat({ tools: [given] }))).toMatchObject({ text: 'Hello' });
      expect(bodies().map(({ tools }) => tools)).toEqual([[given], [taken]]);
    },
  );

  it('is where to stop, told as a list: TGI', async () => {
    const message =
      'Failed to deserialize the JSON body into the target type: stop: invalid type: string "x", expected a sequence at line 1 column 61';
    server.answers((response, asked) =>
      (Array.isArray(asked.body['stop']) ? json(completion({ content: 'Hello' })) : json({ error: message }, 422))(
        response,
        asked,
      ),
    );
    const { ask } = open();
    for (let n = 0; n < 2; n++) expect(await ask(nativeChat({ stop: 'x' }))).toMatchObject({ text: 'Hello' });
    expect(bodies().map(({ stop }) => stop)).toEqual(['x', ['x'], ['x']]);
  });

  it.each<[string, object]>([
    [
      'a schema that must say more',
      error(
        "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.",
        { param: 'tools[0].function.parameters' },
      ),
    ],
    ['a default of another kind', error('the default must be a string: additional details')],
  ])('is none of its remarks, where a server finds wrong %s', async (_what, document) => {
    server.answers(json(document, 400));
    expect(await open().ask(nativeChat({ tools: [tool(schema, { strict: true })] }))).toMatchObject({
      failure: 'bad_request',
    });
    expect(server.received).toHaveLength(1);
  });

  it('may be one of several', async () => {
    const refuseFirst = (body: Record<string, unknown>): string | undefined =>
      ['max_tokens', 'temperature', 'stream_options'].find((field) => field in body);
    server.answers((response, asked) => {
      const field = refuseFirst(asked.body);
      if (field)
        json(error(`Unsupported parameter: '${field}' is not supported`, { param: field }), 400)(response, asked);
      else stream(chunk({ content: 'Hello' }, 'stop'), event('[DONE]'))(response, asked);
    });
    const { ask } = open();
    expect(await ask(nativeChat({ max_tokens: 9, temperature: 0 }, () => undefined))).toMatchObject({ text: 'Hello' });
    expect(bodies()).toHaveLength(4);
    await ask(nativeChat({ max_tokens: 9, temperature: 0 }, () => undefined));
    expect(bodies()).toHaveLength(5);
  });

  it.each<[string, object, unknown]>([
    [
      'a value out of range',
      { temperature: 3 },
      error('temperature must be between 0 and 2', { param: 'temperature', code: 'invalid_value' }),
    ],
    [
      'a limit too large',
      { max_tokens: 1e6 },
      error('max_tokens or max_completion_tokens is too large: 1000000. This model supports at most 4096', {
        param: 'max_tokens',
      }),
    ],
    [
      'a form of answer',
      { response_format: { type: 'json_object' } },
      error('response_format is not supported', { param: 'response_format' }),
    ],
    [
      'tools',
      { tools: [{ type: 'function', function: { name: 'f' } }] },
      error('tools are not supported', { param: 'tools' }),
    ],
    ['a choice of tools', { tool_choice: 'required' }, error('tool_choice is not supported', { param: 'tool_choice' })],
    ['where to stop', { stop: ['x'] }, error("Unsupported parameter: 'stop'", { param: 'stop' })],
    ['probabilities', { logprobs: true }, error('logprobs is not supported', { param: 'logprobs' })],
    ['several answers', { n: 2 }, error('n is not supported', { param: 'n' })],
    [
      'how long to think, of what there is',
      { reasoning_effort: 'none' },
      error(
        "Unsupported value: 'reasoning_effort' does not support 'none' with this model. Supported values are: 'low', 'medium', and 'high'.",
        { param: 'reasoning_effort', code: 'unsupported_value' },
      ),
    ],
    [
      'how long to think, as a form has it',
      { reasoning_effort: 'max' },
      { detail: [{ loc: ['body', 'reasoning_effort'], msg: "Input should be 'low', 'medium' or 'high'" }] },
    ],
    [
      'a picture',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      error('image input is not supported by this model'),
    ],
    [
      'thoughts that are missed',
      { messages: [{ role: 'assistant', content: 'x' }] },
      error('The `reasoning_content` in the thinking mode must be passed back to the API.'),
    ],
    [
      'an answer to no call',
      { messages: [{ role: 'tool', content: 'x', tool_call_id: 'a' }] },
      error("messages with role 'tool' must be a response to a preceding message with 'tool_calls'", {
        param: 'messages.[0].role',
      }),
    ],
    [
      'the parts of a message that are no text alone',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      error("'messages.0.content' : value must be a string"),
    ],
    [
      'a text that is too long',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] },
      error('messages.0.content: the string is too long'),
    ],
    [
      'a stream, where it is something else',
      {},
      error('Invalid stream of tokens in messages[0].content', { param: 'messages' }),
    ],
    ['anything else', { temperature: 1 }, error('messages: unknown role', { param: 'messages' })],
  ])('stays what the caller said where it matters: %s', async (_what, field, document) => {
    server.answers(json(document, 400));
    expect(await open().ask(nativeChat(field))).toMatchObject({ failure: 'bad_request' });
    expect(server.received).toHaveLength(1);
  });

  it('is not remembered where leaving it out did not help', async () => {
    server.answers(json(error("Unsupported parameter: 'temperature'", { param: 'temperature' }), 400));
    const { ask } = open();
    expect(await ask(nativeChat({ temperature: 1 }))).toMatchObject({ failure: 'bad_request' });
    server.answers(json(completion({ content: 'Hello' })));
    await ask(nativeChat({ temperature: 1 }));
    expect(bodies().at(-1)).toMatchObject({ temperature: 1 });
  });
});

it.each<[string, object]>([
  [
    'Mistral’s',
    { object: 'error', message: 'Tool call id was call-of-another but must be a-z, A-Z, 0-9, with a length of 9.' },
  ],
  [
    'OpenAI’s',
    {
      error: {
        message: "Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum length 40.",
        param: 'messages[1].tool_calls[0].id',
        code: 'string_above_max_length',
      },
    },
  ],
  ['Bedrock’s', { message: "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'" }],
])('a conversation begun elsewhere has names of calls that every server takes: %s', async (_whose, refusal) => {
  const id = 'call-of-another';
  const call = { id, type: 'function', function: { name: 'f', arguments: '{}' } };
  const messages = [
    { role: 'user', content: 'x' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: id, content: 'y' },
  ];
  server.answers((response, { text = '' }) =>
    text.includes(id) ? json(refusal, 400)(response, asked) : json(completion({ content: 'Hello' }))(response, asked),
  );
  const asked = { path: '', headers: {}, body: {} };
  const { ask } = gatewayTo({ kind: 'openai-compatible', baseUrl: `${server.origin}/v1` });
  expect(await ask(nativeChat({ messages }))).toMatchObject({ text: 'Hello' });
  const told = server.received.at(-1)!.body['messages'] as Record<string, unknown>[];
  const name = told[2]!['tool_call_id'];
  expect(name).toMatch(/^[a-zA-Z\d]{9}$/);
  expect(told[1]!['tool_calls']).toEqual([{ ...call, id: name }]);
  const before = server.received.length;
  await ask(nativeChat({ messages }));
  expect(server.received.length).toBe(before + 1);
});

it.each([
  ['temperature', '`temperature` is deprecated for this model.'],
  ['top_p', '`temperature` and `top_p` cannot both be specified for this model.'],
])('Anthropic’s models are asked again without %s', async (field, message) => {
  const reply = {
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: 2 },
  };
  server.answers((response, asked) =>
    field in asked.body
      ? json({ type: 'error', error: { type: 'invalid_request_error', message } }, 400)(response, asked)
      : json(reply)(response, asked),
  );
  const { ask } = gatewayTo({ kind: 'anthropic', baseUrl: `${server.origin}/v1` });
  expect(await ask({ temperature: 0.3, topP: 0.5 })).toMatchObject({ text: 'Hello' });
  const before = server.received.length;
  await ask({ temperature: 0.3, topP: 0.5 });
  expect(server.received.length).toBe(before + 1);
});
