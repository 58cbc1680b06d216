import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import mongoose from 'mongoose';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeSubjectKeys } from '../testing/subject-keys.contract.ts';
import { connectMongoSubjectKeys } from './mongo-subject-keys.ts';
import { sqliteSubjectKeys } from './sqlite-subject-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'subject-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeSubjectKeys('on SQLite', async (n) => sqliteSubjectKeys(join(folder, `${n}.db`)));

it('leaves no byte of a destroyed key in the files of SQLite, while another process has them open', async () => {
  const own = mkdtempSync(join(folder, 'bytes-'));
  const bytes = (): string =>
    readdirSync(own)
      .map((name) => readFileSync(join(own, name), 'latin1'))
      .join('');
  const [one, two] = [sqliteSubjectKeys(join(own, 'keys.db')), sqliteSubjectKeys(join(own, 'keys.db'))];
  for (const name of ['ada', 'bert'])
    await one.add({ pseudonym: `p-${name}`, lookup: `l-${name}`, wrapped: `wrapped-${name}`, usedAt: 0 });
  expect(await two.byPseudonym('p-ada')).toBeDefined();
  expect(bytes()).toContain('wrapped-ada');
  await one.destroy('p-ada');
  for (const left of ['wrapped-ada', 'l-ada']) expect(bytes()).not.toContain(left);
  expect(await two.byPseudonym('p-bert')).toMatchObject({ wrapped: 'wrapped-bert' });
  await Promise.all([one.close(), two.close()]);
});

it('says so where another process keeps a copy of a destroyed key, and leaves none when it is destroyed once more', async () => {
  const file = join(mkdtempSync(join(folder, 'held-')), 'keys.db');
  const keys = sqliteSubjectKeys(file, 0);
  await keys.add({ pseudonym: 'p-ada', lookup: 'l-ada', wrapped: 'wrapped-ada', usedAt: 0 });
  const reader = new DatabaseSync(file);
  reader.exec('BEGIN');
  reader.prepare('SELECT * FROM keys').all();
  await expect(keys.destroy('p-ada')).rejects.toMatchObject({ code: 'not-ready' });
  expect(await keys.byPseudonym('p-ada')).toBeUndefined();
  reader.exec('COMMIT');
  expect(await keys.destroy('p-ada')).toBe(false);
  for (const end of ['', '-wal']) expect(readFileSync(`${file}${end}`, 'latin1')).not.toContain('wrapped-ada');
  reader.close();
  await keys.close();
});

const uri = process.env['MONGO_URI'];
if (uri) onMongo(uri);
else if (process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1')
  it('keys of persons on MongoDB have a server', () => {
    throw new Error('CONTENTFLOW_REQUIRE_SERVERS is set but MONGO_URI is not; start one with infra/mongo/up');
  });
else it.skip('keys of persons on MongoDB (no MONGO_URI: start a server with infra/mongo/up)', () => undefined);

function onMongo(server: string): void {
  const databases = new Set<string>();
  describeSubjectKeys('on MongoDB', async (n) => {
    const database = `subjects_${process.pid}_${n}`;
    databases.add(database);
    return connectMongoSubjectKeys(server, database);
  });
  afterAll(async () => {
    const connection = await mongoose.createConnection(server).asPromise();
    for (const database of databases) await connection.useDb(database).dropDatabase();
    await connection.close();
  });
}
