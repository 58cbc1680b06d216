import { mongoUnreachable } from '@contentflow/kernel';
import mongoose from 'mongoose';
import type { SubjectKey, SubjectKeys } from '../personal/subject-keys.ts';

type StoredKey = Omit<SubjectKey, 'pseudonym'> & { readonly _id: string };
const SERVER_SELECTION_MS = 5_000;
const DUPLICATE_KEY = 11_000;
const MASTER = 'master';

/** Keys in a database of their own in MongoDB, for processes on any number of machines. */
export async function connectMongoSubjectKeys(uri: string, database: string): Promise<SubjectKeys> {
  const options = { dbName: database, autoIndex: false, autoCreate: false };
  const connection = await mongoose
    .createConnection(uri, { ...options, serverSelectionTimeoutMS: SERVER_SELECTION_MS })
    .asPromise()
    .catch((cause: unknown) => {
      throw mongoUnreachable(' for the keys of persons', cause, 'not-ready');
    });
  const client = connection.getClient().db(database);
  const keys = client.collection<StoredKey>('subject_keys', { writeConcern: { w: 'majority' } });
  const master = client.collection<{ _id: string; fingerprint: string }>('master_key');
  await keys.createIndex({ lookup: 1 }, { unique: true });
  await keys.createIndex({ usedAt: 1 });
  const found = async (where: Partial<StoredKey>): Promise<SubjectKey | undefined> => {
    const stored = await keys.findOne(where);
    if (!stored) return undefined;
    const { _id: pseudonym, lookup, wrapped, usedAt } = stored;
    return { pseudonym, lookup, wrapped, usedAt };
  };
  return {
    fingerprint: async () => (await master.findOne({ _id: MASTER }))?.fingerprint,
    keepFingerprint: (fingerprint) => once(master.insertOne({ _id: MASTER, fingerprint })),
    byLookup: (lookup) => found({ lookup }),
    byPseudonym: (_id) => found({ _id }),
    add: async ({ pseudonym: _id, ...key }) => {
      await once(keys.insertOne({ _id, ...key }));
      return (await found({ lookup: key.lookup })) as SubjectKey;
    },
    used: async (_id, usedAt) => void (await keys.updateOne({ _id }, { $set: { usedAt } })),
    unusedSince: async (time) =>
      (await keys.find({ usedAt: { $lt: time } }, { sort: { usedAt: 1 } }).toArray()).map(({ _id }) => _id),
    destroy: async (_id) => (await keys.deleteOne({ _id })).deletedCount > 0,
    close: () => connection.close(),
  };
}

/** Whoever was first has it. */
async function once(insert: Promise<unknown>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
  }
}
