import type { Document } from '@contentflow/kernel';
import { largestLimit } from './query.ts';
import type { Collection, Query } from './read-model.ts';

/** Every document that the query finds, in its order, read page by page. */
export async function* allDocuments<Doc extends Document>(
  collection: Pick<Collection<Doc>, 'find'>,
  query: Omit<Query, 'limit' | 'after'> = {},
): AsyncGenerator<Doc> {
  let after: string | undefined;
  do {
    const page = await collection.find({ ...query, limit: largestLimit, ...(after !== undefined && { after }) });
    yield* page.items;
    after = page.next ?? undefined;
  } while (after !== undefined);
}
