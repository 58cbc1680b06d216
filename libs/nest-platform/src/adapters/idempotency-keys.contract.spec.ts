import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { describeIdempotencyKeys } from '../testing/idempotency-keys.contract.ts';
import { openIdempotencyKeys } from './open-idempotency-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'idempotency-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeIdempotencyKeys('on SQLite', async (n) => openIdempotencyKeys({ folder: newFolder(n) }));

function newFolder(n: number): string {
  const path = join(folder, String(n));
  mkdirSync(path, { recursive: true });
  return path;
}

const uri = process.env['MONGO_URI'];
if (uri) onMongo(uri);
else if (process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1')
  it('idempotency keys on MongoDB have a server', () => {
    throw new Error('CONTENTFLOW_REQUIRE_SERVERS is set but MONGO_URI is not; start one with infra/mongo/up');
  });
else it.skip('idempotency keys on MongoDB (no MONGO_URI: start a server with infra/mongo/up)', () => undefined);

function onMongo(server: string): void {
  const databases = new Set<string>();
  describeIdempotencyKeys('on MongoDB', async (n) => {
    const database = `idempotency_${process.pid}_${n}`;
    databases.add(database);
    return openIdempotencyKeys({ mongo: { uri: server, databaseOf: () => database } });
  });
  afterAll(async () => {
    const connection = await mongoose.createConnection(server).asPromise();
    for (const database of databases) await connection.useDb(database).dropDatabase();
    await connection.close();
  });

  it('are not to be had where there is no server, and the request is told so', async () => {
    const nobody = 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200';
    const keys = openIdempotencyKeys({ mongo: { uri: nobody, databaseOf: () => 'x' } });
    await expect(keys.claim({ place: 'p', body: 'b' }, 'a', 0)).rejects.toMatchObject({ code: 'not-ready' });
  });
}
