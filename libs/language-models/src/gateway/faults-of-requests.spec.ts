import type { FailureClass } from '../model-provider.ts';
import { GatewayFailure } from './gateway-call.ts';
import {
  type AnsweringServer,
  completion,
  gatewayTo,
  json,
  OPENAI_KINDS,
  startAnsweringServer,
} from '../testing/answering-server.ts';

let server: AnsweringServer;
beforeAll(async () => (server = await startAnsweringServer()));
afterAll(() => server.close());

/** Errors of known servers: status, document, class, and what of it reaches the caller. */
const FAULTS: [string, number, unknown, FailureClass, object][] = [
  [
    'a call of a tool that nothing answers',
    400,
    {
      error: {
        message: 'tool call t1 not found in messages for model m',
        type: 'invalid_request_error',
        param: 'messages.[2].role',
        code: null,
      },
    },
    'bad_request',
    { param: 'messages.[2].role' },
  ],
  [
    'vLLM: too long',
    400,
    {
      object: 'error',
      message: 'the model does not exist in content_filter',
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    'bad_request',
    { code: 400, type: 'BadRequestError' },
  ],
  [
    'vLLM: no such model',
    404,
    { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', param: 'model', code: 404 },
    'unknown_model',
    { param: 'model' },
  ],
  [
    'Groq: a call that fits no tool',
    400,
    {
      error: {
        message: 'Failed to call a function',
        type: 'invalid_request_error',
        code: 'tool_use_failed',
        failed_generation: '<f>',
      },
    },
    'bad_request',
    { code: 'tool_use_failed', failed_generation: '<f>' },
  ],
  [
    'Mistral: a wrong field',
    422,
    {
      object: 'error',
      message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'foo'], msg: 'Extra inputs' }] },
      type: 'invalid_request_error',
    },
    'bad_request',
    { param: 'foo', message: 'Extra inputs' },
  ],
  [
    'FastAPI: a missing field',
    422,
    { detail: [{ loc: ['body', 'messages', 0], msg: 'field required', type: 'missing' }] },
    'bad_request',
    { param: 'messages.0', message: 'field required' },
  ],
  [
    'TGI: a sentence',
    422,
    { error: 'Input validation error: too long', error_type: 'validation' },
    'bad_request',
    { message: 'Input validation error: too long' },
  ],
  [
    'Gemini: a list',
    400,
    [{ error: { code: 400, message: 'no such field', status: 'INVALID_ARGUMENT' } }],
    'bad_request',
    { message: 'no such field', status: 'INVALID_ARGUMENT' },
  ],
  [
    'LiteLLM: its own codes',
    400,
    { error: { message: 'litellm.BadRequestError: model not found', type: null, param: null, code: '400' } },
    'bad_request',
    { code: '400' },
  ],
  [
    'Azure: no deployment',
    404,
    { error: { code: 'DeploymentNotFound', message: 'The API deployment does not exist.' } },
    'unknown_model',
    { code: 'DeploymentNotFound' },
  ],
  [
    'OpenAI: a model that the project has not',
    403,
    { error: { message: 'no access', type: 'invalid_request_error', param: null, code: 'model_not_found' } },
    'unknown_model',
    { code: 'model_not_found' },
  ],
  [
    'llama.cpp: a wrong grammar as its own fault',
    500,
    { error: { code: 500, message: 'failed to parse grammar', type: 'invalid_request_error' } },
    'bad_request',
    { type: 'invalid_request_error' },
  ],
  [
    'too large',
    413,
    { error: { message: 'too large', type: 'request_too_large' } },
    'bad_request',
    { type: 'request_too_large' },
  ],
  [
    'Azure: filtered',
    400,
    {
      error: {
        message: 'filtered',
        param: 'prompt',
        code: 'content_filter',
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      },
    },
    'content_filter',
    { code: 'content_filter', param: 'prompt' },
  ],
  [
    'OpenRouter: flagged',
    403,
    { error: { code: 403, message: 'flagged', metadata: { flagged_input: 'x', reasons: ['y'] } } },
    'content_filter',
    { code: 403 },
  ],
  ['a wall that takes the words for an attack', 403, 'Forbidden', 'authentication', {}],
  [
    'Ollama: a sentence',
    404,
    { error: 'model "x" not found, try pulling it first' },
    'unknown_model',
    { message: 'model "x" not found, try pulling it first' },
  ],
  [
    'one-api: no channel has the model',
    503,
    { error: { message: 'no channel for model x', type: 'new_api_error', code: 'model_not_found' } },
    'unknown_model',
    { code: 'model_not_found' },
  ],
  [
    'Bedrock: a message alone',
    400,
    { message: 'Malformed input request: 2 schema violations found' },
    'bad_request',
    { message: 'Malformed input request: 2 schema violations found' },
  ],
  [
    'Bedrock: its own type',
    400,
    { __type: 'ValidationException', message: 'timeout not found' },
    'bad_request',
    { message: 'timeout not found' },
  ],
  [
    'Cohere: an id beside it',
    422,
    { id: '7', message: 'invalid type: parameter tools' },
    'bad_request',
    { message: 'invalid type: parameter tools' },
  ],
  [
    'DeepSeek: thoughts that must be passed back',
    400,
    {
      error: {
        message: 'The `reasoning_content` in the thinking mode must be passed back to the API.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_request_error',
      },
    },
    'bad_request',
    { code: 'invalid_request_error' },
  ],
  [
    'Zhipu: codes of its own',
    400,
    { error: { code: '1214', message: 'messages 参数非法' } },
    'bad_request',
    { code: '1214' },
  ],
  [
    'Anthropic, through a proxy',
    400,
    { type: 'error', error: { type: 'invalid_request_error', message: 'overloaded with rate_limit' }, request_id: 'r' },
    'bad_request',
    { type: 'invalid_request_error' },
  ],
  [
    'Cloudflare: a list of errors',
    400,
    { success: false, errors: [{ code: 5007, message: 'No such model' }], messages: [] },
    'bad_request',
    { code: 5007 },
  ],
  [
    'a conflict',
    409,
    { error: { message: 'conflict', type: 'conflict_error' } },
    'bad_request',
    { type: 'conflict_error' },
  ],
  [
    'a model that is gone',
    410,
    { error: { message: 'deprecated', code: 'model_decommissioned' } },
    'bad_request',
    { code: 'model_decommissioned' },
  ],
  [
    'Portkey: a guard that denies',
    446,
    { error: { message: 'The guardrail checks failed', type: 'hooks_failed', code: null } },
    'bad_request',
    { type: 'hooks_failed' },
  ],
  [
    'a caller that is said to have gone',
    499,
    { error: { message: 'client closed', code: 499 } },
    'bad_request',
    { code: 499 },
  ],
  [
    'DeepSeek: nothing left to pay with',
    402,
    { error: { message: 'Insufficient Balance', type: 'unknown_error', code: 'invalid_request_error' } },
    'authentication',
    { message: 'Insufficient Balance' },
  ],
  [
    'Qwen: filtered',
    400,
    { error: { message: 'Input data may contain inappropriate content.', code: 'data_inspection_failed' } },
    'content_filter',
    { code: 'data_inspection_failed' },
  ],
  [
    'OpenAI: blocked',
    400,
    { error: { message: 'rejected', type: 'image_generation_user_error', code: 'moderation_blocked' } },
    'content_filter',
    { code: 'moderation_blocked' },
  ],
  [
    'Zhipu: filtered, by number',
    400,
    { error: { code: '1301', message: '系统检测到输入或生成内容可能包含不安全或敏感内容' } },
    'content_filter',
    { code: '1301' },
  ],
  [
    'LiteLLM: a policy',
    400,
    { error: { message: 'x', type: 'ContentPolicyViolationError', code: '400' } },
    'content_filter',
    { code: '400' },
  ],
  [
    'a proxy that wraps the error in its detail',
    400,
    { detail: { error: { message: 'too long', code: 'context_length_exceeded', type: 'invalid_request_error' } } },
    'bad_request',
    { code: 'context_length_exceeded', message: 'too long' },
  ],
  [
    'a proxy that wraps it twice',
    422,
    { error: { error: { message: 'no such tool', code: 'invalid_tool', param: 'tools' } } },
    'bad_request',
    { code: 'invalid_tool', param: 'tools', message: 'no such tool' },
  ],
  [
    'a problem by RFC 9457',
    400,
    { type: 'https://errors.example/wrong', title: 'Wrong', status: 400, detail: 'n must be 1' },
    'bad_request',
    { message: 'n must be 1', title: 'Wrong' },
  ],
  [
    'an error whose words are the error of the server behind it',
    400,
    { error: { message: '{"error":{"message":"filtered","code":"content_filter"}}', type: null, code: '400' } },
    'content_filter',
    { code: '400' },
  ],
  [
    'OpenRouter: filtered by the server behind it',
    400,
    {
      error: {
        message: 'Provider returned error',
        code: 400,
        metadata: { raw: '{"error":{"code":"content_filter","message":"x"}}', provider_name: 'Azure' },
      },
    },
    'content_filter',
    { code: 400 },
  ],
  [
    'OpenRouter: what the server behind it says in words',
    400,
    {
      error: { message: 'Provider returned error', code: 400, metadata: { raw: 'content_filter insufficient_quota' } },
    },
    'bad_request',
    { code: 400 },
  ],
  [
    'xAI: a code beside a sentence',
    400,
    { code: 'Client specified an invalid argument', error: 'no' },
    'bad_request',
    { code: 'Client specified an invalid argument', message: 'no' },
  ],
  ['TGI: a list of sentences', 422, { error: ['too long'], warnings: [] }, 'bad_request', { message: 'too long' }],
  ['AWS: a capital', 400, { Message: 'invalid model' }, 'bad_request', { message: 'invalid model' }],
  ['an answer in words alone', 400, 'the request was not found to be valid', 'bad_request', {}],
  ['a message that is an object', 400, { error: { message: { reason: 'wrong' } } }, 'bad_request', {}],
  ['an empty answer', 413, '', 'bad_request', {}],
  [
    'one model of many that nobody has',
    404,
    { error: { message: 'model "x" not found, try pulling it first', type: 'api_error', param: null, code: null } },
    'unknown_model',
    {},
  ],
];

