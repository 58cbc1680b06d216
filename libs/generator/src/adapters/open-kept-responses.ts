import type { Platform } from '@contentflow/nest-platform';
import { join } from 'node:path';
import type { KeptResponses } from '../protocols/kept-responses.ts';
import { sqliteKeptResponses } from './sqlite-kept-responses.ts';

/** Where an installation keeps responses, opened with the first; in memory where nothing is kept. */
export function openKeptResponses(platform: Pick<Platform, 'folder' | 'mongo' | 'closing'>): KeptResponses {
  let opened: Promise<KeptResponses> | undefined;
  const responses = (): Promise<KeptResponses> => {
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

async function open({ folder, mongo }: Pick<Platform, 'folder' | 'mongo'>): Promise<KeptResponses> {
  if (!mongo) return sqliteKeptResponses(folder === undefined ? ':memory:' : join(folder, 'responses.sqlite'));
  // Who runs embedded does not wait for mongoose to load.
  const { connectMongoKeptResponses } = await import('./mongo-kept-responses.ts');
  return connectMongoKeptResponses(mongo.uri, mongo.databaseOf('generator'));
}
