import { type DamagedEvent, damagedEvents, quarantineDamaged } from '@contentflow/event-log';
import { ContentFlowError, messageOf, systemRefusal } from '@contentflow/kernel';
import { isThere } from './reachable.ts';
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Reads a SQLite file through, before anything stands on it.
 * @param fix what to do where it is damaged
 * @throws ContentFlowError `damaged`, naming the file and the place; `unreachable` where it cannot be read
 */
export function assertIntact(file: string, fix: string): void {
  if (!isThere(file)) return;
  const problem = damageOf(file);
  if (problem !== undefined) throw new ContentFlowError('damaged', `${basename(file)} is damaged: ${problem}`, { fix });
}

/**
 * Reads a log's file through: its pages, and the text of every event.
 * @param acceptsLoss whether to go on without the events whose text has changed, which are set aside
 * @returns what was accepted
 * @throws ContentFlowError `damaged`, naming the place
 */
export function assertIntactLog(file: string, fix: string, acceptsLoss = false): string | undefined {
  assertIntact(file, fix);
  if (!existsSync(file)) return undefined;
  const [first, ...others] = damagedEvents(file);
  if (!first) return undefined;
  const more = others.length === 0 ? '' : `, and at ${others.length} other places`;
  const problem = `${basename(file)} is damaged at ${placeOf(first)}${more}: its text is not what was written`;
  if (!acceptsLoss)
    throw new ContentFlowError('damaged', problem, {
      fix: `${fix}, or go on without it by "contentflow start --accept-loss"`,
    });
  quarantineDamaged(file);
  return problem;
}

/** `contentflow.content/3/17 (event 2c4f…)` */
export const placeOf = ({ topic, partition, offset, id }: DamagedEvent): string =>
  `${topic}/${partition}/${offset} (${id === undefined ? 'an event without an id' : `event ${id}`})`;

/**
 * What SQLite says against it; undefined where it is sound.
 * @throws ContentFlowError `unreachable` where it cannot be read, which says nothing of what it holds
 */
export function damageOf(file: string): string | undefined {
  if (!statSync(file).isFile()) return 'it is no file';
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    // The first line alone says where; "*** in database main ***" goes before it.
    return found === 'ok' ? undefined : String(found).split('\n').at(-1);
  } catch (error) {
    const refusal = systemRefusal(error, file);
    if (refusal) throw refusal;
    return messageOf(error);
  } finally {
    if (database?.isOpen) database.close();
  }
}

const LOCK_TIMEOUT_MS = 10_000;

/** As a SQLite file that somebody emptied is, not one whose first pages still lie in its write-ahead log. */
export const isEmptied = (file: string): boolean => statSync(file).size === 0 && !existsSync(`${file}-wal`);
