import {
  ContentFlowError,
  isDiskFull,
  messageOf,
  partitionKey,
  type Positions,
  systemRefusal,
} from '@contentflow/kernel';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { OnBytes } from './pieces.ts';

export const LOG = 'log.sqlite';
const BUDGETS = 'budgets.sqlite';
const LOCK_TIMEOUT_MS = 30_000;
/** All pages in one step: a copy in several begins again whenever another process writes. */
const ALL_PAGES = 2 ** 30;
const LOOK_EVERY_MS = 200;

/**
 * The databases below an installation's folder, in the order in which they must be copied while it runs: documents know no
 * event that the log lacks, and of money rather too much is known as spent than too little.
 */
export function databasesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sqlite'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !name.split('/').some((part) => part.startsWith('.')))
    .toSorted();
  const last = [LOG, BUDGETS];
  return [...names.filter((name) => !last.includes(name)), ...last.filter((name) => names.includes(name))];
}

/** One transaction's view of a database, as a file of its own, while others write to it. @throws ContentFlowError naming the file */
export async function copyDatabase(from: string, to: string, onBytes: OnBytes): Promise<void> {
  mkdirSync(dirname(to), { recursive: true });
  let reported = 0;
  const tell = (): void => {
    const now = existsSync(to) ? statSync(to).size : 0;
    onBytes(now - reported);
    reported = now;
  };
  const looking = setInterval(tell, LOOK_EVERY_MS);
  let source: DatabaseSync | undefined;
  try {
    source = new DatabaseSync(from, { timeout: LOCK_TIMEOUT_MS });
    await backup(source, to, { rate: ALL_PAGES });
    assertIntegrity(to);
  } catch (error) {
    const refusal = systemRefusal(error, isDiskFull(error) ? to : from);
    if (refusal) throw refusal;
    throw new ContentFlowError('backup-failed', `"${from}" cannot be copied: ${messageOf(error)}`, {
      fix: 'see what "contentflow doctor" says of it',
    });
  } finally {
    clearInterval(looking);
    source?.close();
    tell();
  }
}

/** Reads every page, and leaves the file by itself: no write-ahead log beside it. @throws where SQLite finds fault */
export function assertIntegrity(file: string): void {
  const database = new DatabaseSync(file);
  try {
    const [first] = database.prepare('PRAGMA integrity_check(1)').all() as { integrity_check: string }[];
    if (first?.integrity_check !== 'ok') throw new Error(first?.integrity_check ?? 'it cannot be checked');
    database.exec('PRAGMA journal_mode = DELETE');
  } finally {
    database.close();
  }
}

/** The offset after the last event of each partition, as the copy has them. */
export function positionsOf(logFile: string): Positions {
  const database = new DatabaseSync(logFile, { readOnly: true });
  try {
    const partitions = database.prepare('SELECT id, topic, number FROM partitions ORDER BY topic, number').all();
    const end = database.prepare('SELECT max("offset") + 1 AS next FROM log WHERE topic = ? AND partition = ?');
    return Object.fromEntries(
      partitions.flatMap(({ topic, number }) => {
        const next = Number(end.get(topic as string, number as number)?.['next'] ?? 0);
        return next === 0 ? [] : [[partitionKey(topic as string, number as number), next] as const];
      }),
    );
  } finally {
    database.close();
  }
}
