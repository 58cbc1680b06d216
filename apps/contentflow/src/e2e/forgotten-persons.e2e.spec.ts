import { until } from '@contentflow/kernel/testing';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type Child, contentflow, type Ended } from './testing/child.ts';
import { clientOf } from './testing/client.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

/** Words that stand nowhere else, so that every copy of them is found. */
const ADA = 'ada-lovelace-4711';
const BERT = 'bert-brecht-4712';
const SAID = {
  [ADA]: { comment: 'quoth ada: zzanalyticalzz, and far too long', edit: 'zzadaeditzz of the text' },
  [BERT]: { comment: 'quoth bert: zzthreepennyzz is too short', edit: 'zzberteditzz of the text' },
};
/** What Bert says of content that is about Ada: hers to have forgotten as much as his. */
const SAID_OF_HER = { comment: 'quoth bert: zzofherzz is too long', edit: 'zzofhereditzz of the text' };
const ABOUT_ADA = { topic: 'zzadatopiczz for her', reference: 'zzadareferencezz', metadata: { order: 'zzadaorderzz' } };
const WRITTEN = 'Dear zzadatextzz, our steel bottle keeps drinks cold for a full day and fits every bicycle.';
const ALL_OF_ADA = [
  ADA,
  'zzanalyticalzz',
  'zzadaeditzz',
  'zzadatopiczz',
  'zzadareferencezz',
  'zzadaorderzz',
  'zzadatextzz',
  'zzadarefusedzz',
  'zzadainputzz',
  'zzofherzz',
  'zzofhereditzz',
];
const ALL_OF_BERT = [BERT, 'zzthreepennyzz', 'zzberteditzz'];

const { KAFKA_BROKERS: brokers, MONGO_URI: mongo, CONTENTFLOW_REQUIRE_SERVERS: required } = process.env;

/** Where the words stand, as bytes, in any file below. */
function found(words: readonly string[], ...folders: string[]): string[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return files.flatMap((file) => {
    const bytes = readFileSync(file);
    return words.filter((word) => bytes.includes(word)).map((word) => `${word} in ${file}`);
  });
}

