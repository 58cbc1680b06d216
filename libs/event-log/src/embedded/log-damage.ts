import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { endMarksIn } from './end-marks.ts';
import { checksumOf, SPAN } from './log-file.ts';

/** An event whose text is not what was written. */
export interface DamagedEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** None where that is damaged too. */
  readonly id?: string;
}

/** A partition that ends before what was committed to it. */
export interface LostEvents {
  readonly topic: string;
  readonly partition: number;
  readonly end: number;
  /** Where it ended once, at least. */
  readonly committed: number;
}

/**
 * Reads all events of a log's file, in the order of their places. One that a release without checksums wrote is held to be JSON alone.
 * @throws where SQLite cannot read the file
 */
export function damagedEvents(logFile: string): DamagedEvent[] {
  return reading(logFile, (database) => {
    // As an emptied file is: what is missing is told by the marks of its end.
    if (columnsOf(database, 'events').length === 0) return [];
    const hasChecksums = columnsOf(database, 'events').includes('checksum');
    const rows = database.prepare(
      `SELECT place, event, ${hasChecksums ? 'checksum' : 'NULL AS checksum'} FROM events ORDER BY place`,
    );
    const places: number[] = [];
    for (const { place, event, checksum } of rows.iterate()) {
      const text = String(event);
      if (checksum === null ? !isJson(text) : checksumOf(text) !== checksum) places.push(Number(place));
    }
    return places.map((place) => eventAt(database, place));
  });
}

/** What its text became is no event any more, for every reader: none of them shall take it for what was said. It stays in the row, for a person. */
export function quarantineDamaged(logFile: string): void {
  const damaged = damagedEvents(logFile);
  const database = new DatabaseSync(logFile, { timeout: LOCK_TIMEOUT_MS });
  try {
    const id = database.prepare('SELECT id FROM partitions WHERE topic = ? AND number = ?');
    const read = database.prepare('SELECT event FROM events WHERE place = ?');
    const write = database.prepare('UPDATE events SET event = ?, checksum = ? WHERE place = ?');
    for (const { topic, partition, offset } of damaged) {
      const place = Number(id.get(topic, partition)?.['id']) * SPAN + offset;
      const text = `damaged: ${String(read.get(place)?.['event'])}`;
      write.run(text, checksumOf(text), place);
    }
  } finally {
    database.close();
  }
}

/** Where a log's file ends before what was committed to it: empty where all is there. */
export function lostEvents(logFile: string): LostEvents[] {
  const marks = endMarksIn(logFile);
  if (marks.size === 0) return [];
  return reading(logFile, (database) => {
    const last = database.prepare('SELECT max(place) AS place FROM events WHERE place >= ? AND place < ?');
    return [...marks].flatMap(([id, committed]) => {
      const place = last.get(id * SPAN, (id + 1) * SPAN)?.['place'];
      const end = place === null || place === undefined ? 0 : (Number(place) % SPAN) + 1;
      return end < committed ? [{ ...partitionOf(database, id), end, committed }] : [];
    });
  });
}

function reading<T>(logFile: string, read: (database: DatabaseSync) => T): T {
  if (!existsSync(logFile)) throw new Error(`there is no ${logFile}`);
  const database = new DatabaseSync(logFile, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

const LOCK_TIMEOUT_MS = 10_000;

const columnsOf = (database: DatabaseSync, table: string): string[] =>
  database
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(({ name }) => String(name));

function eventAt(database: DatabaseSync, place: number): DamagedEvent {
  const [partition, offset] = [Math.floor(place / SPAN), place % SPAN];
  const known = columnsOf(database, 'ids').length > 0;
  const row = known
    ? database.prepare('SELECT id FROM ids WHERE partition = ? AND "offset" = ?').get(partition, offset)
    : undefined;
  return { ...partitionOf(database, partition), offset, ...(row ? { id: String(row['id']) } : {}) };
}

function partitionOf(database: DatabaseSync, id: number): { topic: string; partition: number } {
  const row = database.prepare('SELECT topic, number FROM partitions WHERE id = ?').get(id);
  return row ? { topic: String(row['topic']), partition: Number(row['number']) } : { topic: 'unknown', partition: id };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
