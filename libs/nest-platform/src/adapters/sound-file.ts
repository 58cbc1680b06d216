import { ContentFlowError, messageOf } from '@contentflow/kernel';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Reads a SQLite file through, before anything stands on it.
 * @param fix what to do where it is damaged
 * @throws ContentFlowError `damaged`, naming the file and the place, or why it cannot be read
 */
export function mustBeSound(file: string, fix: string): void {
  if (!existsSync(file)) return;
  const problem = damageOf(file);
  if (problem !== undefined) throw new ContentFlowError('damaged', `${basename(file)} is damaged: ${problem}`, { fix });
}

function damageOf(file: string): string | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    // The first line alone says where; "*** in database main ***" goes before it.
    return found === 'ok' ? undefined : String(found).split('\n').at(-1);
  } catch (error) {
    return messageOf(error);
  } finally {
    if (database?.isOpen) database.close();
  }
}

const LOCK_TIMEOUT_MS = 10_000;
