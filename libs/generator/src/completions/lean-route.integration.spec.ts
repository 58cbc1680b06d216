import { type AnsweringServer, chunk, completion, event, json, stream } from '@contentflow/language-models/testing';
import { LeanRoutes } from '@contentflow/nest-platform';
import { request as ask } from 'node:http';
import { noteRecipe, persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';

const PATH = '/v1/chat/completions';
const messages = [{ role: 'user', content: 'Announce our steel bottle.' }];
const plain = { model: 'm', messages };

/** The other routes, with what a plain request asks of each. */
const OTHERS: [path: string, plain: object][] = [
  ['responses', { model: 'm', input: 'Announce it.', instructions: 'Be brief.' }],
  ['messages', { model: 'm', messages, max_tokens: 50 }],
  ['completions', { model: 'm', prompt: 'Announce it.' }],
  ['embeddings', { model: 'm', input: ['one', 'two'], encoding_format: 'float' }],
];

let server: AnsweringServer;
let url: string;
let close: () => Promise<void>;
/** How many requests went past the framework. */
let past = 0;
let names = 0;

beforeAll(async () => {
  const generator = await startAnsweredGenerator((baseUrl) => ({
    recipes: [noteRecipe],
    providers: [
      { name: 'one', kind: 'openai-compatible', baseUrl, models: ['m'], endpoints: ['chat/completions', 'embeddings'] },
      { name: 'claude', kind: 'anthropic', apiKey: 'k', baseUrl, models: ['c'] },
    ],
    gateway: persistentGateway,
  }));
  ({ server, url, close } = generator);
  const routes = generator.service.app.get(LeanRoutes);
  for (const path of [PATH, ...OTHERS.map(([other]) => `/v1/${other}`)]) {
    const route = routes.at(path)!;
    routes.add({ path, answer: (...one) => (past++, route.answer(...one)) });
  }
});
afterAll(() => close());
beforeEach(() => void (past = 0));

interface Seen {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** @param parts  of the body, each sent on its own */
async function posted(
  parts: readonly (string | Buffer)[],
  headers: Record<string, string> = {},
  path = PATH,
): Promise<Seen> {
  const size = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  return new Promise((resolve, reject) => {
    const sent = ask(
      `${url}${path}`,
      { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': size, ...headers } },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (body += piece));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: shown(response.headers), body: neutral(body) }),
        );
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    parts.forEach((part, index) =>
      setTimeout(() => (index === parts.length - 1 ? sent.end(part) : sent.write(part)), 20 * index),
    );
    if (parts.length === 0) sent.end();
  });
}

/** What differs between any two requests; and Fastify closes the connection behind a body that it cannot read. */
const VARYING: ReadonlySet<string> = new Set(['date', 'x-request-id', 'connection', 'keep-alive']);
const shown = (headers: object) => Object.fromEntries(Object.entries(headers).filter(([name]) => !VARYING.has(name)));
const neutral = (body: string): string =>
  body.replaceAll(/"(item_|call_)?id":"[^"]*"|"created(_at)?":\d+|content\/\w+|(resp|msg|rs|fc)_\w+/g, (found) =>
    found.slice(0, 6),
  );

const counted = json(completion({ content: 'Here it is.' }), 200, {
  'x-ratelimit-remaining-tokens': '7',
  'x-request-id': 'up',
});
const streamed = stream(chunk({ role: 'assistant', content: 'He' }), chunk({ content: 'y' }, 'stop'), event('[DONE]'));
const text = JSON.stringify(plain);

describe('a chat completion that goes past the framework', () => {
  it.each<[string, readonly (string | Buffer)[]]>([
    ['a plain one', [text]],
    ['one that comes in two parts', [text.slice(0, 20), text.slice(20)]],
    ['one with a byte order mark', [`\ufeff${text}`]],
    ['a stream', [JSON.stringify({ ...plain, stream: true })]],
    ['a stream whose server fails', [JSON.stringify({ ...plain, stream: true, seed: 500 })]],
    ['one whose server refuses it', [JSON.stringify({ ...plain, seed: 400 })]],
    ['one whose server wants to be left alone', [JSON.stringify({ ...plain, seed: 429 })]],
    ['one for nobody', [JSON.stringify({ ...plain, model: 'n' })]],
    ['a recipe', [JSON.stringify({ ...plain, model: 'contentflow/note' })]],
    ['a recipe that does not exist', [JSON.stringify({ ...plain, model: 'contentflow/none' })]],
    ['a recipe asked for what it cannot', [JSON.stringify({ ...plain, model: 'contentflow/note', n: 2 })]],
    ['letters of all kinds', [JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Grüße, 模型 🙂' }] })]],
    ['no body', []],
    ['half of one', [text.slice(0, 30)]],
    ['another document', ['{}']],
    ['no object', ['7']],
    ['wrong fields', [JSON.stringify({ model: '', messages: 'x', stream: 'y' })]],
    ['the name of a prototype', [`{"__proto__":{},${text.slice(1)}`]],
    ['a number that is none', [`${text.slice(0, -1)},"seed":1e999}`]],
    ['NUL', [text.replace('steel', '\\u0000')]],
    ['bytes that are no text', [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])]],
  ])('is answered as by it: %s', async (_what, parts) => {
    const refusals = new Map([
      [400, json({ error: { message: 'not so', code: 'odd', param: 'seed' } }, 400)],
      [429, json({ error: { message: 'slowly' } }, 429, { 'retry-after': '0' })],
      [500, json({ error: { message: 'broken' } }, 500)],
    ]);
    server.answers((response, received) => {
      const refusal = refusals.get(Number(received.body['seed']));
      (refusal ?? (received.body['stream'] ? streamed : counted))(response, received);
    });
    // What a recipe makes twice comes from its cache.
    await posted(parts);
    const lean = await posted(parts);
    expect(past).toBe(2);
    const framed = await posted(parts, { 'idempotency-key': `k${++names}` });
    expect(past).toBe(2);
    expect(lean).toEqual(framed);
  });

  it.each<[string, Record<string, string>]>([
    ['names itself', { 'idempotency-key': 'named' }],
    ['comes from a page', { origin: 'http://localhost' }],
    ['is no JSON', { 'content-type': 'text/plain' }],
    ['is packed', { 'content-encoding': 'gzip' }],
    ['is for another host', { host: 'evil.example' }],
    ['shows a key that opens nothing', { authorization: `Bearer cfk_${'0'.repeat(16)}_${'a'.repeat(43)}` }],
  ])('is none that %s', async (_what, headers) => {
    server.answers(counted);
    await posted([text], headers);
    expect(past).toBe(0);
  });
});

/** Names of what is answered differ in their length. */
const withoutLength = ({ headers: { 'content-length': _length, ...headers }, ...seen }: Seen) => ({ ...seen, headers });

describe.each(OTHERS)('%s that go past the framework', (path, asked) => {
  const vectors = {
    object: 'list',
    data: [0, 1].map((index) => ({ index, embedding: [1, 2] })),
    usage: { prompt_tokens: 3 },
  };
  const answered = path === 'embeddings' ? json(vectors, 200, { 'x-request-id': 'up' }) : counted;

  it.each<[string, object | string]>([
    ['a plain one', {}],
    ['a stream', { stream: true }],
    ['a stream whose server fails', { stream: true, seed: 500 }],
    ['one whose server refuses it', { seed: 400 }],
    ['one whose server fails', { seed: 500 }],
    ['one for nobody', { model: 'n' }],
    ['one for Anthropic', { model: 'c' }],
    ['a recipe', { model: 'contentflow/note' }],
    ['a recipe that does not exist', { model: 'contentflow/none' }],
    [
      'what only its own server can',
      { previous_response_id: 'resp_theirs', tools: [{ type: 'web_search', name: 'x' }], echo: true },
    ],
    ['wrong fields', { model: '', input: 7, messages: 'x', prompt: {}, max_tokens: 'y', stream: 'z' }],
    ['no object', '7'],
  ])('are answered as by it: %s', async (_what, more) => {
    const message = {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, output_tokens: 1 },
    };
    // A chat that is translated does not hand on a seed, so that the test says by itself what the server does.
    const status = typeof more === 'object' && 'seed' in more ? Number(more.seed) : 200;
    server.answers((response, received) => {
      if (status !== 200)
        return json({ error: { message: 'not so', code: 'odd', param: 'messages' } }, status)(response, received);
      if (received.path.endsWith('/messages')) return json(message)(response, received);
      return (received.body['stream'] ? streamed : answered)(response, received);
    });
    const body = typeof more === 'string' ? more : JSON.stringify({ ...asked, ...more });
    const sent = (headers: Record<string, string> = {}): Promise<Seen> =>
      posted([body], { 'anthropic-version': '2023-06-01', ...headers }, `/v1/${path}`);
    await sent();
    const lean = await sent();
    expect(past).toBe(2);
    const framed = await sent({ 'idempotency-key': `o${++names}` });
    expect(past).toBe(2);
    expect(withoutLength(lean)).toEqual(withoutLength(framed));
  });
});

it.each(OTHERS)('half a body of %s is refused past the framework', async (path) => {
  const { status, body } = await posted(['{"model":"m","inp'], {}, `/v1/${path}`);
  expect(past).toBe(1);
  expect({ status, ...JSON.parse(body) }).toMatchObject({
    status: 400,
    error: { type: 'invalid_request_error', param: '(body)' },
  });
});

it('what is asked of Anthropic past the framework takes its version and trials along', async () => {
  server.answers(
    json({ type: 'message', content: [], stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 1 } }),
  );
  const headers = { 'anthropic-version': '2023-01-01', 'anthropic-beta': 'trial-1' };
  await posted([JSON.stringify({ model: 'c', messages, max_tokens: 50 })], headers, '/v1/messages');
  expect(past).toBe(1);
  expect(server.received[0]).toMatchObject({ path: '/v1/messages', headers });
});
