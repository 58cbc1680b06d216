import { openMongoReadModel } from '@contentflow/read-model';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mongoAddress, mongoHosts } from './mongo-address.ts';
import { connectMongoIdempotencyKeys } from './mongo-idempotency-keys.ts';
import { connectMongoSubjectKeys } from './mongo-subject-keys.ts';

const script = (name: string): string => fileURLToPath(new URL(`../../../../infra/mongo/${name}`, import.meta.url));
const here = fileURLToPath(import.meta.url);
const file = encodeURIComponent(here);

describe('the way to MongoDB', () => {
  const user = { MONGO_USERNAME: 'u@x', MONGO_PASSWORD: 'p/ß' };
  it.each<[string, string, NodeJS.ProcessEnv, string]>([
    ['nothing is said', 'mongodb://a', {}, 'mongodb://a'],
    ['what is said is empty', 'mongodb://a', { MONGO_TLS: '', MONGO_TLS_CA: '', MONGO_USERNAME: '' }, 'mongodb://a'],
    ['TLS is wanted', 'mongodb://a:1,b:2', { MONGO_TLS: 'true' }, 'mongodb://a:1,b:2/?tls=true'],
    ['it is not', 'mongodb://a', { MONGO_TLS: 'no', MONGO_TLS_CA: here }, 'mongodb://a'],
    [
      'there is an authority',
      'mongodb://a/x?w=1',
      { MONGO_TLS_CA: here },
      `mongodb://a/x?w=1&tls=true&tlsCAFile=${file}`,
    ],
    [
      'there is a certificate',
      'mongodb+srv://a',
      { MONGO_TLS_CERT: here },
      `mongodb+srv://a/?tls=true&tlsCertificateKeyFile=${file}`,
    ],
    ['there is a password', 'mongodb://a:1,b:2/?w=1', user, 'mongodb://u%40x:p%2F%C3%9F@a:1,b:2/?w=1'],
    [
      'the address says it itself',
      'mongodb://v:q@a/?tls=false&tlsCAFile=f',
      { ...user, MONGO_TLS_CA: here },
      'mongodb://v:q@a/?tls=false&tlsCAFile=f',
    ],
  ])('where %s', (_, uri, environment, address) => expect(mongoAddress(uri, environment)).toBe(address));

  it.each<[NodeJS.ProcessEnv, RegExp]>([
    [{ MONGO_TLS: 'maybe' }, /MONGO_TLS.*neither true nor false.*maybe/],
    [{ MONGO_TLS_CA: '/nowhere/ca.pem' }, /MONGO_TLS_CA.*cannot be read/],
    [{ MONGO_TLS_CERT: '/nowhere/own.pem' }, /MONGO_TLS_CERT.*cannot be read/],
    [{ MONGO_USERNAME: 'u' }, /MONGO_USERNAME.*MONGO_PASSWORD/],
    [{ MONGO_PASSWORD: 'p' }, /MONGO_USERNAME.*MONGO_PASSWORD/],
  ])('%j is refused', (environment, problem) =>
    expect(() => mongoAddress('mongodb://a', environment)).toThrow(problem),
  );

  it('is shown without what is secret', () => {
    expect(mongoHosts('mongodb://u:p%40@a:1,b:2/db?tls=true')).toBe('a:1,b:2');
    expect(() => mongoAddress('http://u:secret@a', { MONGO_TLS: 'true' })).toThrow(/^(?!.*secret).*MONGO_URI/);
  });
});

if (process.env['MONGO_URI']) describe('documents on a server that speaks TLS alone and asks who one is', secured);
else it.skip('documents on a secure server (skipped: MONGO_URI is not set)', () => undefined);

function secured(): void {
  const data = mkdtempSync(join(tmpdir(), 'mongo-secure-'));
  let environment: Record<string, string> = {};
  const address = (change: NodeJS.ProcessEnv = {}): string => {
    const { MONGO_URI: uri = '', ...rest } = { ...environment, ...change };
    return mongoAddress(uri, rest);
  };
  const open = (change: NodeJS.ProcessEnv = {}) => openMongoReadModel({ uri: address(change), database: 'secure' });

  beforeAll(() => {
    const said = execFileSync(script('up'), ['--secure', '--data', data], { encoding: 'utf8' });
    environment = Object.fromEntries(
      [...said.matchAll(/^(MONGO_\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
    );
  }, 240_000);
  afterAll(() => {
    execFileSync(script('down'), ['--data', data]);
    rmSync(data, { recursive: true, force: true });
  });

  it.each<[string, () => NodeJS.ProcessEnv]>([
    ['by user and password', () => ({})],
    ['with a certificate of one’s own', () => ({ MONGO_TLS_CERT: join(data, 'client.pem') })],
    ['by what the address says', () => ({ ...clear(), MONGO_URI: address() })],
  ])(
    'are written and read %s',
    async (_, change) => {
      const store = await open(change());
      const definition = { name: 'things', indexes: [] };
      const writer = await store.writer<{ id: string; n: number }>(definition);
      const [{ version = 0 } = {}] = [...(await writer.load(['one'])).values()];
      await writer.write([{ id: 'one', document: { id: 'one', n: version }, seen: {}, version }], {});
      expect(await (await store.collection(definition)).get('one')).toEqual({ id: 'one', n: version });
      await store.close();
    },
    60_000,
  );

  it.each<[string, () => NodeJS.ProcessEnv, RegExp]>([
    ['by a wrong password', () => ({ MONGO_PASSWORD: 'wrong' }), /authentication failed.*MONGO_PASSWORD/i],
    ['by an unknown user', () => ({ MONGO_USERNAME: 'nobody' }), /authentication failed.*MONGO_USERNAME/i],
    [
      'by no authority that it was told of',
      () => ({ MONGO_TLS_CA: '', MONGO_TLS: 'true' }),
      /self-signed.*MONGO_TLS_CA/,
    ],
    [
      'by another name than its certificate’s',
      () => ({ MONGO_URI: environment['MONGO_URI']?.replace('127.0.0.1', 'localhost') }),
      /altnames.*its certificate is for/,
    ],
    ['in clear text', () => ({ MONGO_TLS_CA: '' }), /MONGO_TLS=true/],
    ['with a certificate of somebody else', () => ({ MONGO_TLS_CERT: join(data, 'foreign.pem') }), /MONGO_TLS/],
  ])(
    'are not to be had %s, and it says what mends that',
    async (_, change, mended) => {
      const failed: unknown = await open(change()).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: 'mongo_unreachable', message: expect.stringMatching(mended) });
      expect(String(failed)).not.toContain(environment['MONGO_PASSWORD']);
    },
    60_000,
  );

  it('are not to be had by who says not who they are; so are keys of requests and of persons', async () => {
    const nobody = address({ MONGO_USERNAME: '', MONGO_PASSWORD: '' });
    const store = await openMongoReadModel({ uri: nobody, database: 'secure' });
    await expect(store.collection({ name: 'things', indexes: [] })).rejects.toThrow(/requires authentication/);
    await store.close();
    const wrong = address({ MONGO_PASSWORD: 'wrong' });
    for (const connect of [connectMongoIdempotencyKeys, connectMongoSubjectKeys])
      await expect(connect(wrong, 'secure')).rejects.toMatchObject({
        code: 'not-ready',
        message: expect.stringMatching(/authentication failed.*MONGO_PASSWORD/i),
      });
  }, 60_000);

  const clear = (): NodeJS.ProcessEnv => Object.fromEntries(Object.keys(environment).map((name) => [name, undefined]));
}