/** The same in the files of the servers that `infra/kafka/up` and `infra/mongo/up` start here, which are too large to be read at once. */
function foundAtServers(words: readonly string[]): string[] {
  const folders = ['kafka', 'mongo'].map((name) => join(ROOT, 'infra', name, '.cache/data')).filter(existsSync);
  if (folders.length === 0) return [];
  const sought = words.flatMap((word) => ['-e', word]);
  const { stdout } = spawnSync('grep', ['-rlsaF', ...sought, ...folders], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

interface Engine {
  /** For commands that read the log alone. */
  readonly log: (folder: string) => readonly string[];
  readonly where: (folder: string) => readonly string[];
  readonly start: (folder: string) => readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

function describeForgetting(name: string, engine: Engine): void {
  describe(`persons who are forgotten, on ${name}`, () => {
    const folder = temporaryFolder();
    const data = join(folder.path, 'data');
    const at = (file: string): string => join(folder.path, file);
    let models: MockModelServer;
    let running: Child | undefined;
    const ended = (command: string, ...args: string[]): Promise<Ended> => {
      const where = ['audit', 'export'].includes(command) ? engine.log(data) : engine.where(data);
      return contentflow([command, ...args, ...where], folder.path, engine.env).ended;
    };

    beforeAll(async () => {
      models = await startMockModelServer();
    });
    afterAll(async () => {
      await running?.kill('SIGKILL');
      await models.close();
      folder.remove();
    });

    it('are found in no copy of anything, the ledger audits clean, and nobody else is touched', async () => {
      // Given a system that two readers have told something, and a backup of it.
      const budgets = { perCallerUsd: { '*': 1000 } };
      const config = folder.file(
        'contentflow.config.json',
        JSON.stringify({ ...(JSON.parse(configurationOf(models)) as object), budgets }),
      );
      const words = ['start', '--port', '0', '--config', config, ...engine.start(data)];
      running = contentflow(words, folder.path, engine.env);
      const url = await running.url;
      const client = clientOf(() => url);
      await until(
        () => client.get('/v1/recipes'),
        ({ body }) => Number(body['items']?.['length']) > 0,
      );
      const brief = { contentType: 'ad_copy', topic: 'a steel bottle' };
      const { body: made } = await client.post('/v1/content', brief, { prefer: 'wait=60' });
      const content = `/v1/content/${made['id']}`;
      for (const [rater, said] of Object.entries(SAID)) {
        const rated = await client.post(
          `${content}/feedback`,
          { rating: 2, rater, ...said },
          { 'idempotency-key': rater },
        );
        expect(rated).toMatchObject({ status: 201, body: { aspects: [{ aspect: 'length' }] } });
        expect(await client.post(`${content}/engagement`, { kind: 'click', rater })).toMatchObject({ status: 201 });
      }
      // Given applications that name one of them as the user of their calls
      const input = 'zzadainputzz, what is it?';
      const chat = { model: 'mock', user: ADA, messages: [{ role: 'user', content: 'what is it?' }] };
      const use = { 'x-contentflow-use': 'support-reply' };
      const called = [
        await client.post('/v1/chat/completions', chat),
        await client.post('/v1/chat/completions', chat, use),
        await client.post('/v1/chat/completions', { ...chat, model: 'contentflow/ad_copy' }),
        await client.post('/v1/messages', { ...chat, user: undefined, max_tokens: 9, metadata: { user_id: ADA } }, use),
        await client.post('/v1/responses', { model: 'mock', user: ADA, input }),
      ];
      expect(called.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      const response = `/v1/responses/${called.at(-1)?.body['id']}`;
      expect(await client.get(response)).toMatchObject({ status: 200, body: { user: ADA } });
      expect((await client.get(`${response}/input_items`)).body['data']).toMatchObject([{ content: input }]);
      // Given also a brief about one of them that a model server refuses, quoting it
      models.next((response) => refuse(response, 'zzadarefusedzz'));
      const refused = { ...brief, subject: ADA, topic: 'zzadarefusedzz for her' };
      const failed = await client.post('/v1/content', refused, { prefer: 'wait=60' });
      expect(failed).toMatchObject({ body: { status: 'failed', sealed: true } });
      expect(JSON.stringify(failed.body['error'])).not.toContain('zzada');
      for (let call = 0; call < 9; call++) models.next((response) => answerWith(response, WRITTEN));
      const personal = { contentType: 'ad_copy', subject: ADA, ...ABOUT_ADA };
      const { body: hers } = await client.post('/v1/content', personal, {
        prefer: 'wait=60',
        'idempotency-key': 'hers',
      });
      expect(hers).toMatchObject({ status: 'generated', brief: ABOUT_ADA });
      expect(JSON.stringify(hers['content'])).toContain('zzadatextzz');
      const ofHers = await client.post(`/v1/content/${hers['id']}/feedback`, {
        rating: 2,
        rater: BERT,
        ...SAID_OF_HER,
      });
      expect(ofHers).toMatchObject({ status: 201 });
      expect(await client.get(`/v1/subjects/${BERT}`)).toMatchObject({
        body: { records: expect.arrayContaining([saying(SAID[BERT]), saying(SAID_OF_HER)]) },
      });
      for (const path of [`/v1/content/${hers['id']}`, `/v1/content/${hers['id']}/trace`, '/v1/content?limit=5'])
        expect([path, await cacheControlOf(url + path)]).toEqual([path, 'no-store']);
      expect(await cacheControlOf(`${url}${content}`)).toBe('private, no-cache');
      const listed = (await client.get('/v1/content')).body['items'];
      expect(listed).toMatchObject([
        { id: hers['id'], brief: ABOUT_ADA, content: hers['content'] },
        { id: failed.body['id'], brief: { topic: refused.topic } },
        { contentType: 'ad_copy' },
        { id: made['id'] },
      ]);
      const held = await client.get(`/v1/subjects/${ADA}`);
      expect(held).toMatchObject({ status: 200, body: { isWhole: true } });
      expect(held.body['records']).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ name: 'BriefAccepted', said: { brief: expect.objectContaining(ABOUT_ADA) } }),
          expect.objectContaining({
            name: 'ContentGenerated',
            said: expect.objectContaining({ content: hers['content'] }),
          }),
          saying({ brief: expect.objectContaining({ topic: refused.topic }) }),
          saying(SAID[ADA]),
          saying({ kind: 'click' }),
        ]),
      );
      expect(await ended('backup', '--output', at('before'))).toMatchObject({ code: 0 });

      // Words of persons lie in clear nowhere, also before anybody is forgotten.
      const everywhere = [data, at('before')].filter((each) =>
        readdirSync(folder.path).includes(each.slice(folder.path.length + 1)),
      );
      expect(found([...ALL_OF_ADA, ...ALL_OF_BERT], ...everywhere)).toEqual([]);
      const wrapped = engine.env['KAFKA_BROKERS'] === undefined ? wrappedKeysIn(data) : [];

      // When one of them is forgotten, while all goes on.
      const pseudonym = String(held.body['subject']);
      expect(await client.delete(`/v1/subjects/${ADA}`)).toMatchObject({
        status: 200,
        body: { subject: pseudonym, forgotten: true, in_clear: 0 },
      });
      expect(await client.get(`/v1/subjects/${ADA}`)).toMatchObject({ status: 404 });
      const left = await client.get(`/v1/content/${hers['id']}`);
      expect(left).toMatchObject({ status: 200, body: { status: 'generated', forgotten: true } });
      expect(JSON.stringify(left.body)).not.toContain('zzada');
      expect(await client.delete(`/v1/subjects/${ADA}`)).toMatchObject({ status: 404 });
      expect(await client.get(response)).toMatchObject({ status: 404 });
      const again = { rating: 5, rater: ADA, comment: 'back again, much better in tone' };
      expect(await client.post(`${content}/feedback`, again)).toMatchObject({ status: 201 });
      expect((await client.get(`/v1/subjects/${ADA}`)).body['records']).toMatchObject([{ said: { rating: 5 } }]);
      const { stdout, stderr } = await running.kill('SIGTERM');
      for (const said of [stdout, stderr]) expect(ALL_OF_ADA.filter((word) => said.includes(word))).toEqual([]);

      // Then nothing of theirs is left: in the files, in an export, in what was backed up before.
      expect(await ended('export', '--output', at('export.jsonl'))).toMatchObject({ code: 0 });
      expect(found([...ALL_OF_ADA, ...ALL_OF_BERT], folder.path)).toEqual([]);
      if (engine.env['KAFKA_BROKERS'] !== undefined) {
        expect(foundAtServers([...ALL_OF_ADA, ...ALL_OF_BERT])).toEqual([]);
        // What is not sealed is found by the same search.
        if (existsSync(join(ROOT, 'infra/kafka/.cache/data'))) expect(foundAtServers([pseudonym])).not.toEqual([]);
      }
      const gone = wrapped.filter(({ subject }) => subject === pseudonym).map(({ key }) => key);
      expect(found(gone, folder.path)).toEqual([]);
      expect(await ended('audit')).toMatchObject({ code: 0 });
      const theOther = await ended('subject', 'export', BERT);
      expect(JSON.parse(theOther.stdout)).toMatchObject({
        records: expect.arrayContaining([saying(SAID[BERT]), saying({ kind: 'click' }), saying({ rating: 2 })]),
      });
    });

    if (engine.env['KAFKA_BROKERS'] !== undefined) return;

    it('stay forgotten in an installation that is restored from before, and whoever was not is read again with the keys', async () => {
      const restored = at('restored');
      expect(await contentflow(['restore', at('before'), '--data', restored], folder.path).ended).toMatchObject({
        code: 0,
      });
      const keys = ['subject-keys.db', 'master.key'];
      expect(readdirSync(restored).filter((name) => keys.includes(name))).toEqual([]);
      for (const name of keys) copyFileSync(join(data, name), join(restored, name));
      const exported = (who: string): Promise<Ended> =>
        contentflow(['subject', 'export', who, '--data', restored], folder.path).ended;
      expect(JSON.parse((await exported(BERT)).stdout)).toMatchObject({
        records: expect.arrayContaining([saying(SAID[BERT])]),
      });
      // Whoever came back since is known by another name, under which there is nothing here.
      expect(JSON.parse((await exported(ADA)).stdout)).toMatchObject({ records: [] });
      expect(found([...ALL_OF_ADA, ...ALL_OF_BERT], restored)).toEqual([]);
      expect(await contentflow(['audit', '--data', restored], folder.path).ended).toMatchObject({ code: 0 });
      expect(await contentflow(['forget', BERT, '--data', restored], folder.path).ended).toMatchObject({ code: 0 });
      expect(await exported(BERT)).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing is known') });
    });
  });
}

