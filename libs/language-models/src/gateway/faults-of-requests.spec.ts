import type { FailureClass } from '../model-provider.ts';
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
      expect(server.asked).toHaveLength(7);
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

  it.each([
    ['x', 'the box was fixed by x', 'context_length_exceeded'],
    ['model', 'model_not_found: model', 'model_not_found'],
    ['none', 'no one knows none', 'none_of_these'],
  ])('is told in whole words, also where the key is "%s"', async (apiKey, message, code) => {
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

  it.each([
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
  ])('is not tried again where a payment is due: %s', async (_whose, document) => {
    server.answers(json(document, 429));
    expect(await open().ask()).toMatchObject({
      failure: 'rate_limited',
      detail: { isFinal: true, refusal: document.error },
    });
    expect(server.asked).toHaveLength(1);
  });

  it('is tried again where time helps, and keeps its code', async () => {
    server.answers(json({ error: { message: 'slow down', type: 'tokens', code: 'rate_limit_exceeded' } }, 429));
    expect(await open().ask()).toMatchObject({
      failure: 'rate_limited',
      detail: { refusal: { code: 'rate_limit_exceeded' } },
    });
    expect(server.asked).toHaveLength(3);
  });

  it.each<[Record<string, string>, number]>([
    [{ 'retry-after-ms': '1500' }, 1500],
    [{ 'retry-after-ms': '1500', 'retry-after': '20' }, 1500],
    [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '', 'retry-after': '3' }, 3000],
  ])('says when to come again: %j', async (headers, retryAfterMs) => {
    server.answers(json({ error: { message: 'slow down' } }, 429, headers));
    const { ask } = gatewayTo({ kind, baseUrl: `${server.origin}/v1` }, { deadlineMs: 400 });
    expect(await ask()).toMatchObject({ failure: 'rate_limited', detail: { retryAfterMs } });
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
