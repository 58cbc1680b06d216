import type { Platform } from '@contentflow/nest-platform';
import { join } from 'node:path';
import type { ResponseStore } from '../protocols/response-store.ts';
import { sqliteResponseStore } from './sqlite-response-store.ts';

/** Where an installation keeps responses, opened with the first; in memory where nothing is kept. */
export function openResponseStore(platform: Pick<Platform, 'folder' | 'mongo' | 'closing'>): ResponseStore {
  let opened: Promise<ResponseStore> | undefined;
  const responses = (): Promise<ResponseStore> => {
    opened ??= open(platform).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const close = async (): Promise<void> => (await opened?.catch(() => undefined))?.close();
  platform.closing?.addEventListener('abort', () => void close(), { once: true });
  return {
    keep: async (response) => (await responses()).keep(response),
    find: async (id) => (await responses()).find(id),
    remove: async (id) => (await responses()).remove(id),
    close,
  };
}

async function open({ folder, mongo }: Pick<Platform, 'folder' | 'mongo'>): Promise<ResponseStore> {
  if (!mongo) return sqliteResponseStore(folder === undefined ? ':memory:' : join(folder, 'responses.sqlite'));
  // Who runs embedded does not wait for mongoose to load.
  const { connectMongoResponseStore } = await import('./mongo-response-store.ts');
  return connectMongoResponseStore(mongo.uri, mongo.databaseOf('generator'));
}
