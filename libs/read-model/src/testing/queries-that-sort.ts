import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteDocuments } from '../embedded/sqlite-documents.ts';
import { selection } from '../embedded/sql.ts';
import { checkedQuery } from '../query.ts';
import type { CollectionDefinition, Query } from '../read-model.ts';

/**
 * Those of the queries whose pages no index has in order: for each page everything that fits is read and sorted, which takes
 * seconds among some 100,000 documents, and what is quadratic in all for who reads page after page.
 */
export function queriesThatSort(definition: CollectionDefinition, queries: readonly Query[]): Query[] {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-plans-'));
  const file = join(folder, 'documents.sqlite');
  const documents = new SqliteDocuments(file);
  const database = new DatabaseSync(file);
  try {
    const { table } = documents.live(definition.name, definition.indexes);
    return queries.filter((query) =>
      selection(table, checkedQuery(definition, query)).some(({ sql, values }) =>
        database
          .prepare(`explain query plan ${sql}`)
          .all(...values, 1)
          .some(({ detail }) => String(detail).includes('TEMP B-TREE')),
      ),
    );
  } finally {
    database.close();
    documents.close();
    rmSync(folder, { recursive: true });
  }
}
