import type { NewEvent } from '@contentflow/kernel';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

const READ_BATCH = 500;

/** node:sqlite and nothing else: the same rows in the same table, each batch one synced transaction. */
export class PlainDriver {
  private readonly database: DatabaseSync;
  private readonly insert: StatementSync;
  private readonly select: StatementSync;
  private place = 0;

  constructor(file: string) {
    this.database = new DatabaseSync(file);
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.database.exec('CREATE TABLE events (place INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT');
    this.insert = this.database.prepare('INSERT INTO events VALUES (?, ?)');
    this.select = this.database.prepare('SELECT place, event FROM events WHERE place >= ? ORDER BY place LIMIT ?');
  }

  append(events: readonly NewEvent[]): void {
    this.database.exec('BEGIN IMMEDIATE');
    for (const event of events) this.insert.run(this.place++, JSON.stringify(event));
    this.database.exec('COMMIT');
  }

  replaceBy(events: readonly NewEvent[]): void {
    this.database.exec('DELETE FROM events');
    this.place = 0;
    this.append(events);
  }

  /** Every event, parsed. */
  readAll(): void {
    for (let from = 0; from < this.place; from += READ_BATCH)
      for (const { event } of this.select.all(from, READ_BATCH)) JSON.parse(String(event));
  }

  close(): void {
    this.database.close();
  }
}
