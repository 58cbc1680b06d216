import { until } from '@contentflow/kernel/testing';
import { type ModelProvider, type ModelRequest, ProviderError, type FailureClass } from '../model-provider.ts';
import { providerConfigurationSchema, type ProviderConfiguration } from '../provider-configuration.ts';
import { type Behaviour, type MisbehavingServer, startMisbehavingServer } from '../testing/misbehaving-server.ts';
import { createProvider } from './create-provider.ts';

const SECRET = 'sk-verysecretkey-0123456789';
/** For what never answers; all else may take as long as a busy machine needs. */
const DEADLINE_MS = 400;
const TIMEOUT_LIMIT_MS = 30_000;
const deadlineFor = (failure: FailureClass): number => (failure === 'timeout' ? DEADLINE_MS : TIMEOUT_LIMIT_MS);

let server: MisbehavingServer;
const opened: ModelProvider[] = [];
beforeAll(async () => void (server = await startMisbehavingServer()));
afterAll(async () => {
  await Promise.all(opened.map(async (provider) => provider.close?.()));
  await server.close();
});

type Kind = ProviderConfiguration['kind'];
function provider(kind: Kind, behaviour: Behaviour, timeoutMs = TIMEOUT_LIMIT_MS): ModelProvider {
  const baseUrl = server.baseUrl(behaviour);
  const created = createProvider({
    name: 'here',
    kind,
    baseUrl,
    apiKey: SECRET,
    models: ['m'],
    timeoutMs,
    totalTimeoutMs: timeoutMs,
  });
  opened.push(created);
  return created;
}

const request: ModelRequest = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Say hello.' },
  ],
  maxOutputTokens: 50,
};
const asStream = (pieces: string[] = []): ModelRequest => ({ ...request, onText: (piece) => pieces.push(piece) });

async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProviderError);
  return error as ProviderError;
}

const kinds: Kind[] = ['openai-compatible', 'ollama', 'openai', 'anthropic'];

describe.each(kinds)('a provider of kind %s', (kind) => {
  it('returns text, tokens, time and the reason it finished', async () => {
    const reply = await provider(kind, 'well').generate(request);
    expect(reply).toMatchObject({ text: 'Hello world', tokensIn: 7, tokensOut: 2, finishReason: 'stop' });
    expect(reply.timeMs).toBeGreaterThan(0);
    expect(server.requests.at(-1)?.body['stream'] ?? false).toBe(false);
  });

  it('tells each piece of text as it arrives', async () => {
    const pieces: string[] = [];
    const reply = await provider(kind, 'well').generate(asStream(pieces));
    expect(pieces).toEqual(['Hello', ' world']);
    expect(reply).toMatchObject({ text: 'Hello world', tokensIn: 7, tokensOut: 2, finishReason: 'stop' });
    expect(reply.timeToFirstTokenMs).toBeLessThanOrEqual(reply.timeMs);
  });

  // A message of Anthropic's may be empty: there is no more to say.
  const faults: [Behaviour, FailureClass][] = [
    ['rate-limited', 'rate_limited'],
    ['rate-limited-seconds', 'rate_limited'],
    ['rate-limited-date', 'rate_limited'],
    ['error-500', 'server_error'],
    ['error-503-html', 'server_error'],
    ['hang', 'timeout'],
    ['half-body', 'connection'],
    ['malformed-json', 'malformed_reply'],
    ['other-json', 'malformed_reply'],
    ['wrong-content-type', 'malformed_reply'],
    ['slow-body', 'timeout'],
    ['reset', 'connection'],
    ['unauthorized', 'authentication'],
    ['unknown-model', 'unknown_model'],
    ['bad-request', 'bad_request'],
    ['filtered', 'content_filter'],
    ['filtered-reply', 'content_filter'],
    ['redirect', 'bad_request'],
    ['forbidden', 'authentication'],
    ['context-length', 'bad_request'],
    ['overloaded', 'server_error'],
    ['error-in-200', 'server_error'],
    ...(kind === 'anthropic' ? [] : [['empty-choices', 'malformed_reply'] satisfies [Behaviour, FailureClass]]),
    ['empty-body', 'malformed_reply'],
  ];
  it.each(faults)('ends %s as %s within the deadline', async (behaviour, failure) => {
    const error = await failureOf(provider(kind, behaviour, deadlineFor(failure)).generate(request));
    expect(error.failure).toBe(failure);
    expect(error.message).not.toContain(SECRET);
    expect(JSON.stringify(error)).not.toContain(SECRET);
  });

  it.each<[Behaviour, FailureClass]>([
    ['huge-body', 'malformed_reply'],
    ['huge-error', 'server_error'],
  ])('reads no more of %s than it must', async (behaviour, failure) => {
    const error = await failureOf(provider(kind, behaviour).generate(request));
    expect(error.failure).toBe(failure);
    expect(error.message.length).toBeLessThan(400);
  });

  const streamFaults: [Behaviour, FailureClass][] = [
    ['hang', 'timeout'],
    ['slow-drip', 'timeout'],
    ['half-stream', 'malformed_reply'],
    ['reset-stream', 'connection'],
    ['malformed-stream', 'malformed_reply'],
    ['empty-stream', 'malformed_reply'],
    ['error-in-stream', 'server_error'],
    ['redirect', 'bad_request'],
    ['rate-limited', 'rate_limited'],
    ['reset', 'connection'],
  ];
  it.each(streamFaults)('ends the stream of %s as %s within the deadline', async (behaviour, failure) => {
    const error = await failureOf(provider(kind, behaviour, deadlineFor(failure)).generate(asStream()));
    expect(error.failure).toBe(failure);
  });

  it.each([false, true])(
    'leaves tokens that a server does not count to whoever can guess them: streamed %s',
    async (streamed) => {
      const call = provider(kind, 'no-usage').generate(streamed ? asStream() : request);
      expect(await call).toMatchObject({ text: 'Hello world', tokensIn: Number.NaN, tokensOut: Number.NaN });
    },
  );

  it.each([
    ['has no address', 'http://nowhere.invalid/v1'],
    ['speaks no TLS', () => server.baseUrl('well').replace('http:', 'https:')],
  ])('says when its host %s', async (_what, at) => {
    const baseUrl = typeof at === 'string' ? at : at();
    const lost = createProvider({ name: 'n', kind, baseUrl, apiKey: SECRET, models: ['m'], timeoutMs: 20_000 });
    opened.push(lost);
    expect((await failureOf(lost.generate(request))).failure).toBe('connection');
  });

  it('passes on how long a server asks to wait, in seconds or as a date', async () => {
    const seconds = await failureOf(provider(kind, 'rate-limited-seconds').generate(request));
    expect(seconds.retryAfterMs).toBe(7000);
    const before = Date.now();
    const date = await failureOf(provider(kind, 'rate-limited-date').generate(request));
    // A minute from when the server answered, in whole seconds.
    expect(date.retryAfterMs).toBeGreaterThan(59_000 - (Date.now() - before));
    expect(date.retryAfterMs).toBeLessThanOrEqual(60_000);
    const none = await failureOf(provider(kind, 'rate-limited').generate(request));
    expect(none.retryAfterMs).toBeUndefined();
  });

  it('is cancelled by its caller', async () => {
    const controller = new AbortController();
    const known = server.requests.length;
    const call = provider(kind, 'hang', 60_000).generate(request, controller.signal);
    await until(() => server.requests.length > known);
    controller.abort();
    expect((await failureOf(call)).failure).toBe('cancelled');
    const late = provider(kind, 'hang', 60_000).generate(request, AbortSignal.abort());
    expect((await failureOf(late)).failure).toBe('cancelled');
  });

  it('says when nobody listens there', async () => {
    const gone = await startMisbehavingServer();
    const baseUrl = gone.baseUrl('well');
    await gone.close();
    const nobody = createProvider({ name: 'n', kind, baseUrl, apiKey: SECRET, models: ['m'] });
    opened.push(nobody);
    expect((await failureOf(nobody.generate(request))).failure).toBe('connection');
  });
});

