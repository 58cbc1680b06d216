import type { TestedService } from '@contentflow/nest-platform/testing';
import { connect } from 'node:net';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from './testing/whole-system.ts';

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
};
const brief = (more: object) => ({ contentType: 'ad_copy', topic: 'a bottle', ...more });
const chat = (more: object) => ({ model: 'm', messages: [{ role: 'user', content: 'x' }], ...more });
const tool = (parameters: unknown) => [{ type: 'function', function: { name: 'f', parameters } }];

describe('what is too much, or no text', () => {
  let models: ScriptedModelServer;
  let system: TestedService;
  let port: number;

  beforeAll(async () => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models);
    await system.app.listen(0, '127.0.0.1');
    port = Number(new URL(await system.app.getUrl()).port);
  }, 60_000);
  afterAll(async () => {
    await system?.close();
    await models?.close();
  });

  it.each([
    ['metadata nested a thousand times', '/v1/content', brief({ metadata: nested(1000) }), 400, 'metadata.a'],
    ['metadata nested a few times too often', '/v1/content', brief({ metadata: nested(17) }), 400, 'metadata.a'],
    [
      'a list that is nested',
      '/v1/content',
      brief({ metadata: { a: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]] } }),
      400,
      'metadata.a',
    ],
    [
      'too many keys',
      '/v1/content',
      brief({ metadata: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, i])) }),
      400,
      'metadata',
    ],
    ['a long text', '/v1/content', brief({ metadata: { sku: 'x'.repeat(20_001) } }), 400, 'metadata.sku'],
    ['a long key', '/v1/content', brief({ metadata: { ['x'.repeat(20_001)]: 1 } }), 400, 'metadata.x'],
    [
      'much in all',
      '/v1/content',
      brief({ metadata: { all: Array.from({ length: 5000 }, () => 'x'.repeat(20)) } }),
      413,
      'metadata',
    ],
    ['NUL in a topic', '/v1/content', brief({ topic: 'a\0b' }), 400, 'topic'],
    ['half of a pair in a tone', '/v1/content', brief({ tone: 'a\ud800' }), 400, 'tone'],
    ['half of a pair in a list', '/v1/content', brief({ keyPoints: ['a', '\udc00'] }), 400, 'keyPoints.1'],
    ['NUL in a key', '/v1/content', brief({ metadata: { 'a\0': 1 } }), 400, 'metadata.a'],
    [
      'a deep schema of a tool',
      '/v1/chat/completions',
      chat({ tools: tool(nested(40)) }),
      400,
      'tools.0.function.parameters',
    ],
    [
      'a deep schema of an answer',
      '/v1/chat/completions',
      chat({ response_format: { type: 'json_schema', json_schema: { schema: nested(40) } } }),
      400,
      'response_format.json_schema.schema',
    ],
    [
      'something deep that is handed on',
      '/v1/chat/completions',
      chat({ logit_bias: nested(1000) }),
      400,
      'logit_bias.a',
    ],
    [
      'NUL in a message',
      '/v1/chat/completions',
      chat({ messages: [{ role: 'user', content: 'a\0' }] }),
      400,
      'messages.0.content',
    ],
    ['a deep reason', '/v1/content/x/feedback', { rating: nested(200) }, 400, 'rating.a'],
    ['a brief of a batch', '/v1/content/batch', { briefs: [nested(200)] }, 400, 'briefs.0.a'],
  ] as const)('is refused by its field: %s', async (_, path, body, status, field) => {
    const answer = await system.answer('POST', path, body, { 'idempotency-key': 'one' });
    expect(answer).toMatchObject({ status, headers: { 'content-type': expect.stringContaining('problem+json') } });
    const [first] = (answer.body as { errors: { field: string }[] }).errors;
    expect(first?.field.startsWith(field)).toBe(true);
  });

  it('takes what is just within the limits', async () => {
    const { status } = await system.answer('POST', '/v1/content', brief({ metadata: nested(16) }));
    expect(status).toBe(202);
    const { body } = await system.answer('POST', '/v1/content/batch', {
      briefs: [brief({ topic: 'x' }), brief({ metadata: nested(30) })],
    });
    expect(body).toMatchObject({
      items: [{ line: 0 }],
      problems: [{ line: 1, problem: expect.stringContaining('metadata') }],
    });
  });

  it('says so in its own description', async () => {
    const { paths } = await system.get<{ paths: Record<string, { post: unknown }> }>('/openapi.json');
    expect(JSON.stringify(paths['/v1/content']?.post)).toContain('64 levels deep');
  });

  it.each([
    ['GET /v1/content?limt=5', [['limt', 'is not known; did you mean "limit"?']]],
    [
      'GET /v1/content?limit=5&typ=x&contentTyp=email',
      [
        ['typ', 'is not known'],
        ['contentTyp', 'is not known; did you mean "contentType"?'],
      ],
    ],
    ['GET /v1/content/x?limit=5', [['limit', 'is not known']]],
    ['POST /v1/content?wait=5', [['wait', 'is not known']]],
    ['GET /v1/content?__proto__=1', [['__proto__', 'is not known']]],
    ['GET /v1/decisions?Limit=5', [['Limit', 'is not known; did you mean "limit"?']]],
    ['HEAD /v1/decisions?limt=5', []],
    ['GET /health/ready?full', [['full', 'is not known']]],
    ['GET /metrics?format=json', [['format', 'is not known']]],
  ])('refuses what a query says in vain: %s', async (request, problems) => {
    const [method = '', path = ''] = request.split(' ');
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const text = await answer.text();
    const { errors = [] } = text === '' ? {} : (JSON.parse(text) as { errors?: { field: string; problem: string }[] });
    expect(errors.map(({ field, problem }) => [field, problem])).toEqual(problems);
  });

  it('refuses it at every route, but those of protocols that others define', async () => {
    const { paths } = await system.get<{ paths: Record<string, object> }>('/openapi.json');
    const taking: string[] = [];
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods)) {
        const url = `http://127.0.0.1:${port}${path.replace(/\{\w+\}/g, 'x')}?api-version=1`;
        const answer = await fetch(url, { method: method.toUpperCase(), redirect: 'manual' });
        const text = await answer.text();
        if (!text.includes('api-version: is not known')) taking.push(`${method.toUpperCase()} ${path}`);
      }
    expect(taking.toSorted()).toEqual([
      'DELETE /v1/responses/{id}',
      'GET /v1/models',
      'GET /v1/models/{id}',
      'GET /v1/responses/{id}',
      'GET /v1/responses/{id}/input_items',
      'GET /v1/session/callback',
      'POST /v1/chat/completions',
      'POST /v1/completions',
      'POST /v1/embeddings',
      'POST /v1/messages',
      'POST /v1/messages/count_tokens',
      'POST /v1/responses',
      'POST /v1/responses/compact',
      'POST /v1/responses/input_tokens',
    ]);
  });

  it.each([
    ['percent-encoding that is none', 'GET /v1/content/%E0%A4%A', 400, '(path)'],
    ['percent-encoding at the end', 'GET /v1/recipes/%', 400, '(path)'],
    ['NUL in a path', 'GET /v1/content/a%00b', 400, 'id'],
    ['NUL in a query', 'GET /v1/content?contentType=%00', 400, 'contentType'],
    ['percent-encoding that is none in a query', 'GET /v1/content?contentType=%E0%A4%A', 400, 'contentType'],
    ['percent-encoding at the end of a query', 'GET /v1/content?contentType=%', 400, 'contentType'],
    ['percent-encoding of half a pair in a query', 'GET /v1/content?contentType=%ED%A0%80', 400, 'contentType'],
    ['percent-encoding of a name in a query', 'GET /v1/content?%FF=1', 400, '%FF'],
    ['percent-encoding in a query of others', 'GET /v1/models?x=%zz', 400, 'x'],
    ['an expectation that is none', 'GET /v1/content HTTP/1.1\r\nExpect: the best', 417, 'Expect'],
    ['a proxy’s method', 'CONNECT example.com:443', 405, '(method)'],
    ['a long path', `GET /v1/content/${'x'.repeat(2000)}`, 414, '(path)'],
    ['large headers', `GET /v1/content HTTP/1.1\r\nX-Much: ${'x'.repeat(20_000)}`, 431, '(headers)'],
    ['a method that is none', 'NO-METHOD /v1/content', 400, '(request)'],
    ['no HTTP', '\x16\x03\x01', 400, '(request)'],
    ['an unknown method', 'DELETE /v1/content', 405, '(method)'],
    ['an unknown method of one item', 'PUT /v1/content/x', 405, '(method)'],
    ['an unknown method of an action', 'GET /v1/content/x/feedback', 405, '(method)'],
    ['an unknown path', 'DELETE /v1/nothing', 404, undefined],
  ])('leaves as problem details: %s', async (_, request, status, field) => {
    const { head, body } = await sent(
      port,
      `${request}${request.includes('HTTP/1.1') ? '' : ' HTTP/1.1'}\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head.toLowerCase()).toContain('application/problem+json');
    const problem = JSON.parse(body) as { status: number; errors?: { field: string }[] };
    expect({ status: problem.status, field: problem.errors?.[0]?.field }).toEqual({ status, field });
    if (status === 405) expect(head).toMatch(/\r\nallow: [A-Z, ]*(GET|POST)/i);
  });

  it.each([
    ['POST', '/v1/content', '{"contentType":"email","topic":"a","topic":"b"}', 'topic'],
    ['POST', '/v1/content', '{"contentType":"email","topic":"a","metadata":{"b":{"\\u0063":1,"c":2}}}', 'metadata.b.c'],
    ['POST', '/v1/content/batch', '{"briefs":[{"topic":"\\"a\\":","topic":"{"}]}', 'briefs.topic'],
    ['PATCH', '/v1/policy', '{"scaling":{"minInstances":1},"scaling":{"maxInstances":9}}', 'scaling'],
    ['PUT', '/v1/autonomy', '{"state":"paused","reason":"x","state":"running"}', 'state'],
  ])('refuses what is said twice, of which one would be lost: %s %s %s', async (method, path, body, field) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field, problem: expect.stringContaining('said twice') }] });
  });

  it('takes keys that come twice in different objects, and leaves protocols of others alone', async () => {
    const said = (path: string, body: string) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    const brief = '{"contentType":"ad_copy","topic":"t","metadata":{"topic":{"topic":"{\\"a\\":1"},"t":["a","a"]}}';
    expect((await said('/v1/content', brief)).status).toBe(202);
    const chat = '{"model":"m","model":"m","messages":[{"role":"user","content":"x"}]}';
    expect((await said('/v1/chat/completions', chat)).status).toBe(200);
  });

  it.each([
    ['to read', 'GET /v1/content HTTP/1.1\r\n'],
    [
      'to a route of its own',
      'POST /v1/chat/completions HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n',
    ],
    ['of health', 'GET /health/live HTTP/1.1\r\n'],
  ])('leaves as problem details: a request %s that names no host', async (_, request) => {
    const { head, body } = await sent(
      port,
      `${request}Connection: close\r\n\r\n${request.startsWith('POST') ? '{}' : ''}`,
    );
    expect(head).toContain('HTTP/1.1 400 ');
    expect(JSON.parse(body)).toMatchObject({ status: 400, errors: [{ field: 'Host' }] });
  });

  it.each([
    ['malformed JSON', '{"a":', 'application/json', 400],
    ['no JSON at all', 'topic=x', 'application/x-www-form-urlencoded', 415],
    ['a key that stands for the prototype', '{"__proto__": {"a": 1}}', 'application/json', 400],
    ['a number that is none', '{"metadata": {"n": 1e999}}', 'application/json', 400],
  ])('leaves as problem details: %s', async (_, body, type, status) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/content`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, errors: [{ field: expect.any(String) }] });
  });
});

/** What a server answers to these bytes. */
function sent(port: number, bytes: string): Promise<{ head: string; body: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket
      .setEncoding('utf8')
      .on('data', (chunk) => (text += chunk))
      .on('error', reject);
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n');
      // Chunked or not, the problem stands in one line of it.
      resolve({ head, body: body.split('\r\n').find((line) => line.startsWith('{')) ?? '' });
    });
  });
}
