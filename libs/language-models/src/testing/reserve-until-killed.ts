/** A process that reserves money from a budget file, one reservation after another, until it is killed. */
import { sqliteBudgetStore } from '../adapters/sqlite-budget-store.ts';

const [file = '', owner = '', account = ''] = process.argv.slice(2);
const store = sqliteBudgetStore(file);
await store.renew(owner, 1000);
for (let n = 0; ; n++) {
  const accounts = [{ name: account, limitNanoUsd: 1_000_000 }];
  const result = await store.reserve({ owner, accounts, amountNanoUsd: 10 });
  // Every other is settled for less, so that both kinds are under way at the kill.
  if (result.isGranted && n % 2 === 0) await store.settle(result.id, 3);
  if (n % 50 === 0) process.stdout.write(`${n}\n`);
}
