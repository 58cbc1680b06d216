import type { ReadModelStore } from '../read-model.ts';

export interface MongoReadModelOptions {
  /** `mongodb://…` */
  readonly uri: string;
  /** One for each service. */
  readonly database: string;
}

export async function openMongoReadModel(options: MongoReadModelOptions): Promise<ReadModelStore> {
  // Who runs embedded does not wait for mongoose to load.
  const { connectMongoStore } = await import('./mongo-store.ts');
  return connectMongoStore(options);
}
