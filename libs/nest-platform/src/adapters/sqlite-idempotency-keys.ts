import { inTransaction, MINUTE_MS, useWriteAheadLog } from '@contentflow/kernel';
import { DatabaseSync } from 'node:sqlite';
import {
  claimed,
  claimOf,
  type IdempotencyKeys,
  KEPT_MS,
  type KeyRecord,
  LEASE_MS,
} from '../idempotency/idempotency-keys.ts';

const LOCK_TIMEOUT_MS = 5000;
const PURGE_EVERY_MS = MINUTE_MS;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS keys (
    place TEXT PRIMARY KEY, body TEXT NOT NULL, claimant TEXT NOT NULL, lease_until INTEGER NOT NULL, kept_until INTEGER NOT NULL,
    status INTEGER, headers TEXT, payload BLOB
  ) STRICT;
  CREATE INDEX IF NOT EXISTS kept ON keys (kept_until);
`;

/**
 * Keys in one SQLite file beside the log, which several processes may share. What is written outlives a killed process; a
 * failing machine may lose the last moments, after which the ids of events, which derive from the key, still count once.
 */
export function sqliteIdempotencyKeys(file: string): IdempotencyKeys {
  const database = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS });
  useWriteAheadLog(database);
  database.exec('PRAGMA synchronous = NORMAL');
  // What is dropped is overwritten: answers may hold words of persons.
  database.exec('PRAGMA secure_delete = ON');
  database.exec(SCHEMA);
  const find = database.prepare('SELECT * FROM keys WHERE place = ?');
  const put = database.prepare('INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, NULL, NULL, NULL)');
  const prolong = database.prepare(
    'UPDATE keys SET lease_until = ? WHERE place = ? AND claimant = ? AND status IS NULL',
  );
  const keep = database.prepare(
    'UPDATE keys SET status = ?, headers = ?, payload = ?, kept_until = ? WHERE place = ? AND claimant = ?',
  );
  const drop = database.prepare('DELETE FROM keys WHERE place = ? AND claimant = ? AND status IS NULL');
  const dropOld = database.prepare('DELETE FROM keys WHERE kept_until <= ?');
  let forgottenAt = 0;

  const transaction = <T>(work: () => T): T => inTransaction(database, work);

  return {
    claim: async (request, claimant, now) =>
      transaction(() => {
        if (now - forgottenAt >= PURGE_EVERY_MS) {
          dropOld.run(now);
          forgottenAt = now;
        }
        const row = find.get(request.place) as Row | undefined;
        const result = claimed(row && recordOf(row), request, now);
        if (result.kind === 'yours') {
          const { body, leaseUntil, keptUntil } = claimOf(request, claimant, now);
          put.run(request.place, body, claimant, leaseUntil, keptUntil);
        }
        return result;
      }),
    renew: async (place, claimant, now) => void prolong.run(now + LEASE_MS, place, claimant),
    answer: async (place, claimant, { status, headers, payload }, now) =>
      void keep.run(status, JSON.stringify(headers), payload, now + KEPT_MS, place, claimant),
    release: async (place, claimant) => void prolong.run(0, place, claimant),
    forget: async (place, claimant) => void drop.run(place, claimant),
    close: async () => database.close(),
  };
}

type Row = {
  readonly body: string;
  readonly claimant: string;
  readonly lease_until: number;
  readonly kept_until: number;
  readonly status: number | null;
  readonly headers: string | null;
  readonly payload: Uint8Array | null;
};

function recordOf({ body, claimant, lease_until, kept_until, status, headers, payload }: Row): KeyRecord {
  const record = { body, claimant, leaseUntil: lease_until, keptUntil: kept_until };
  if (status === null) return record;
  const answer = { status, headers: JSON.parse(headers ?? '{}') as Record<string, string> };
  return { ...record, answer: { ...answer, payload: Buffer.from(payload ?? []) } };
}