it('passes tools and their answers on', async () => {
  await provider('openai-compatible', 'well').generate({
    ...request,
    messages: [
      ...request.messages,
      { role: 'assistant', content: '', toolCalls: [{ id: 't1', name: 'weather', arguments: '{"city":"Rome"}' }] },
      { role: 'tool', content: 'sunny', toolCallId: 't1' },
    ],
    tools: [{ name: 'weather', parameters: { type: 'object' } }],
    toolChoice: { name: 'weather' },
  });
  expect(server.requests.at(-1)?.body).toMatchObject({
    messages: [
      { role: 'system' },
      { role: 'user' },
      { role: 'assistant', content: null, tool_calls: [{ id: 't1', type: 'function', function: { name: 'weather' } }] },
      { role: 'tool', content: 'sunny', tool_call_id: 't1' },
    ],
    tools: [{ type: 'function', function: { name: 'weather' } }],
    tool_choice: { type: 'function', function: { name: 'weather' } },
  });
});

it.each<[Kind, string]>([
  ['openai-compatible', 'max_tokens'],
  ['openai', 'max_completion_tokens'],
])('limits what its caller left unlimited, in the words of %s', async (kind, name) => {
  const body = { model: 'm', messages: [{ role: 'user', content: 'hello' }], other: 1 };
  await provider(kind, 'well').generate({ ...request, verbatim: { body, limitTokens: 9 } });
  expect(server.requests.at(-1)?.body).toEqual({ ...body, [name]: 9 });
});

describe('the configuration of a provider', () => {
  const problems = (input: unknown): string[] => {
    const result = providerConfigurationSchema.safeParse(input);
    return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  };

  it('takes models by name, or with their price', () => {
    const models = ['a', { name: 'b', usdPerMillionInput: 1, usdPerMillionOutput: 2 }];
    expect(problems({ name: 'x', kind: 'openai-compatible', baseUrl: 'http://localhost:8000/v1', models })).toEqual([]);
  });

  it('names the field that is wrong', () => {
    expect(problems({ name: 'x', kind: 'ollama', baseUrl: 'localhost', models: ['a'] })).toEqual([
      'baseUrl is not a URL: "localhost"; write http://localhost:11434/v1',
    ]);
    expect(problems({ name: 'x', kind: 'openai', models: [] })).toEqual([
      'models names no model; list at least one',
      'apiKey is missing for kind "openai"; take it from the environment',
    ]);
  });
});
