/** A process that reserves money in a store, one reservation after another, until it is killed. */
import { openBudgetStore } from '../adapters/open-budget-store.ts';

const [address = '', owner = ''] = process.argv.slice(2);
const [uri = '', database = ''] = address.split('#');
const store = await openBudgetStore(database ? { uri, database } : { file: address });
await store.renew(owner, 1000);
for (let n = 0; ; n++) {
  const one = { id: `${owner}-${n}`, day: '2026-11-22', owner, accounts: ['day'], amountNanoUsd: 10 };
  const { isGranted } = await store.reserve(one, [1_000_000]);
  // Every other is settled for less, so that both kinds are under way at the kill.
  if (isGranted && n % 2 === 0) await store.settle(one, 3);
  if (n % 50 === 0) process.stdout.write(`${n}\n`);
}