describe.each(OPENAI_KINDS)('what a request did wrong, at %s', (kind) => {
  it.each(FAULTS)(
    '%s: opens no breaker, and the server’s words reach the caller',
    async (_what, status, document, failure, refusal) => {
      server.answers(json(document, status, { 'x-request-id': 'req-7' }));
      const { ask, breaker, spentUsd } = gatewayTo({ kind, baseUrl: `${server.origin}/v1` });
      for (let i = 0; i < 7; i++) {
        const ended = await ask();
        expect(ended).toMatchObject({
          failure,
          detail: {
            status,
            ...(Object.keys(refusal).length > 0 && { refusal }),
            headers: { 'x-upstream-request-id': 'req-7' },
          },
        });
      }
      expect(server.received).toHaveLength(7);
      expect(breaker()).toBe('closed');
      // Who filters has read the prompt, and may charge for it.
      if (failure !== 'content_filter') expect(await spentUsd()).toBe(0);
      server.answers(json(completion({ content: 'Hello' })));
      expect(await ask()).toMatchObject({ text: 'Hello' });
    },
  );

  it('leaves the breaker to what the server did wrong', async () => {
    server.answers(json({ error: { message: 'you asked for a content_filter, not found' } }, 500));
    const { ask, breaker } = gatewayTo({ kind, baseUrl: `${server.origin}/v1` });
    for (let i = 0; i < 2; i++)
      expect(await ask()).toMatchObject({ failure: expect.stringMatching(/server_error|circuit/) });
    expect(breaker()).toBe('open');
  });

  it.each([500, 503, 200, 'reset'] as const)('that makes a server answer %s shuts out nobody else', async (how) => {
    server.answers((response, received) => {
      if (!JSON.stringify(received.body).includes('poison'))
        return json(completion({ content: 'Hello' }))(response, received);
      if (how === 'reset') return void response.destroy();
      return json(how === 200 ? { hello: 'world' } : { error: { message: 'it broke' } }, how)(response, received);
    });
    const { ask, breaker } = gatewayTo({ kind, baseUrl: `${server.origin}/v1` });
    const poison = { messages: [{ role: 'user' as const, content: 'poison' }] };
    for (let i = 0; i < 4; i++) expect((await ask(poison)) instanceof GatewayFailure).toBe(true);
    expect(server.received).toHaveLength(5);
    expect(await ask()).toMatchObject({ text: 'Hello' });
    expect(breaker()).toBe('closed');
  });

  it('of one caller, in ever other words, shuts out no other; nor do tools that a server cannot read', async () => {
    server.answers((response, { body }) => {
      const isFine = JSON.stringify(body).includes('hello') && !body['tools'];
      json(isFine ? completion({ content: 'Hello' }) : { error: { message: 'it broke' } }, isFine ? 200 : 500)(
        response,
        { body } as never,
      );
    });
    const once = { retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 } };
    const { ask } = gatewayTo({ kind, baseUrl: `${server.origin}/v1` }, once);
    const wrong = (n: number) => ({ messages: [{ role: 'user' as const, content: `wrong ${n}` }] });
    for (let n = 0; n < 6; n++) await ask({ ...wrong(n), budget: { caller: 'ann' } });
    expect(await ask({ ...wrong(7), budget: { caller: 'ann' } })).toMatchObject({ failure: 'circuit_open' });
    expect(await ask({ budget: { caller: 'bob' } })).toMatchObject({ text: 'Hello' });

    const tools = [{ name: 'f', parameters: { type: 'object' } }];
    for (let n = 0; n < 6; n++) await ask({ ...wrong(n), tools });
    expect(await ask({ tools })).toMatchObject({ failure: 'circuit_open' });
    expect(await ask()).toMatchObject({ text: 'Hello' });
  });

  it('of whomever opens the breaker for all, where the server fails at all', async () => {
    server.answers(json({ error: { message: 'it broke' } }, 500));
    const { ask } = gatewayTo(
      { kind, baseUrl: `${server.origin}/v1` },
      { retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 } },
    );
    for (let n = 0; n < 20; n++)
      await ask({
        messages: [{ role: 'user', content: `${n}` }],
        maxOutputTokens: n + 1,
        budget: { caller: `${n % 3}` },
      });
    expect(server.received).toHaveLength(5);
  });

  it.each<[string, number, unknown, FailureClass]>([
    [
      'a gateway that has no server',
      502,
      '<html><head><title>502 Bad Gateway</title></head><body>model_not_found</body></html>',
      'server_error',
    ],
    ['Cloudflare: an unknown error', 520, 'error code: 520', 'server_error'],
    ['Cloudflare: a server that is down', 521, '', 'server_error'],
    ['Cloudflare: nobody there in time', 522, '', 'server_error'],
    ['Cloudflare: unreachable', 523, '', 'server_error'],
    ['Cloudflare: no answer in time', 524, '', 'timeout'],
    ['Cloudflare: no common language', 525, '', 'server_error'],
    [
      'Anthropic: too much load',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      'server_error',
    ],
    [
      'llama.cpp: a model that loads',
      503,
      { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
      'server_error',
    ],
    [
      'Bedrock: a model that failed',
      424,
      { message: 'The request failed due to an error while processing the model.' },
      'server_error',
    ],
    [
      'TGI: a model that failed',
      424,
      { error: 'Request failed during generation: CUDA out of memory', error_type: 'generation' },
      'server_error',
    ],
    ['a server that waited too long', 408, { error: { message: 'bad request' } }, 'timeout'],
    ['a request that came too early', 425, '', 'server_error'],
    [
      'OpenAI: an engine with too much load',
      503,
      { error: { message: 'The engine is currently overloaded', type: 'server_error' } },
      'server_error',
    ],
  ])('tells what the server did wrong: %s', async (_what, status, document, failure) => {
    server.answers(json(document, status));
    const { ask, breaker } = gatewayTo({ kind, baseUrl: `${server.origin}/v1` });
    expect(await ask()).toMatchObject({ failure, detail: { status } });
    expect(server.received).toHaveLength(3);
    expect((await ask()).calls.length).toBeGreaterThan(0);
    expect(breaker()).toBe('open');
  });

  it.each([500, 503, 429])('asks no more where the server says that it is vain: %d', async (status) => {
    server.answers(json({ error: { message: 'no' } }, status, { 'x-should-retry': 'false' }));
    expect(await gatewayTo({ kind, baseUrl: `${server.origin}/v1` }).ask()).toMatchObject({
      detail: { isFinal: true },
    });
    expect(server.received).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])(
    'tells whoever set the address where it has moved, and does not follow: %d',
    async (status) => {
      const location = 'https://elsewhere.example/v1/chat/completions?token=sk-the-key-of-the-test';
      server.answers((response) => void response.writeHead(status, { location }).end());
      const { ask, breaker, spentUsd } = gatewayTo({ kind, baseUrl: `${server.origin}/v1` });
      const ended = await ask();
      expect(ended).toMatchObject({ failure: 'bad_request', detail: { status } });
      expect(String(ended)).toContain('https://elsewhere.example/v1/chat/completions?token=[key]');
      expect(server.received).toHaveLength(1);
      expect([breaker(), await spentUsd()]).toEqual(['closed', 0]);
    },
  );

  it('shows no page of a gateway to its caller', async () => {
    const page =
      '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>x</h1><hr>nginx</body></html>';
    server.answers((response) => void response.writeHead(502, { 'content-type': 'text/html' }).end(page));
    const ended = await gatewayTo({ kind, baseUrl: `${server.origin}/v1` }).ask();
    expect(String(ended)).toContain('answered 502: 502 Bad Gateway');
    expect(String(ended)).not.toContain('<');
  });

  it.each([
    ['x', 'the box was fixed by x', 'context_length_exceeded'],
    ['model', 'model_not_found: model', 'model_not_found'],
    ['none', 'no one knows none', 'none_of_these'],
  ])('is reported in whole words, also where the key is "%s"', async (apiKey, message, code) => {
    server.answers(json({ error: { message: `${message} sk-other-0123456789`, code } }, 400));
    const ended = await gatewayTo({ kind, baseUrl: `${server.origin}/v1`, apiKey }).ask();
    expect(ended).toMatchObject({ detail: { refusal: { code } } });
    expect(JSON.stringify(ended)).not.toContain('sk-other');
  });

  it('tells no key that a server echoes, wherever it does', async () => {
    const apiKey = 'a-long-key-of-the-house';
    server.answers(
      json({ error: { message: `no ${apiKey}`, code: apiKey, more: { deep: [`x ${apiKey}`], [apiKey]: 1 } } }, 400),
    );
    const ended = await gatewayTo({ kind, baseUrl: `${server.origin}/v1`, apiKey }).ask();
    expect(JSON.stringify(ended)).not.toContain(apiKey);
  });
});

