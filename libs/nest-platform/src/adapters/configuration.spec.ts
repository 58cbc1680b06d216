import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationFile, loadConfiguration, parseConfiguration, shownConfigurationFile } from './configuration.ts';

const parsed = (value: unknown, environment: NodeJS.ProcessEnv = {}) =>
  parseConfiguration(value, 'a file', environment);
const provider = { name: 'local', kind: 'openai-compatible', baseUrl: 'http://localhost:11434/v1', models: ['m'] };

describe('the configuration', () => {
  it('has a default for every key', () => {
    expect(parsed({})).toMatchObject({
      providers: [],
      recipes: [],
      concurrency: 16,
      leaseMs: 30_000,
      policy: {},
    });
  });

  it('says of the policy what it names, key by key, and nothing of what it leaves out', () => {
    const { policy } = parsed({ policy: { experiments: { alpha: 0.01 }, autonomy: { prompt: 'observe' } } });
    expect(policy).toEqual({ 'experiments.alpha': 0.01, 'autonomy.prompt': 'observe' });
  });

  it.each<[string, unknown]>([
    ['concurrency', { concurrency: 0 }],
    ['policy.experiments.alpha', { policy: { experiments: { alpha: 2 } } }],
    ['policy.autonomy.prompt', { policy: { autonomy: { prompt: 'sometimes' } } }],
    ['providers[0].baseUrl', { providers: [{ ...provider, baseUrl: 'localhost' }] }],
    [
      'recipes[0].steps',
      {
        recipes: [{ contentType: 'email', prompt: { instructions: '' }, steps: [], output: { body: 'x' }, model: 'm' }],
      },
    ],
  ])('names a wrong value with its path: %s', (path, value) => {
    expect(() => parsed(value)).toThrow(
      expect.objectContaining({
        code: 'configuration',
        field: path,
        message: expect.stringContaining('fix it in a file'),
      }),
    );
  });

  const steps = [{ id: 'body', instruction: 'Write.', maxOutputTokens: 100 }];
  const recipe = { contentType: 'email', prompt: { instructions: '' }, steps, output: { body: 'body' }, model: 'm' };
  const shares = [
    { model: 'm', share: 0.5 },
    { model: 'gone', share: 0.5 },
  ];
  it.each<[string, object]>([
    ['model', { model: 'gone' }],
    ['recipes[0].model', { recipes: [{ ...recipe, model: 'gone' }] }],
    [
      'recipes[1].steps[0].model',
      { recipes: [recipe, { ...recipe, contentType: 'ad', steps: [{ ...steps[0], model: 'gone' }] }] },
    ],
    [
      'recipes[0].steps[0].fallbacks[1]',
      { recipes: [{ ...recipe, steps: [{ ...steps[0], fallbacks: ['m', 'gone'] }] }] },
    ],
    [
      'recipes[0].routing[0].shares[1].model',
      { recipes: [{ ...recipe, routing: [{ keyPoints: null, words: null, shares }] }] },
    ],
    ['policy.uses.support.model', { policy: { uses: { support: { model: 'gone' } } } }],
    ['policy.uses.support.models[1]', { policy: { uses: { support: { model: 'm', models: ['m', 'gone'] } } } }],
    ['gateway.fallbacks.gone', { gateway: { fallbacks: { gone: ['m'] } } }],
    ['gateway.fallbacks.*[0]', { gateway: { fallbacks: { '*': ['gone'] } } }],
  ])('names a model that no provider has: %s', (field, more) => {
    expect(() => parsed({ providers: [provider], ...more })).toThrow(
      expect.objectContaining({ field, message: expect.stringContaining('no provider has "gone"; there are m') }),
    );
    const passesOn = { ...provider, models: ['m', '*'] };
    expect(() => parsed({ providers: [passesOn], ...more })).not.toThrow();
  });

  it('names the nearest of the models that there are', () => {
    const providers = [{ ...provider, models: ['gpt-4.1', 'gpt-4.1-mini'] }];
    const policy = { uses: { support: { model: 'gpt-4.1-mimi' } } };
    expect(() => parsed({ providers, policy })).toThrow(/policy\.uses\.support\.model.*the nearest is "gpt-4\.1-mini"/);
  });

  const unseen = [
    '',
    ' ',
    ' m',
    'm ',
    'm\n',
    'a\tb',
    'a\0b',
    'a\u200bb',
    'a\u00a0b',
    '\ufeffm',
    'a\u2028b',
    'x'.repeat(301),
  ];
  it.each(unseen)('names a model or a provider whose name is not what it looks like: %j', (name) => {
    for (const [field, configured] of [
      ['providers[0].models[0]', { ...provider, models: [name] }],
      ['providers[0].models[1].name', { ...provider, models: ['m', { name, usdPerMillionInput: 1 }] }],
      ['providers[0].name', { ...provider, name }],
    ] as const)
      expect(() => parsed({ providers: [configured] })).toThrow(expect.objectContaining({ field }));
  });

  it.each(['a/b', '/a', 'a/', 'my provider', 'contentflow'])(
    'names a provider that nobody could ask for: %j',
    (name) => {
      expect(() => parsed({ providers: [{ ...provider, name }] })).toThrow(
        expect.objectContaining({ field: 'providers[0].name' }),
      );
    },
  );

  it.each(['org/model', 'org/team/model:8b-q4_K_M', 'My Model', '模型', 'a"b\\c%2F', 'constructor', '*'])(
    'takes a model that is called %j',
    (name) => expect(parsed({ providers: [{ ...provider, models: [name] }] }).providers[0]?.models).toEqual([name]),
  );

  it('names a model that would be taken for a recipe', () => {
    expect(() => parsed({ providers: [{ ...provider, models: ['contentflow/email'] }] })).toThrow(
      expect.objectContaining({ field: 'providers[0].models[0]' }),
    );
  });

  it.each(['', '*', 'a b', 'a/b', ' email', 'email\n', 'a\u200bb', 'x'.repeat(65)])(
    'names a content type that no brief could ask for: %j',
    (contentType) => {
      expect(() => parsed({ providers: [provider], recipes: [{ ...recipe, contentType }] })).toThrow(
        expect.objectContaining({ field: 'recipes[0].contentType' }),
      );
    },
  );

  it('names a budget of a content type that nothing makes', () => {
    const budgets = { perContentTypeUsd: { '*': 1, email: 2, Email: 3 } };
    expect(() => parsed({ budgets })).toThrow(
      /^budgets\.perContentTypeUsd\.Email: nothing makes "Email"; there are .*email/,
    );
    expect(() => parsed({ budgets, recipes: [{ ...recipe, contentType: 'Email' }] })).not.toThrow();
  });

  it('names what only the policy says of uses', () => {
    for (const ofUses of [{ passedOn: true }, { promptOrder: 'stable_first' }])
      expect(() => parsed({ providers: [provider], recipes: [{ ...recipe, ...ofUses }] })).toThrow(
        expect.objectContaining({ field: 'recipes[0].passedOn', message: expect.stringContaining('policy.uses') }),
      );
  });

  it('names a content type that two recipes are for', () => {
    expect(() => parsed({ providers: [provider], recipes: [recipe, { ...recipe, model: 'm' }] })).toThrow(
      expect.objectContaining({
        field: 'recipes[1].contentType',
        message: expect.stringContaining('has a recipe already'),
      }),
    );
  });

  it('names a key that does not exist', () => {
    expect(() => parsed({ concurency: 3 })).toThrow(/^concurency: is not known; did you mean "concurrency"\?/);
  });

  /** Both ways that a secret comes in: written in the file, or from the environment. */
  const withSecret = (secret: string): (() => unknown)[] => [
    () => parsed({ webhooks: { secret } }).webhooks?.secret,
    () => parsed({ webhooks: { secret: '$HOOK' } }, { HOOK: secret }).webhooks?.secret,
  ];

  it.each([
    'correct horse battery',
    'whsec_hunter22!',
    'whsec_123456789',
    'whsec_',
    'whsec_-_-_-_-_',
    'whsec_AAAA AAAA',
    ' whsec_AAAAAAAA',
    'whsec_AAAAAAAA\n',
    'whsec_whsec_AAAAAAAA',
    'WHSEC_AAAAAAAA',
    'whpk_AAAAAAAA',
    'whsec_=AAAAAAA',
    'whsec_AAAA====',
    'whsec_AAAAAAAAAAA',
    'AAAAAAAA\u200B',
  ])('refuses a secret that the libraries of Standard Webhooks may read otherwise: %j', (secret) => {
    for (const parse of withSecret(secret))
      expect(parse).toThrow(expect.objectContaining({ field: 'webhooks.secret' }));
  });

  it.each([
    'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    'C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    'whsec_AAAAAAAAAAA=',
    'whsec_AAAAAA==',
    'hunter22hunter22',
  ])('takes a secret that they read as it does: %s', (secret) => {
    for (const parse of withSecret(secret)) expect(parse()).toBe(secret);
  });

  it.each([
    [{ policy: { freezWindows: [] } }, 'policy.freezWindows', 'freezeWindows'],
    [{ policy: { scaling: { scaleUp: { memmory: 0.5 } } } }, 'policy.scaling.scaleUp.memmory', 'memory'],
    [{ gateway: { retries: { attempt: 3 } } }, 'gateway.retries', undefined],
    [{ providers: [{ ...provider, apikey: 'x' }] }, 'providers[0].apikey', 'apiKey'],
    [{ webhooks: { secrt: 'whsec_12345678' } }, 'webhooks.secrt', 'secret'],
    [{ budgets: { perDayUSD: 3 } }, 'budgets.perDayUSD', 'perDayUsd'],
  ])('names the key that %j may have meant', (value, field, nearest) => {
    const message = nearest === undefined ? 'is not known' : `did you mean "${nearest}"`;
    expect(() => parsed(value)).toThrow(expect.objectContaining({ field, message: expect.stringContaining(message) }));
  });

  it('takes "$NAME" from the environment, wherever it stands', () => {
    const { providers } = parsed({ providers: [{ ...provider, apiKey: '$A_KEY' }] }, { A_KEY: 'secret' });
    expect(providers).toMatchObject([{ apiKey: 'secret' }]);
  });

  it('says which name the environment lacks, and where it was asked for', () => {
    expect(() => parsed({ providers: [{ ...provider, apiKey: '$A_KEY' }] })).toThrow(
      expect.objectContaining({
        field: 'providers[0].apiKey',
        message: expect.stringContaining('the environment has no A_KEY'),
      }),
    );
  });

  it('takes "${NAME}" for the same', () => {
    const { providers } = parsed({ providers: [{ ...provider, apiKey: '${a_Key}' }] }, { a_Key: 'secret' });
    expect(providers).toMatchObject([{ apiKey: 'secret' }]);
    expect(() => parsed({ providers: [{ ...provider, apiKey: '${A_KEY}' }] })).toThrow(/the environment has no A_KEY/);
  });

  it.each(['', ' ', '\n'])('names what the environment has, but empty: %j', (A_KEY) => {
    for (const value of [
      { providers: [{ ...provider, apiKey: '$A_KEY' }] },
      { providers: [{ ...provider, headers: { 'x-tenant': '${A_KEY}' } }] },
      { webhooks: { url: '$A_KEY' } },
    ])
      expect(() => parsed(value, { A_KEY })).toThrow(/: A_KEY is empty in the environment; set A_KEY/);
  });

  it.each(['sk-abc\n', ' sk-abc', 'sk-abc\r', 'sk\u0000abc', 'sk-ключ', 'sk-abc\u2028'])(
    'refuses what no header can carry, without telling it: %j',
    (A_KEY) => {
      const [written, given] = [A_KEY, '$A_KEY'];
      for (const secret of [written, given])
        for (const [field, value] of [
          ['providers[0].apiKey', { providers: [{ ...provider, apiKey: secret }] }],
          ['providers[0].headers.api-key', { providers: [{ ...provider, headers: { 'api-key': secret } }] }],
          [
            'embeddings.apiKey',
            { embeddings: { kind: 'openai-compatible', baseUrl: 'http://localhost/v1', model: 'm', apiKey: secret } },
          ],
        ] as const) {
          const said = expect.objectContaining({ field, message: expect.not.stringContaining('abc') });
          expect(() => parsed(value, { A_KEY })).toThrow(said);
          expect(() => parsed(value, { A_KEY })).toThrow(/holds (what no header can carry|the character NUL)/);
        }
    },
  );

  it('takes what a header can carry', () => {
    const headers = { 'x-project': 'Über uns, Nr. 1', 'x-empty': '' };
    expect(parsed({ providers: [{ ...provider, headers }] }).providers).toMatchObject([{ headers }]);
  });

  it.each<[string, string, unknown]>([
    [
      'providers[0].models[1].usdPerMillionInput',
      'not a number',
      { providers: [{ ...provider, models: ['a', { name: 'b', usdPerMillionInput: '0.1' }] }] },
    ],
    ['providers[0].models[0].name', 'is missing', { providers: [{ ...provider, models: [{}] }] }],
    [
      'providers[0].models[0].nme',
      'did you mean "name"?',
      { providers: [{ ...provider, models: [{ name: 'a', nme: 'b' }] }] },
    ],
    ['providers[0].models[0]', 'is neither text nor an object', { providers: [{ ...provider, models: [3] }] }],
    ['policy.freezeWindows[0]', 'is not an object', { policy: { freezeWindows: ['night'] } }],
  ])('names the field within what may have several forms: %s', (field, problem, value) => {
    expect(() => parsed(value)).toThrow(expect.objectContaining({ field, message: expect.stringContaining(problem) }));
  });

  it.each([
    [['m', 'm']],
    [
      [
        { name: 'm', usdPerMillionInput: 1 },
        { name: 'm', usdPerMillionInput: 2 },
      ],
    ],
    [['m', { name: 'm', usdPerMillionInput: 2 }]],
  ])('names a model that is listed twice, of whose prices one would be lost: %j', (models) => {
    expect(() => parsed({ providers: [{ ...provider, models }] })).toThrow(
      expect.objectContaining({
        field: 'providers[0].models[1]',
        message: expect.stringContaining('"m" is listed already'),
      }),
    );
  });

  it.each(['${A_KEY', '${A_KEY:-none}', '${A_KEY-}', '${A_KEY:?must be set}'])(
    'refuses what only a shell takes from the environment: %s',
    (apiKey) => {
      const said = { field: 'providers[0].apiKey', message: expect.stringContaining('write "${NAME}" alone') };
      expect(() => parsed({ providers: [{ ...provider, apiKey }] }, { A_KEY: 'secret' })).toThrow(
        expect.objectContaining(said),
      );
    },
  );

  it.each([
    ['budgets.perCallerUsd.__proto__', '{"budgets": {"perCallerUsd": {"__proto__": 1}}}'],
    ['budgets.perContentTypeUsd.__proto__', '{"budgets": {"perContentTypeUsd": {"__proto__": 1}}}'],
    ['policy.autonomy.__proto__', '{"policy": {"autonomy": {"__proto__": "propose"}}}'],
    ['gateway.fallbacks.__proto__', '{"gateway": {"fallbacks": {"__proto__": ["a"]}}}'],
    ['providers[0].headers.__proto__', '{"providers": [{"headers": {"__proto__": "x"}}]}'],
    ['leaseMs', '{"leaseMs": 1e999}'],
    ['model', '{"model": "a\\u0000"}'],
    ['brand.a.a.a', `{"brand": ${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`],
  ])('loses nothing without a word, and ends at no depth: %s', (field, json) => {
    expect(() => parsed(JSON.parse(json) as object)).toThrow(
      expect.objectContaining({ code: 'configuration', field: expect.stringContaining(field) }),
    );
  });

  it('leaves a dollar alone that names nothing', () => {
    for (const model of ['$5', '${', '${}', '${A} b', 'a $B', '$a']) expect(parsed({ model }).model).toBe(model);
  });
});

