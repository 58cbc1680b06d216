import { mongoUnreachable } from '@contentflow/kernel';
import mongoose from 'mongoose';
import {
  claimed,
  claimOf,
  type IdempotencyKeys,
  KEPT_MS,
  type KeyedRequest,
  type KeyRecord,
  LEASE_MS,
} from '../idempotency/idempotency-keys.ts';

interface StoredKey {
  _id: string;
  body: string;
  claimant: string;
  leaseUntil: number;
  /** A date, so that the server forgets it by itself. */
  keptUntil: Date;
  answer?: { status: number; headers: [string, string][]; payload: mongoose.mongo.Binary };
}
type Keys = mongoose.mongo.Collection<StoredKey>;

const DUPLICATE_KEY = 11_000;
const SERVER_SELECTION_MS = 5_000;

/** Keys in MongoDB, for processes on any number of machines. */
export async function connectMongoIdempotencyKeys(uri: string, database: string): Promise<IdempotencyKeys> {
  const options = {
    dbName: database,
    autoIndex: false,
    autoCreate: false,
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
  };
  const connection = await mongoose
    .createConnection(uri, options)
    .asPromise()
    .catch((cause: unknown) => {
      throw mongoUnreachable(' for idempotency keys', cause, 'not-ready');
    });
  const keys: Keys = connection.getClient().db(database).collection('idempotency_keys');
  await keys.createIndex({ keptUntil: 1 }, { expireAfterSeconds: 0 });
  return {
    claim: (request, claimant, now) => claim(keys, request, claimant, now),
    renew: (place, claimant, now) => prolong(keys, place, claimant, now + LEASE_MS),
    answer: async (place, claimant, { status, headers, payload }, now) => {
      const answer = { status, headers: Object.entries(headers), payload: new mongoose.mongo.Binary(payload) };
      await keys.updateOne({ _id: place, claimant }, { $set: { answer, keptUntil: new Date(now + KEPT_MS) } });
    },
    release: (place, claimant) => prolong(keys, place, claimant, 0),
    forget: async (place, claimant) => {
      await keys.deleteOne({ _id: place, claimant, answer: { $exists: false } });
    },
    close: () => connection.close(),
  };
}

/** Reads, and writes only what is still as it was read: whoever was slower looks again. */
async function claim(keys: Keys, request: KeyedRequest, claimant: string, now: number): Promise<Claimed> {
  for (;;) {
    const stored = (await keys.findOne({ _id: request.place })) ?? undefined;
    const result = claimed(stored && recordOf(stored), request, now);
    if (result.kind !== 'yours') return result;
    const { keptUntil, ...record } = claimOf(request, claimant, now);
    const own = { ...record, keptUntil: new Date(keptUntil) };
    const isOurs = stored ? await tookOver(keys, stored, own) : await wasFirst(keys, { _id: request.place, ...own });
    if (isOurs) return result;
  }
}

async function wasFirst(keys: Keys, key: StoredKey): Promise<boolean> {
  try {
    await keys.insertOne(key);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === DUPLICATE_KEY) return false;
    throw error;
  }
}

async function tookOver(keys: Keys, before: StoredKey, own: Omit<StoredKey, '_id'>): Promise<boolean> {
  const { _id, claimant, leaseUntil, keptUntil } = before;
  const { matchedCount } = await keys.updateOne(
    { _id, claimant, leaseUntil, keptUntil },
    { $set: own, $unset: { answer: '' } },
  );
  return matchedCount === 1;
}

async function prolong(keys: Keys, place: string, claimant: string, leaseUntil: number): Promise<void> {
  await keys.updateOne({ _id: place, claimant, answer: { $exists: false } }, { $set: { leaseUntil } });
}

function recordOf({ body, claimant, leaseUntil, keptUntil, answer }: StoredKey): KeyRecord {
  const record = { body, claimant, leaseUntil, keptUntil: keptUntil.getTime() };
  if (!answer) return record;
  const { status, headers, payload } = answer;
  return { ...record, answer: { status, headers: Object.fromEntries(headers), payload: Buffer.from(payload.buffer) } };
}

type Claimed = Awaited<ReturnType<IdempotencyKeys['claim']>>;
