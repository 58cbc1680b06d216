import { ContentFlowError, useWriteAheadLog } from '@contentflow/kernel';
import { chmodSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SubjectKey, SubjectKeys } from '../personal/subject-keys.ts';

const LOCK_TIMEOUT_MS = 5000;
const IN_MEMORY = ':memory:';
const OWNER_ONLY = 0o600;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS keys (pseudonym TEXT PRIMARY KEY, lookup TEXT NOT NULL UNIQUE, wrapped TEXT NOT NULL, used_at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS master (one INTEGER PRIMARY KEY CHECK (one = 1), fingerprint TEXT NOT NULL) STRICT;
`;
const COLUMNS = 'pseudonym, lookup, wrapped, used_at AS usedAt';

/**
 * Keys in one SQLite file of the folder, which several processes may share. Deleted rows are overwritten, in the file and in its write-ahead log.
 * @param lockTimeoutMs  how long it waits for others
 */
export function sqliteSubjectKeys(file: string, lockTimeoutMs = LOCK_TIMEOUT_MS): SubjectKeys {
  const database = new DatabaseSync(file, { timeout: lockTimeoutMs });
  if (file !== IN_MEMORY) chmodSync(file, OWNER_ONLY);
  useWriteAheadLog(database);
  // A key that a failing machine loses would take what was acknowledged with it.
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA secure_delete = ON');
  database.exec(SCHEMA);
  const byLookup = database.prepare(`SELECT ${COLUMNS} FROM keys WHERE lookup = ?`);
  const byPseudonym = database.prepare(`SELECT ${COLUMNS} FROM keys WHERE pseudonym = ?`);
  const add = database.prepare('INSERT INTO keys VALUES (?, ?, ?, ?) ON CONFLICT (lookup) DO NOTHING');
  const used = database.prepare('UPDATE keys SET used_at = ? WHERE pseudonym = ?');
  const unused = database.prepare('SELECT pseudonym FROM keys WHERE used_at < ? ORDER BY used_at');
  const destroy = database.prepare('DELETE FROM keys WHERE pseudonym = ?');
  const fingerprint = database.prepare('SELECT fingerprint FROM master');
  const keepFingerprint = database.prepare('INSERT INTO master VALUES (1, ?) ON CONFLICT DO NOTHING');
  const found = (row: unknown): SubjectKey | undefined => (row ? { ...(row as SubjectKey) } : undefined);
  return {
    fingerprint: async () => (fingerprint.get() as { fingerprint: string } | undefined)?.fingerprint,
    keepFingerprint: async (each) => void keepFingerprint.run(each),
    byLookup: async (lookup) => found(byLookup.get(lookup)),
    byPseudonym: async (pseudonym) => found(byPseudonym.get(pseudonym)),
    add: async ({ pseudonym, lookup, wrapped, usedAt }) => {
      add.run(pseudonym, lookup, wrapped, usedAt);
      return found(byLookup.get(lookup)) as SubjectKey;
    },
    used: async (pseudonym, at) => void used.run(at, pseudonym),
    unusedSince: async (time) => (unused.all(time) as { pseudonym: string }[]).map(({ pseudonym }) => pseudonym),
    destroy: async (pseudonym) => {
      const { changes } = destroy.run(pseudonym);
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      assertEmptied(`${file}-wal`);
      return changes > 0;
    },
    close: async () => database.close(),
  };
}

/** The file of the write-ahead log keeps what was deleted for as long as anybody reads by it. */
function assertEmptied(log: string): void {
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  throw new ContentFlowError('not-ready', 'the key is destroyed, and another process still holds a copy of it', {
    fix: 'forget once more',
  });
}