describe('the configuration file', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'configuration-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('need not be there', async () => {
    expect((await loadConfiguration(undefined, folder)).concurrency).toBe(16);
  });

  it('is found in the folder, as YAML or JSON', async () => {
    writeFileSync(join(folder, 'contentflow.config.yaml'), 'concurrency: 3\n');
    expect((await loadConfiguration(undefined, folder)).concurrency).toBe(3);
    writeFileSync(join(folder, 'contentflow.config.json'), '{"concurrency": 4}');
    expect((await loadConfiguration(undefined, folder)).concurrency).toBe(4);
  });

  it('is named to whoever asks which file is read: the first that lies in the folder, or the one that was named', () => {
    expect(configurationFile(undefined, folder)).toBeUndefined();
    expect(shownConfigurationFile(undefined, folder)).toBe('none in this folder, so the defaults');
    const lying = join(folder, 'contentflow.config.yaml');
    writeFileSync(lying, 'concurrency: 3\n');
    expect(shownConfigurationFile(undefined, folder)).toBe(lying);
    expect(shownConfigurationFile('other.json', folder)).toBe(join(folder, 'other.json'));
  });

  it('must be there when it was named, and must be readable', async () => {
    await expect(loadConfiguration('missing.json', folder)).rejects.toMatchObject({
      code: 'configuration',
      field: '--config',
    });
    for (const [name, text] of [
      ['empty.yaml', ''],
      ['comment.yml', '# nothing yet\n'],
      ['empty.json', ' '],
    ] as const) {
      writeFileSync(join(folder, name), text);
      await expect(loadConfiguration(name, folder)).rejects.toThrow(/nothing is said in it|is empty/);
    }
    writeFileSync(join(folder, 'broken.json'), '{');
    await expect(loadConfiguration('broken.json', folder)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('cannot be read'),
    });
  });
});

