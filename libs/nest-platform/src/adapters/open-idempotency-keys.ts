import { LazyResource } from '@contentflow/kernel';
import { join } from 'node:path';
import type { IdempotencyKeys } from '../idempotency/idempotency-keys.ts';
import type { Platform } from '../platform.ts';
import { sqliteIdempotencyKeys } from './sqlite-idempotency-keys.ts';

/** The keys of an installation, opened with the first request that has one; in memory where nothing is kept. */
export function openIdempotencyKeys(platform: Pick<Platform, 'folder' | 'mongo'>): IdempotencyKeys {
  const keys = new LazyResource(() => open(platform));
  return {
    claim: async (...request) => (await keys.get()).claim(...request),
    renew: async (...place) => (await keys.get()).renew(...place),
    answer: async (...answer) => (await keys.get()).answer(...answer),
    release: async (...place) => (await keys.get()).release(...place),
    forget: async (...place) => (await keys.get()).forget(...place),
    close: () => keys.close(),
  };
}

async function open({ folder, mongo }: Pick<Platform, 'folder' | 'mongo'>): Promise<IdempotencyKeys> {
  if (!mongo) return sqliteIdempotencyKeys(folder === undefined ? ':memory:' : join(folder, 'idempotency-keys.sqlite'));
  // Who runs embedded does not wait for mongoose to load.
  const { connectMongoIdempotencyKeys } = await import('./mongo-idempotency-keys.ts');
  return connectMongoIdempotencyKeys(mongo.uri, mongo.databaseOf('requests'));
}
