import { isContentFlowError } from '@contentflow/kernel';
import { loadConfiguration } from '@contentflow/nest-platform';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Child, contentflow, type Ended } from './testing/child.ts';
import { type Answer, type Client, clientOf } from './testing/client.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

const folder = temporaryFolder();
let models: MockModelServer;
let config: string;

beforeAll(async () => {
  models = await startMockModelServer();
  config = folder.file('good.json', configurationOf(models));
});
afterAll(async () => {
  await models.close();
  folder.remove();
});

describe('bad requests', () => {
  let child: Child;
  let client: Client;
  let url: string;

  beforeAll(async () => {
    child = contentflow(['start', '--data', join(folder.path, 'http'), '--port', '0', '--config', config], folder.path);
    url = await child.url;
    client = clientOf(() => url);
    for (let knows = false; !knows;) knows = Number((await client.get('/v1/recipes')).body['items']?.length) > 0;
  });
  afterAll(() => child.kill('SIGTERM'));

  /** Problem details that name the field where there is one, and a process that lives on. */
  async function refused(answer: Promise<Answer>, status: number, code: string, field?: string): Promise<void> {
    const { status: actual, headers, body } = await answer;
    expect({ status: actual, type: body['type'] }).toEqual({ status, type: `urn:contentflow:problem:${code}` });
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    if (field !== undefined) expect(body['errors']).toMatchObject([{ field, problem: expect.any(String) }]);
    expect(JSON.stringify(body)).not.toMatch(/node_modules|at \w+ \(/);
    expect((await client.get('/health/ready')).status).toBe(200);
  }
  const json = { 'content-type': 'application/json' };
  const good = { contentType: 'email', topic: 'x' };

  it.each([
    ['malformed JSON', '{"contentType": "email",', '(body)'],
    ['no JSON at all', 'contentType=email', '(body)'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), '(body)'],
    [
      'invalid UTF-8 in a text',
      Buffer.concat([Buffer.from('{"contentType":"email","topic":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
      '(body)',
    ],
    ['nothing', '', '(body)'],
    ['a list', '[]', '(body)'],
    ['null', 'null', '(body)'],
  ])('%s', (_, body, field) => refused(client.post('/v1/content', body, json), 400, 'invalid-request', field));

  it.each([
    ['a topic of the wrong type', { ...good, topic: 7 }, 'topic'],
    ['no topic', { contentType: 'email' }, 'topic'],
    ['an empty topic', { ...good, topic: '  ' }, 'topic'],
    ['a negative length', { ...good, length: -1 }, 'length'],
    ['a key point of the wrong type', { ...good, keyPoints: ['a', 3] }, 'keyPoints.1'],
    ['a language that is none', { ...good, language: 'no language!' }, 'language'],
    ['an unknown field', { ...good, colour: 'red' }, 'colour'],
    ['an unknown content type', { ...good, contentType: 'nonsense' }, 'contentType'],
    ['a content type that is a name of JavaScript', { ...good, contentType: '__proto__' }, 'contentType'],
    ['a content type that every object has', { ...good, contentType: 'constructor' }, 'contentType'],
  ])('%s', (_, body, field) =>
    refused(client.post('/v1/content', JSON.stringify(body), json), 400, 'invalid-request', field),
  );

  it('a topic far too long', () =>
    refused(client.post('/v1/content', { ...good, topic: 'x'.repeat(1e6) }), 400, 'invalid-request', 'topic'));
  it('a huge body', () => refused(client.post('/v1/content', { ...good, topic: 'x'.repeat(20e6) }), 413, 'too-large'));
  it('JSON nested without end', () =>
    refused(client.post('/v1/content', '['.repeat(100_000) + ']'.repeat(100_000), json), 400, 'invalid-request'));
  it('another kind of body', () =>
    refused(
      client.post('/v1/content', '<brief/>', { 'content-type': 'text/xml' }),
      415,
      'unsupported-media-type',
      'Content-Type',
    ));
  it('a wait that is no number', () =>
    refused(client.post('/v1/content', good, { prefer: 'wait=soon' }), 400, 'invalid-request', 'Prefer'));
  it('an idempotency key without end', () =>
    refused(
      client.post('/v1/content', good, { 'idempotency-key': 'k'.repeat(5000) }),
      400,
      'invalid-request',
      'Idempotency-Key',
    ));
  it('a batch without briefs', () =>
    refused(client.post('/v1/content/batch', { briefs: [] }), 400, 'invalid-request', 'briefs'));
  it('a batch of the wrong type', () =>
    refused(client.post('/v1/content/batch', { briefs: 'all' }), 400, 'invalid-request', 'briefs'));

  it.each([
    ['/v1/content?limit=0', 'limit'],
    ['/v1/content?limit=lots', 'limit'],
    ['/v1/content?status=odd', 'status'],
    ['/v1/content?after=%00nonsense', 'after'],
    ['/v1/decisions?after=nonsense', 'after'],
    ['/v1/experiments?status=odd', 'status'],
    ['/v1/metrics/series?step=1d', 'step'],
    ['/v1/state?at=yesterday', 'at'],
    ['/v1/report?at=', 'at'],
  ])('GET %s', (path, field) => refused(client.get(path), 400, 'invalid-request', field));

  it.each(['/v1/content/unknown', '/v1/content/unknown/events', '/v1/decisions/unknown', '/v1/nothing', '/nothing'])(
    'GET %s',
    (path) => refused(client.get(path), 404, 'not-found'),
  );
  it.each([
    ['/v1/content/unknown/feedback', { rating: 3 }],
    ['/v1/content/unknown/engagement', { kind: 'click' }],
    ['/v1/improvements/unknown/rollback', {}],
  ])('POST %s', (path, body) => refused(client.post(path, body), 404, 'not-found'));
  it('a path that is no path', async () => {
    const { status } = await client.get('/v1/content/%E0%A4%A');
    expect([400, 404]).toContain(status);
    expect((await client.get('/health/live')).status).toBe(200);
  });

  it.each([
    ['feedback out of range', '/feedback', { rating: 6 }, 'rating'],
    ['feedback of the wrong type', '/feedback', { rating: 'good' }, 'rating'],
    ['feedback with an unknown field', '/feedback', { rating: 3, stars: 3 }, 'stars'],
    ['engagement of an unknown kind', '/engagement', { kind: 'sniffed' }, 'kind'],
  ])('%s', async (_, path, body, field) =>
    refused(client.post(`/v1/content/any${path}`, body), 400, 'invalid-request', field),
  );
  it('autonomy without a reason', () =>
    refused(client.put('/v1/autonomy', { state: 'paused' }), 400, 'invalid-request', 'reason'));
  it('autonomy in an unknown state', () =>
    refused(client.put('/v1/autonomy', { state: 'asleep', reason: 'x' }), 400, 'invalid-request', 'state'));
  it('a completion without messages', () =>
    refused(client.post('/v1/chat/completions', { model: 'mock' }), 400, 'invalid-request', 'messages'));
  it('a completion of an unknown content type', () =>
    refused(
      client.post('/v1/chat/completions', {
        model: 'contentflow/nonsense',
        messages: [{ role: 'user', content: 'x' }],
      }),
      400,
      'invalid-request',
      'contentType',
    ));
});

describe('bad commands', () => {
  /** Exit code 2, one line on standard error, nothing on standard output; the line says this. */
  async function refused(args: readonly string[], ...says: (string | RegExp)[]): Promise<void> {
    const child = contentflow(args, folder.path, { LOG_LEVEL: 'warn' });
    // Whatever starts after all is stopped, and has ended with another code.
    void child.url.then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    const { code, stdout, stderr }: Ended = await child.ended;
    expect({ code, stderr: stderr.trim().split('\n'), stdout }).toEqual({
      code: 2,
      stderr: [expect.any(String)],
      stdout: '',
    });
    for (const each of says) expect(stderr).toMatch(each);
  }
  it('an unknown command', () => refused(['improvise'], /improvise/));
  it('the help of an unknown command', () => refused(['forgive', '--help'], /unknown command 'forgive'/));
  it('an unknown option', () => refused(['start', '--colour', 'red'], /--colour/));
  it('an option without its value', () => refused(['start', '--port'], /--port/));
  it('a required option that is missing', () => refused(['generate', '--output', 'x.jsonl'], /--input/));
  it('a port that is no port', () => refused(['start', '--no-demo', '--port', 'front'], /--port.*front/));
  it('an unknown engine', () => refused(['start', '--no-demo', '--engine', 'steam'], /--engine.*steam.*kafka/));
  it('an engine without its servers', () => refused(['start', '--engine', 'kafka'], /--kafka.*KAFKA_BROKERS/));
  it('a world that is not there', () => refused(['start', '--world', 'mars'], /mars/));

  it('a configuration that is not there', () =>
    refused(['start', '--config', 'absent.json'], /--config.*absent\.json/));
  it('a provider without an address', () => {
    const broken = { providers: [{ name: 'a', kind: 'openai-compatible', models: ['m'] }] };
    return refused(
      ['start', '--config', folder.file('broken.json', JSON.stringify(broken))],
      /providers\[0\]\.baseUrl/,
    );
  });
  it('generating without a provider', () => {
    const input = folder.file('briefs.jsonl', '{"contentType":"email","topic":"x"}');
    return refused(
      ['generate', '--input', input, '--output', 'out.jsonl', '--config', folder.file('none.json', '{}')],
      /providers/,
    );
  });
  it('an input that is not there', () =>
    refused(['generate', '--input', 'absent.jsonl', '--output', 'x', '--config', config], /absent\.jsonl/));
  it('a concurrency of none', () =>
    refused(
      ['generate', '--input', folder.file('b.jsonl', '{}'), '--output', 'x', '--config', config, '--concurrency', '0'],
      /--concurrency/,
    ));
  it('an output that cannot be written, before a model is paid', async () => {
    const asked = models.received.length;
    const input = folder.file('c.jsonl', '{"contentType":"email","topic":"x"}');
    const output = join(folder.path, 'no', 'such', 'folder', 'out.jsonl');
    await refused(
      ['generate', '--input', input, '--output', output, '--config', config, '--data', join(folder.path, 'd')],
      /--output.*out\.jsonl/,
    );
    expect(models.received.length).toBe(asked);
  });

  it('a port in use', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const args = ['start', '--data', join(folder.path, 'port'), '--port', String(port), '--config', config];
    await refused(args, new RegExp(`--port.*${port} is in use`)).finally(() => server.close());
  });
  it('a data folder that is a file', () =>
    refused(['start', '--data', folder.file('a-file', ''), '--port', '0', '--config', config], /--data.*a-file/));
  it('a data folder that cannot be written', async () => {
    // A file in the way stops even those whom permissions do not.
    const parent = join(folder.path, 'locked');
    mkdirSync(parent);
    chmodSync(parent, 0o500);
    const isRoot = process.getuid?.() === 0;
    await refused(
      ['start', '--data', isRoot ? '/proc/contentflow' : join(parent, 'x'), '--port', '0', '--config', config],
      /--data/,
    );
    chmodSync(parent, 0o700);
  });
  it('the data folder of a simulated day that cannot be written', () =>
    refused(['start', '--data', join(folder.file('b-file', ''), 'x'), '--port', '0'], /--data/));
  it('a data folder that a restore was interrupted in', async () => {
    mkdirSync(join(folder.path, 'half', '.restoring'), { recursive: true });
    const args = ['start', '--no-demo', '--data', join(folder.path, 'half'), '--port', '0', '--config', config];
    await refused(args, /--data.*restore was interrupted.*contentflow restore/);
  });
  it('a log that is no log', async () => {
    mkdirSync(join(folder.path, 'garbage'), { recursive: true });
    folder.file('garbage/log.sqlite', 'this is no database, and long enough to be seen as none '.repeat(100));
    await refused(['start', '--data', join(folder.path, 'garbage'), '--port', '0', '--config', config], /log\.sqlite/);
  });

  it('reports on a folder without a log', () => refused(['audit', '--data', join(folder.path, 'empty')], /--data/));
  it('a backtest of an unknown component', () =>
    refused(['backtest', 'luck', '--input', 'x', '--output', 'y'], /luck/));
  it('an unknown service to rebuild', () =>
    refused(['rebuild', 'kitchen', '--data', join(folder.path, 'http')], /kitchen/));
});

describe('bad configurations', () => {
  const provider = { name: 'a', kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', models: ['m'] };
  it.each<[string, string | object, RegExp]>([
    ['no JSON', '{"providers": [', /bad\.json/],
    ['no object', '[1]', /bad\.json/],
    ['an unknown key', { providres: [] }, /providres/],
    ['an unknown kind', { providers: [{ ...provider, kind: 'telepathic' }] }, /providers\[0\]\.kind/],
    ['no address', { providers: [{ ...provider, baseUrl: undefined }] }, /providers\[0\]\.baseUrl/],
    ['an address that is none', { providers: [{ ...provider, baseUrl: 'localhost' }] }, /providers\[0\]\.baseUrl/],
    ['no models', { providers: [{ ...provider, models: [] }] }, /providers\[0\]\.models/],
    ['two providers of one name', { providers: [provider, provider] }, /providers\[1\]\.name/],
    [
      'a key that the environment lacks',
      { providers: [{ ...provider, apiKey: '$ABSENT_KEY' }] },
      /providers\[0\]\.apiKey.*ABSENT_KEY/,
    ],
    ['a model that no provider has', { providers: [provider], model: 'other' }, /model.*other/],
    ['a policy out of bounds', { providers: [provider], policy: { holdbackShare: 2 } }, /policy\.holdbackShare/],
  ])('%s', async (_, configuration, says) => {
    const file = folder.file(
      'bad.json',
      typeof configuration === 'string' ? configuration : JSON.stringify(configuration),
    );
    const failure: unknown = await loadConfiguration(file).catch((error: unknown) => error);
    expect(isContentFlowError(failure, 'configuration')).toBe(true);
    expect((failure as Error).message).toMatch(says);
    expect((failure as Error).message).not.toContain('\n');
  });
});

describe('bad lines in a batch', () => {
  it('are named one by one, and stop none of the others', async () => {
    const line = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);
    const input = folder.file(
      'mixed.jsonl',
      Buffer.concat([
        line({ contentType: 'email', topic: 'first' }),
        Buffer.from('{broken\n'),
        Buffer.concat([
          Buffer.from('{"contentType":"email","topic":"'),
          Buffer.from([0xff, 0xfe]),
          Buffer.from('"}\n'),
        ]),
        Buffer.from('[1, 2]\n'),
        line({ contentType: 'nonsense', topic: 'x' }),
        line({ contentType: 'email', topic: 7 }),
        line({ contentType: 'email', topic: 'last' }),
      ]),
    );
    const output = join(folder.path, 'mixed.out.jsonl');
    const { code, stdout, stderr } = await contentflow(
      ['generate', '--input', input, '--output', output, '--config', config, '--data', join(folder.path, 'mixed')],
      folder.path,
    ).ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^2 generated, 5 failed/);
    const made = readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each) as { line: number; status: string; error?: string });
    expect(made.map(({ line: at, status }) => [at, status])).toEqual(
      ['generated', 'failed', 'failed', 'failed', 'failed', 'failed', 'generated'].map((status, index) => [
        index + 1,
        status,
      ]),
    );
    expect(made.map(({ error }) => error)).toEqual([
      undefined,
      expect.stringMatching(/line 2.*JSON/),
      expect.stringMatching(/line 3.*UTF-8/),
      expect.stringMatching(/line 4.*object/),
      expect.stringMatching(/line 5.*contentType.*nonsense/),
      expect.stringMatching(/line 6.*topic/),
      undefined,
    ]);
  });
});