describe.each(OPENAI_KINDS)('a refusal for lack of room, at %s', (kind) => {
  const open = () => gatewayTo({ kind, baseUrl: `${server.origin}/v1` });

  it.each<[string, { error?: object; detail?: object }, object?]>([
    [
      'OpenAI',
      {
        error: {
          message: 'You exceeded your quota',
          type: 'insufficient_quota',
          param: null,
          code: 'insufficient_quota',
        },
      },
    ],
    ['OpenAI, of an account', { error: { message: 'no', type: 'billing_not_active', code: 'billing_not_active' } }],
    ['Moonshot', { error: { message: 'no', type: 'exceeded_current_quota_error' } }],
    ['one-api', { error: { message: 'no', type: 'new_api_error', code: 'insufficient_user_quota' } }],
    [
      'OpenAI, of a limit set by hand',
      { error: { message: 'no', type: 'invalid_request_error', code: 'billing_hard_limit_reached' } },
    ],
    ['Zhipu, by number', { error: { message: '余额不足', code: '1113' } }],
    ['a plan that is used up', { error: { message: 'no', type: 'usage_limit_reached', resets_in_seconds: 9000 } }],
    ['credits', { error: { message: 'no', code: 'insufficient_credits' } }],
    [
      'a proxy, in its detail',
      { detail: { message: 'no', code: 'insufficient_quota' } },
      { code: 'insufficient_quota' },
    ],
    ['OpenAI, of credits', { error: { message: 'no', type: 'insufficient_quota', code: 'credit_balance_exhausted' } }],
    ['DashScope', { error: { message: 'no', type: 'Arrearage', code: 'Arrearage' } }],
    [
      'OpenRouter, of the account behind it',
      {
        error: {
          message: 'Provider returned error',
          code: 429,
          metadata: { raw: JSON.stringify({ error: { message: 'You exceeded', type: 'insufficient_quota' } }) },
        },
      },
    ],
    ['Volcengine', { error: { message: 'no', type: 'TooManyRequests', code: 'QuotaExceeded' } }],
  ])('is not tried again where a payment is due: %s', async (_whose, document, refusal = document.error) => {
    server.answers(json(document, 429));
    expect(await open().ask()).toMatchObject({ failure: 'rate_limited', detail: { isFinal: true, refusal } });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    ['tokens', 'rate_limit_exceeded'],
    ['requests', 'rate_limit_exceeded'],
    ['too_many_tokens_error', 'token_quota_exceeded'],
    ['rate_limit_error', null],
    ['too_many_requests', '1302'],
  ])('is tried again where time helps, and keeps its code: %s, %s', async (type, code) => {
    server.answers(json({ error: { message: 'slow down', type, code } }, 429));
    expect(await open().ask()).toMatchObject({ failure: 'rate_limited', detail: { refusal: { type, code } } });
    expect(server.received).toHaveLength(3);
  });

  it.each<[Record<string, string>, number]>([
    [{ 'retry-after-ms': '1500' }, 1500],
    [{ 'retry-after-ms': '1500', 'retry-after': '20' }, 1500],
    [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '', 'retry-after': '3' }, 3000],
    [{ 'retry-after-ms': '-1', 'retry-after': '3' }, 3000],
    [{ 'retry-after': ' 4 ' }, 4000],
    [{ 'retry-after': '4s' }, 4000],
    [{ 'retry-after': '1m26.4s' }, 86_400],
    [{ 'retry-after': '86400' }, 86_400_000],
    [{ 'retry-after': '2h3m1s' }, 7_381_000],
    [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '2h3m1s', 'retry-after': '1' }, 1000],
  ])('says when to come again: %j', async (headers, retryAfterMs) => {
    server.answers(json({ error: { message: 'slow down' } }, 429, headers));
    const { ask } = gatewayTo({ kind, baseUrl: `${server.origin}/v1` }, { deadlineMs: 400 });
    expect(await ask()).toMatchObject({ failure: 'rate_limited', detail: { retryAfterMs } });
  });

  it.each<[Record<string, string>]>([
    [{ 'retry-after': 'soon 5' }],
    [{ 'retry-after': '' }],
    [{ 'retry-after': 'NaN' }],
    [{ 'retry-after': '1e999' }],
    // Until all of it is there again, not until the next request is taken.
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '8h' }],
  ])('says nothing of when: %j', async (headers) => {
    server.answers(json({ error: { message: 'slow down' } }, 429, headers));
    const ended = await open().ask();
    expect(ended).toMatchObject({ failure: 'rate_limited' });
    expect((ended as { retryAfterMs?: number }).retryAfterMs).toBeUndefined();
    expect(server.received).toHaveLength(3);
  });

  it.each<[string, object, number]>([
    [
      'Gemini',
      {
        code: 429,
        status: 'RESOURCE_EXHAUSTED',
        message: 'slow',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.Help' },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.074824224s' },
        ],
      },
      34_075,
    ],
    ['an error with a wait of its own', { message: 'slow', retry_after: 3 }, 3000],
    ['an error with a wait in milliseconds', { message: 'slow', retry_after_ms: 450 }, 450],
  ])('says when to come again in its error: %s', async (_whose, error, retryAfterMs) => {
    server.answers(json([{ error }], 429));
    const { ask } = gatewayTo({ kind, baseUrl: `${server.origin}/v1` }, { deadlineMs: 400 });
    const ended = await ask();
    expect(ended).toMatchObject({ failure: 'rate_limited' });
    expect(Math.ceil((ended as { retryAfterMs?: number }).retryAfterMs ?? 0)).toBe(retryAfterMs);
  });

  it('says in its metadata when all of it comes back: OpenRouter', async () => {
    const headers = { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(Date.now() + 3_600_000) };
    server.answers(json({ error: { message: 'free-models-per-day', code: 429, metadata: { headers } } }, 429));
    const ended = await open().ask();
    expect(ended).toMatchObject({ failure: 'rate_limited' });
    expect((ended as { retryAfterMs?: number }).retryAfterMs).toBeGreaterThan(3_000_000);
    expect(server.received).toHaveLength(1);
  });

  it('is not tried again where only another day helps', async () => {
    const violations = [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', quotaValue: '50' }];
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' },
    ];
    server.answers(json([{ error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'no', details } }], 429));
    expect(await open().ask()).toMatchObject({ failure: 'rate_limited', detail: { isFinal: true } });
    expect(server.received).toHaveLength(1);
  });

  it('that asks for a year of silence shuts nobody out for longer than an open breaker', async () => {
    const year = { 'retry-after': String(365 * 86_400) };
    server.answers(json({ error: { message: 'slow down' } }, 429, year));
    const { ask } = open();
    expect(await ask()).toMatchObject({ failure: 'rate_limited', detail: { retryAfterMs: 365 * 86_400_000 } });
    const next = await ask();
    expect(next).toMatchObject({ failure: 'rate_limited', calls: [] });
    expect((next as { retryAfterMs?: number }).retryAfterMs).toBeLessThan(3_600_000);
  });

  it('tells how much is left', async () => {
    const headers = { 'x-ratelimit-remaining-tokens': '7', 'x-ratelimit-reset-requests': '1s', 'x-secret': 'no' };
    server.answers(json(completion({ content: 'Hello' }), 200, { ...headers, 'x-request-id': 'req-1' }));
    const { 'x-secret': _secret, ...passed } = headers;
    expect(((await open().ask()) as { headers?: object }).headers).toEqual({
      ...passed,
      'x-upstream-request-id': 'req-1',
    });
  });
});

describe('Anthropic’s own errors', () => {
  it.each<[number, string, FailureClass]>([
    [400, 'invalid_request_error', 'bad_request'],
    [404, 'not_found_error', 'unknown_model'],
    [413, 'request_too_large', 'bad_request'],
    [403, 'permission_error', 'authentication'],
  ])('%d %s open no breaker', async (status, type, failure) => {
    server.answers(
      json({ type: 'error', error: { type, message: 'model not found' } }, status, { 'request-id': 'req-a' }),
    );
    const { ask, breaker } = gatewayTo({ kind: 'anthropic', baseUrl: `${server.origin}/v1` });
    for (let i = 0; i < 6; i++)
      expect(await ask()).toMatchObject({
        failure,
        detail: { status, refusal: { type }, headers: { 'x-upstream-request-id': 'req-a' } },
      });
    expect(breaker()).toBe('closed');
  });
});
