import { LazyResource } from '@contentflow/kernel';
import type { Platform } from '@contentflow/nest-platform';
import { join } from 'node:path';
import type { ResponseStore } from '../protocols/response-store.ts';
import { sqliteResponseStore } from './sqlite-response-store.ts';

/** Where an installation keeps responses, opened with the first; in memory where nothing is kept. */
export function openResponseStore(platform: Pick<Platform, 'folder' | 'mongo' | 'closing'>): ResponseStore {
  const store = new LazyResource(() => open(platform));
  platform.closing?.addEventListener('abort', () => void store.close(), { once: true });
  return {
    keep: async (response) => (await store.get()).keep(response),
    find: async (id) => (await store.get()).find(id),
    remove: async (id) => (await store.get()).remove(id),
    close: () => store.close(),
  };
}

async function open({ folder, mongo }: Pick<Platform, 'folder' | 'mongo'>): Promise<ResponseStore> {
  if (!mongo) return sqliteResponseStore(folder === undefined ? ':memory:' : join(folder, 'responses.sqlite'));
  // Who runs embedded does not wait for mongoose to load.
  const { connectMongoResponseStore } = await import('./mongo-response-store.ts');
  return connectMongoResponseStore(mongo.uri, mongo.databaseOf('generator'));
}
