import { mongoUnreachable } from '@contentflow/kernel';
import mongoose from 'mongoose';
import {
  MAX_STORED_RESPONSE_BYTES,
  MAX_STORED_RESPONSES,
  STORED_RESPONSE_MS,
  type StoredResponse,
  type ResponseStore,
} from '../protocols/response-store.ts';

interface Stored {
  _id: string;
  /** A date, so that the server forgets it by itself. */
  at: Date;
  kept: string;
}

/** Larger than this a document is refused; what is so long is told in whole by its sender. Source: MongoDB's limits, 16 MiB */
const LONGEST = 15 * 1024 * 1024;
const PURGE_EVERY = 256;
const SERVER_SELECTION_MS = 5_000;

/** Responses in MongoDB, for processes on any number of machines. */
export async function connectMongoResponseStore(uri: string, database: string): Promise<ResponseStore> {
  const connection = await mongoose
    .createConnection(uri, { dbName: database, autoIndex: false, serverSelectionTimeoutMS: SERVER_SELECTION_MS })
    .asPromise()
    .catch((cause: unknown) => {
      throw mongoUnreachable(' for responses', cause);
    });
  const responses = connection.getClient().db(database).collection<Stored>('kept_responses');
  await responses.createIndex({ at: 1 }, { expireAfterSeconds: STORED_RESPONSE_MS / 1000 });
  const most = Math.min(MAX_STORED_RESPONSES, Math.ceil(MAX_STORED_RESPONSE_BYTES / 16_384));
  let writes = 0;

  const tidy = async (): Promise<void> => {
    const [first] = await responses.find().sort({ at: -1 }).skip(most).limit(1).toArray();
    if (first) await responses.deleteMany({ at: { $lte: first.at } });
  };
  return {
    keep: async (response) => {
      const kept = JSON.stringify(response);
      if (kept.length > LONGEST) return;
      await responses.replaceOne({ _id: response.id }, { at: new Date(response.at), kept }, { upsert: true });
      if (writes++ % PURGE_EVERY === 0) await tidy();
    },
    find: async (id) => {
      const found = await responses.findOne({ _id: id });
      return found ? (JSON.parse(found.kept) as StoredResponse) : undefined;
    },
    remove: async (id) => (await responses.deleteOne({ _id: id })).deletedCount > 0,
    close: () => connection.close(),
  };
}