function wrappedKeysIn(data: string): { subject: string; key: string }[] {
  const database = new DatabaseSync(join(data, 'subject-keys.db'), { readOnly: true });
  const rows = database.prepare('SELECT pseudonym AS subject, wrapped AS key FROM keys').all();
  database.close();
  return rows.map(({ subject, key }) => ({ subject: String(subject), key: String(key) }));
}

describeForgetting('the embedded engine', {
  log: (data) => ['--data', data],
  where: (data) => ['--data', data],
  start: (data) => ['--data', data],
  env: {},
});

if (brokers && mongo) {
  const onServers = ['--kafka', brokers, '--mongo', mongo];
  describeForgetting('Kafka and MongoDB', {
    log: () => onServers.slice(0, 2),
    where: () => onServers,
    start: (data) => ['--engine', 'kafka', '--data', data, ...onServers],
    env: {
      KAFKA_BROKERS: brokers,
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
      CONTENTFLOW_NAMESPACE: randomUUID().slice(0, 8),
      CONTENTFLOW_MASTER_KEY: 'a master key of a test that is long enough',
    },
  });
} else if (required === '1')
  it('persons are forgotten on servers too', () => {
    throw new Error('KAFKA_BROKERS or MONGO_URI is not set, and CONTENTFLOW_REQUIRE_SERVERS=1 allows no skip');
  });
else it.skip('persons on Kafka and MongoDB need servers: infra/kafka/up, infra/mongo/up', () => undefined);

/** A record of these words, whatever else is known of it. */
const saying = (said: object): unknown => expect.objectContaining({ said: expect.objectContaining(said) });

const cacheControlOf = async (address: string): Promise<string | null> =>
  (await fetch(address)).headers.get('cache-control');

/** As servers do whose filters find something: in the words that they found it in. */
function refuse(response: ServerResponse, quoted: string): void {
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ error: { message: `"${quoted}" is refused`, type: 'invalid_request_error', code: null } }),
  );
}

function answerWith(response: ServerResponse, content: string): void {
  const message = { role: 'assistant', content };
  const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 };
  const choices = [{ index: 0, finish_reason: 'stop', message }];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ id: 'mock-1', object: 'chat.completion', created: 1, model: 'mock', choices, usage }));
}