describe('the channels that are told of incidents', () => {
  const hook = { name: 'hook', kind: 'webhook', url: 'https://example.org/hook' };
  const mail = { name: 'mail', kind: 'email', host: 'mail.example.org', from: 'a@example.org', to: ['b@example.org'] };
  const notifications = (...channels: object[]) => ({ notifications: { channels } });

  it('are told of all that begins, by default', () => {
    const { channels, quietHours, attempts } = parsed(notifications(hook, mail)).notifications;
    expect(channels).toMatchObject([
      { kind: 'webhook', least: 'warning', whenOver: false },
      { kind: 'email', security: 'starttls' },
    ]);
    expect([quietHours, attempts]).toEqual([undefined, 7]);
  });

  it.each<[string, object]>([
    ['notifications.channels[0].kind', notifications({ ...hook, kind: 'pager' })],
    ['notifications.channels[0].url', notifications({ ...hook, url: 'ftp://example.org' })],
    ['notifications.channels[0].secret', notifications({ ...hook, secret: 'no base64!' })],
    ['notifications.channels[0].name', notifications({ ...hook, name: 'two words' })],
    ['notifications.channels[1].name', notifications(hook, { ...mail, name: 'hook' })],
    ['notifications.channels[0].host', notifications({ ...mail, host: undefined })],
    ['notifications.channels[0].to[0]', notifications({ ...mail, to: ['nobody'] })],
    ['notifications.channels[0].user', notifications({ ...mail, password: 'p' })],
    ['notifications.channels[0].security', notifications({ ...mail, user: 'u', password: 'p', security: 'none' })],
    ['notifications.channels[0].of[0]', notifications({ ...hook, of: ['weather'] })],
    ['notifications.quietHours.from', { notifications: { quietHours: { from: '25:00', until: '06:00' } } }],
    [
      'notifications.quietHours.timeZone',
      { notifications: { quietHours: { from: '22:00', until: '06:00', timeZone: 'Mars/Base' } } },
    ],
    ['notifications.quietHours.until', { notifications: { quietHours: { from: '22:00', until: '22:00' } } }],
  ])('are named where they are wrong: %s', (field, value) => {
    expect(() => parsed(value)).toThrow(expect.objectContaining({ code: 'configuration', field }));
  });

  it('take their secrets from the environment', () => {
    const settings = notifications({ ...mail, user: 'u', password: '$MAIL_PASSWORD' });
    expect(parsed(settings, { MAIL_PASSWORD: 'secret' }).notifications.channels).toMatchObject([
      { password: 'secret' },
    ]);
  });
});
