import type { BudgetStore } from '../budgets/budget-store.ts';
import { sqliteBudgetStore } from './sqlite-budget-store.ts';

/** One file for the processes of one machine, or a database for any number of machines. */
export type BudgetStoreLocation = { readonly file: string } | { readonly uri: string; readonly database: string };

export async function openBudgetStore(place: BudgetStoreLocation): Promise<BudgetStore> {
  if ('file' in place) return sqliteBudgetStore(place.file);
  // Who runs embedded does not wait for mongoose to load.
  const { connectMongoBudgetStore } = await import('./mongo-budget-store.ts');
  return connectMongoBudgetStore(place.uri, place.database);
}
