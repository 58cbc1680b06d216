import type { ReadModelStore } from '../read-model.ts';
import type { MongoReadModelOptions } from './mongo-store.ts';

export async function openMongoReadModel(options: MongoReadModelOptions): Promise<ReadModelStore> {
  // Who runs embedded does not wait for mongoose to load.
  const { connectMongoStore } = await import('./mongo-store.ts');
  return connectMongoStore(options);
}
