import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { memoryBudgetStore } from '../budgets/memory-budget-store.ts';
import { describeBudgetStore } from '../testing/budget-store.contract.ts';
import { openBudgetStore } from './open-budget-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'budgets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeBudgetStore(
  'in memory',
  () => {
    const store = memoryBudgetStore();
    return { open: () => Promise.resolve(store) };
  },
  200,
);

describeBudgetStore(
  'on SQLite',
  (n) => {
    const file = join(folder, `${n}.db`);
    return { open: () => openBudgetStore({ file }), address: file };
  },
  50,
);

const uri = process.env['MONGO_URI'];
if (uri) onMongo(uri);
else if (process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1')
  it('a budget store on MongoDB has a server', () => {
    throw new Error('CONTENTFLOW_REQUIRE_SERVERS is set but MONGO_URI is not; start one with infra/mongo/up');
  });
else it.skip('a budget store on MongoDB (no MONGO_URI: start a server with infra/mongo/up)', () => undefined);

function onMongo(server: string): void {
  const databases: string[] = [];
  describeBudgetStore(
    'on MongoDB',
    (n) => {
      const database = `budgets_${process.pid}_${n}`;
      databases.push(database);
      return { open: () => openBudgetStore({ uri: server, database }), address: `${server}#${database}` };
    },
    10,
  );
  afterAll(async () => {
    const connection = await mongoose.createConnection(server).asPromise();
    for (const database of databases) await connection.useDb(database).dropDatabase();
    await connection.close();
  });

  it('says what to fix when there is no server', async () => {
    const nobody = openBudgetStore({ uri: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200', database: 'x' });
    await expect(nobody).rejects.toThrow(/no MongoDB for budgets: .*check MONGO_URI/);
  });
}
