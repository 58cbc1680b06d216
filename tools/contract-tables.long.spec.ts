import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractTables } from './contract-tables/tables.ts';

const root = join(import.meta.dirname, '..');

describe('who emits and reads events, and who reads the policy', () => {
  let tables: Awaited<ReturnType<typeof contractTables>>;

  beforeAll(async () => {
    tables = await contractTables(root);
  }, 300_000);

  it('is somebody, or there is a reason that still holds', () => {
    expect(tables.faults).toEqual([]);
  });

  it.each(['docs/events.md', 'docs/policy.md'] as const)('stands in %s as the code has it', (path) => {
    // When this fails: node tools/write-contract-tables.mjs
    expect(readFileSync(join(root, path), 'utf8')).toBe(tables.pages[path]);
  });
});
