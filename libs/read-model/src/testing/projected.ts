import type { Document, Projection, StoredEvent } from '@contentflow/kernel';
import { openEmbeddedReadModel } from '../embedded/open.ts';
import { projectBatch } from '../run-projection.ts';

export { storedSchema } from '../mongo/stored-document.ts';
export { queriesThatSort } from './queries-that-sort.ts';

/** The documents that a projection makes of these events, by id, as a store gives them back. */
export async function projected<Doc extends Document>(
  projection: Projection<Doc>,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<string, Doc>> {
  const store = await openEmbeddedReadModel({ file: ':memory:', writer: 'inline' });
  try {
    await projectBatch(store, projection, events);
    const { items } = await (await store.collection<Doc>(projection)).find({ limit: 1000 });
    return new Map(items.map((document) => [document.id, document]));
  } finally {
    await store.close();
  }
}
