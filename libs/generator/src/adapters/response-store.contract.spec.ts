import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { STORED_RESPONSE_MS, type StoredResponse, type ResponseStore } from '../protocols/response-store.ts';
import { connectMongoResponseStore } from './mongo-response-store.ts';
import { sqliteResponseStore } from './sqlite-response-store.ts';

const NOW = 1_800_000_000_000;
const response = (id: string, more: Partial<StoredResponse> = {}): StoredResponse => ({
  id,
  at: NOW,
  input: [{ role: 'user', content: 'hello' }],
  document: { output: [{ id: 'msg', type: 'message' }] },
  ...more,
});

/** @param open  another process's way to the same responses */
function describeResponseStore(where: string, open: () => ResponseStore | Promise<ResponseStore>): void {
  describe(`responses that are kept ${where}`, () => {
    it('are found by another process, and after a restart', async () => {
      const one = await open();
      await one.keep(response('resp_1', { previous: 'resp_0' }));
      const other = await open();
      expect(await other.find('resp_1')).toEqual(response('resp_1', { previous: 'resp_0' }));
      await one.keep(response('resp_1', { previous: 'resp_2' }));
      expect(await other.find('resp_1')).toMatchObject({ previous: 'resp_2' });
      await one.close();
      await other.close();
      const restarted = await open();
      expect(await restarted.find('resp_1')).toMatchObject({ id: 'resp_1' });
      expect(await restarted.remove('resp_1')).toBe(true);
      expect(await restarted.remove('resp_1')).toBe(false);
      expect(await restarted.find('resp_1')).toBeUndefined();
      await restarted.close();
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'kept-responses-'));
afterAll(() => rmSync(folder, { recursive: true }));
describeResponseStore('in SQLite', () => sqliteResponseStore(join(folder, 'responses.sqlite')));

const uri = process.env['MONGO_URI'];
if (uri) onMongo(uri);
else if (process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1')
  it('responses that are kept in MongoDB have a server', () => {
    throw new Error('CONTENTFLOW_REQUIRE_SERVERS is set but MONGO_URI is not; start one with infra/mongo/up');
  });
else it.skip('responses that are kept in MongoDB (no MONGO_URI: start a server with infra/mongo/up)', () => undefined);

function onMongo(server: string): void {
  const database = `kept_responses_${process.pid}`;
  describeResponseStore('in MongoDB', () => connectMongoResponseStore(server, database));
  afterAll(async () => {
    const connection = await mongoose.createConnection(server).asPromise();
    await connection.useDb(database).dropDatabase();
    await connection.close();
  });
}

describe('responses that are kept', () => {
  it.each<[string, { count: number; bytes: number }, (kept: number) => boolean]>([
    ['no more than so many', { count: 10, bytes: 1e9 }, (kept) => kept >= 10 && kept < 10 + 64],
    ['no more than so large together', { count: 1e6, bytes: 2000 }, (kept) => kept >= 10 && kept < 20 + 64],
  ])('are %s, the latest', async (_what, limits, isBounded) => {
    const kept = sqliteResponseStore(':memory:', limits);
    for (let number = 0; number < 300; number++) await kept.keep(response(`resp_${number}`));
    const found = [];
    for (let number = 0; number < 300; number++) if (await kept.find(`resp_${number}`)) found.push(number);
    expect(isBounded(found.length)).toBe(true);
    expect(found.at(-1)).toBe(299);
    await kept.close();
  });

  it('are forgotten after their time', async () => {
    const kept = sqliteResponseStore(':memory:');
    await kept.keep(response('resp_old', { at: NOW - STORED_RESPONSE_MS }));
    await kept.keep(response('resp_new'));
    expect(await kept.find('resp_old')).toBeUndefined();
    expect(await kept.find('resp_new')).toBeDefined();
    await kept.close();
  });
});
