import { useWriteAheadLog } from '@contentflow/kernel';
import { DatabaseSync } from 'node:sqlite';
import {
  MAX_STORED_RESPONSE_BYTES,
  MAX_STORED_RESPONSES,
  STORED_RESPONSE_MS,
  type StoredResponse,
  type ResponseStore,
} from '../protocols/response-store.ts';

const LOCK_TIMEOUT_MS = 5000;
/** Writes after which what is too old or too much goes. */
const PURGE_EVERY = 64;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS response (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, size INTEGER NOT NULL, kept TEXT NOT NULL
  ) STRICT;
`;

export interface ResponseStoreLimits {
  readonly count: number;
  readonly bytes: number;
}

/** Responses in one SQLite file beside the log, which several processes may share. */
export function sqliteResponseStore(
  file: string,
  { count, bytes }: ResponseStoreLimits = { count: MAX_STORED_RESPONSES, bytes: MAX_STORED_RESPONSE_BYTES },
): ResponseStore {
  const database = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS });
  useWriteAheadLog(database);
  database.exec('PRAGMA synchronous = NORMAL');
  // What is removed is overwritten: it may be words of persons.
  database.exec('PRAGMA secure_delete = ON');
  database.exec(SCHEMA);
  const put = database.prepare('INSERT OR REPLACE INTO response (id, at, size, kept) VALUES (?, ?, ?, ?)');
  const get = database.prepare('SELECT kept FROM response WHERE id = ? AND at > ?');
  const drop = database.prepare('DELETE FROM response WHERE id = ?');
  const tidy = database.prepare(`DELETE FROM response WHERE at <= :oldest OR number IN (
    SELECT number FROM (
      SELECT number, row_number() OVER latest AS place, sum(size) OVER latest AS together FROM response
      WINDOW latest AS (ORDER BY number DESC)
    ) WHERE place > :count OR together > :bytes
  )`);
  let latest = 0;
  let writes = 0;

  return {
    keep: async (response) => {
      const kept = JSON.stringify(response);
      put.run(response.id, response.at, kept.length, kept);
      latest = Math.max(latest, response.at);
      if (writes++ % PURGE_EVERY === 0) tidy.run({ oldest: latest - STORED_RESPONSE_MS, count, bytes });
    },
    find: async (id) => {
      const row = get.get(id, latest - STORED_RESPONSE_MS) as { kept: string } | undefined;
      return row && (JSON.parse(row.kept) as StoredResponse);
    },
    remove: async (id) => drop.run(id).changes > 0,
    close: async () => database.close(),
  };
}
