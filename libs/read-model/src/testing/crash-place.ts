import { openEmbeddedReadModel } from '../embedded/open.ts';
import { openMongoReadModel } from '../mongo/open.ts';
import type { ReadModelStore } from '../read-model.ts';

/** Where documents lie, in words that another process understands. */
export type StoreLocation =
  { readonly file: string; readonly writer: 'inline' | 'thread' } | { readonly uri: string; readonly database: string };

export const openPlace = (place: StoreLocation): Promise<ReadModelStore> =>
  'uri' in place ? openMongoReadModel(place) : openEmbeddedReadModel(place);
