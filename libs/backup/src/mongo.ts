import { linesIn, mongoUnreachable, ownValue, usageError } from '@contentflow/kernel';
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import mongoose from 'mongoose';

/** Where services keep documents: the server, and each service's database. */
export interface MongoLocation {
  readonly uri: string;
  readonly databases: Readonly<Record<string, string>>;
}

/** What cannot be made from the log again, before and after it is copied: of money rather too much is known as spent. */
const BEFORE_LOG = ['idempotency_keys', 'kept_responses'];
const AFTER_LOG = ['budgets', 'budget_owners'];
export const keptCollections = { beforeLog: BEFORE_LOG, afterLog: AFTER_LOG };

const WAIT_MS = 10_000;
const CONCURRENCY = 500;
const { EJSON } = mongoose.mongo.BSON;
/** Types are kept: a long is no double, a date no text. */
const CANONICAL = { relaxed: false } as const;
const FOLDER = 'mongo';

async function withMongo<T>(uri: string, work: (client: mongoose.mongo.MongoClient) => Promise<T>): Promise<T> {
  const connection = await mongoose
    .createConnection(uri, { autoIndex: false, autoCreate: false, serverSelectionTimeoutMS: WAIT_MS })
    .asPromise()
    .catch((cause: unknown) => {
      throw mongoUnreachable(' answers', cause);
    });
  try {
    return await work(connection.getClient() as mongoose.mongo.MongoClient);
  } finally {
    await connection.close();
  }
}

/** Writes these collections of every service below the folder, a document a line. @returns the names of the files */
export const copyCollections = (
  { uri, databases }: MongoLocation,
  collections: readonly string[],
  folder: string,
): Promise<string[]> =>
  withMongo(uri, async (client) => {
    const names: string[] = [];
    for (const [service, database] of Object.entries(databases))
      for (const { name: collection } of await client.db(database).listCollections().toArray()) {
        if (!collections.includes(collection)) continue;
        const name = `${FOLDER}/${service}.${collection}.jsonl`;
        const lines = client.db(database).collection(collection).find();
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        await pipeline(
          Readable.from(
            (async function* () {
              for await (const document of lines) yield `${EJSON.stringify(document, CANONICAL)}\n`;
            })(),
          ),
          createWriteStream(join(folder, name), { flush: true }),
        );
        names.push(name);
      }
    return names;
  });

/** @throws ContentFlowError `usage` where any service has documents */
export const assertMongoEmpty = ({ uri, databases }: MongoLocation): Promise<void> =>
  withMongo(uri, async (client) => {
    for (const database of Object.values(databases))
      for (const { name } of await client.db(database).listCollections().toArray())
        if ((await client.db(database).collection(name).findOne()) !== null)
          throw usageError(
            `database ${database} is not empty`,
            'restore into another server, or another CONTENTFLOW_NAMESPACE',
          );
  });

/** Only ever of what an interrupted restore has left. */
export const emptyMongo = ({ uri, databases }: MongoLocation): Promise<void> =>
  withMongo(uri, async (client) => {
    for (const database of Object.values(databases)) await client.db(database).dropDatabase();
  });

/** Puts back what `copyCollections` wrote. */
export const restoreCollections = (
  { uri, databases }: MongoLocation,
  folder: string,
  names: readonly string[],
): Promise<void> =>
  withMongo(uri, async (client) => {
    for (const name of names) {
      const [, service = '', collection = ''] = /^mongo\/([\w-]+)\.(\w+)\.jsonl$/.exec(name) ?? [];
      const database = ownValue(databases, service);
      if (database === undefined) continue;
      const target = client.db(database).collection(collection);
      const some: mongoose.mongo.BSON.Document[] = [];
      for await (const line of linesIn(createReadStream(join(folder, name)))) {
        some.push(EJSON.parse(line, CANONICAL) as mongoose.mongo.BSON.Document);
        if (some.length >= CONCURRENCY) await target.insertMany(some.splice(0));
      }
      if (some.length > 0) await target.insertMany(some);
    }
  });
