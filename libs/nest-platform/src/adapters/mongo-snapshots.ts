import { DAY_MS, systemClock } from '@contentflow/kernel';
import mongoose from 'mongoose';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { deserialize, serialize } from 'node:v8';
import type { Snapshots } from '../snapshots.ts';

type Bucket = mongoose.mongo.GridFSBucket;

/** Long after a deployment: the snapshots of a build that has written none since are nobody's. */
const KEPT_MS = 7 * DAY_MS;
/** A reader may be on the one before the last. */
const SNAPSHOTS_KEPT = 2;
const SERVER_SELECTION_MS = 5_000;

/**
 * Snapshots in MongoDB, for processes on any number of machines; in GridFS, since a state may be larger than a document can be. Each build has its own,
 * so that two of them may run side by side while one takes the place of the other.
 */
export function mongoSnapshots(uri: string, database: string, build: string): Snapshots & { close(): Promise<void> } {
  let opened: Promise<mongoose.Connection> | undefined;
  const bucket = async (): Promise<Bucket> => {
    const options = { dbName: database, serverSelectionTimeoutMS: SERVER_SELECTION_MS };
    opened ??= mongoose.createConnection(uri, options).asPromise();
    try {
      return new mongoose.mongo.GridFSBucket((await opened).getClient().db(database), { bucketName: 'snapshots' });
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
  const fileOf = (name: string): string => `${name}@${build}`;
  return {
    async read(name) {
      try {
        return deserialize(await buffer((await bucket()).openDownloadStreamByName(fileOf(name)))) as unknown;
      } catch {
        // None yet, or one that is not whole: all is folded again.
        return undefined;
      }
    },
    async write(name, value) {
      // Serialised before anything is awaited: the state goes on changing.
      const bytes = serialize(value);
      const files = await bucket();
      await pipeline(Readable.from([bytes]), files.openUploadStream(fileOf(name)));
      await deleteOlder(files, fileOf(name));
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

async function deleteOlder(files: Bucket, own: string): Promise<void> {
  const ofEach = await files.find({ filename: own }).sort({ uploadDate: -1 }).toArray();
  const abandoned = await files.find({ uploadDate: { $lt: new Date(systemClock.now() - KEPT_MS) } }).toArray();
  for (const { _id } of [...ofEach.slice(SNAPSHOTS_KEPT), ...abandoned.filter(({ filename }) => filename !== own)])
    // Another process may have been faster.
    await files.delete(_id).catch(() => undefined);
}
