import { ContentFlowError, useWriteAheadLog } from '@contentflow/kernel';
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { TopicDefinition } from '../event-log.ts';
import { EndMarks } from './end-marks.ts';
import { fileError } from './sqlite-errors.ts';

export const IN_MEMORY = ':memory:';
const FORMAT = 3;
const APPLICATION = 0x43464c47; // "CFLG"
const LOCK_TIMEOUT_MS = 10_000;
/** Rows lie in one tree, partition after partition: place = partition × SPAN + offset. */
export const SPAN = 2 ** 36;

/** Of an event's text, kept beside it: SQLite itself does not see that a byte of a text has changed. */
export const checksumOf = (event: string): number => crc32(event);

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS partitions (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, number INTEGER NOT NULL, UNIQUE (topic, number)) STRICT;
  CREATE TABLE IF NOT EXISTS events (place INTEGER PRIMARY KEY, event TEXT NOT NULL, checksum INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS ids (
    partition INTEGER NOT NULL, id TEXT NOT NULL, "offset" INTEGER NOT NULL, PRIMARY KEY (partition, id)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS repeats (place INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS groups (name TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS members (
    id INTEGER PRIMARY KEY, group_name TEXT NOT NULL, name TEXT NOT NULL, partitions TEXT NOT NULL, expires INTEGER NOT NULL,
    UNIQUE (group_name, name)) STRICT;
  CREATE TABLE IF NOT EXISTS progress (
    group_name TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, owner TEXT, epoch INTEGER NOT NULL,
    PRIMARY KEY (group_name, partition)) STRICT, WITHOUT ROWID;
  CREATE VIEW IF NOT EXISTS log AS
    SELECT p.topic, p.number AS partition, e.place - p.id * ${SPAN} AS "offset", e.event
    FROM partitions p JOIN events e ON e.place >= p.id * ${SPAN} AND e.place < (p.id + 1) * ${SPAN};
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${FORMAT};
`;

/** Format 1 kept no ids, so that an event could come twice: each id is remembered where it came first, and the others are marked. */
const INDEX_IDS = `
  INSERT OR IGNORE INTO ids
    SELECT place / ${SPAN}, CAST(event ->> '$.id' AS TEXT), place % ${SPAN} FROM events WHERE json_valid(event) ORDER BY place;
  INSERT INTO repeats
    SELECT e.place FROM events e
    JOIN ids i ON i.partition = e.place / ${SPAN} AND i.id = CAST(e.event ->> '$.id' AS TEXT)
    WHERE json_valid(e.event) AND i."offset" <> e.place % ${SPAN};
`;

/** Formats 1 and 2 kept no checksums: what they hold goes without. */
const ADD_CHECKSUMS = 'ALTER TABLE events ADD COLUMN checksum INTEGER;';

export type PartitionRow = {
  readonly id: number;
  readonly topic: string;
  readonly number: number;
};

/** One connection to the log's file: its events, their places, transactions. Everything here is synchronous. */
export class LogFile {
  readonly path: string;
  readonly database: DatabaseSync;
  private readonly insert: StatementSync;
  private readonly remember: StatementSync;
  private readonly firstPlace: StatementSync;
  private readonly range: StatementSync;
  private readonly last: StatementSync;
  private readonly version: StatementSync;
  private readonly groupGeneration: StatementSync;
  private readonly repeats: ReadonlySet<number>;
  private readonly knownEnds = new Map<number, number>();
  /** Where partitions will end once the transaction is committed. */
  private readonly grown = new Map<number, number>();
  private readonly marks: EndMarks | undefined;
  private knownVersion = -1;
  /** Which file it is, by the system's account; undefined where nothing is to be kept. */
  private readonly opened: string | undefined;

  constructor(path: string, options: { isSynced: boolean }) {
    this.path = path;
    this.marks = options.isSynced ? new EndMarks(path) : undefined;
    this.database = openDatabase(path, options.isSynced);
    this.opened = options.isSynced ? identityOf(path) : undefined;
    this.insert = this.database.prepare('INSERT INTO events VALUES (?, ?, ?)');
    this.remember = this.database.prepare('INSERT OR IGNORE INTO ids VALUES (?, ?, ?)');
    this.firstPlace = this.database.prepare('SELECT "offset" FROM ids WHERE partition = ? AND id = ?');
    this.repeats = this.placesOfRepeats();
    this.range = this.database.prepare(
      'SELECT place, event FROM events WHERE place >= ? AND place < ? ORDER BY place LIMIT ?',
    );
    this.last = this.database.prepare(
      'SELECT place FROM events WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT 1',
    );
    this.version = this.database.prepare('PRAGMA data_version');
    this.groupGeneration = this.database.prepare('SELECT generation FROM groups WHERE name = ?');
    for (const statement of [this.range, this.last, this.version]) statement.setReturnArrays(true);
  }

  /** Makes sure these topics exist with this many partitions, and returns every partition of the file. */
  declare(topics: readonly TopicDefinition[]): PartitionRow[] {
    return this.transaction(() => {
      const count = this.database.prepare('SELECT count(*) AS partitions FROM partitions WHERE topic = ?');
      const add = this.database.prepare('INSERT INTO partitions (topic, number) VALUES (?, ?)');
      for (const { name, partitions } of topics) {
        const existing = Number(count.get(name)!.partitions);
        if (existing === 0) for (let number = 0; number < partitions; number++) add.run(name, number);
        else if (existing !== partitions) throw partitionsDiffer(this.path, name, existing, partitions);
      }
      return this.database.prepare('SELECT id, topic, number FROM partitions ORDER BY id').all() as PartitionRow[];
    });
  }

  transaction<T>(work: () => T): T {
    try {
      this.begin();
      const result = work();
      this.commit();
      return result;
    } catch (error) {
      this.rollback();
      throw fileError(this.path, error);
    }
  }

  begin(): void {
    this.database.exec('BEGIN IMMEDIATE');
    this.removeForeignEnds();
  }

  commit(): void {
    // SQLite writes on into a file that has no name any more.
    if (this.opened !== undefined && identityOf(this.path) !== this.opened) throw isGone(this.path);
    this.database.exec('COMMIT');
    this.marks?.advance(this.grown);
    this.grown.clear();
  }

  rollback(): void {
    this.knownEnds.clear();
    this.grown.clear();
    if (this.database.isTransaction) this.database.exec('ROLLBACK');
  }

  /** Inside a transaction: the event as the partition's next, unless one of its id is there, which then keeps its place. */
  append(partition: number, id: string, event: string): { offset: number; isNew: boolean } {
    const offset = this.knownEnds.get(partition) ?? this.end(partition);
    const isNew = this.remember.run(partition, id, offset).changes === 1;
    if (!isNew) return { offset: (this.firstPlace.get(partition, id) as { offset: number }).offset, isNew };
    this.insert.run(partition * SPAN + offset, event, checksumOf(event));
    this.grown.set(partition, offset + 1);
    this.knownEnds.set(partition, offset + 1);
    return { offset, isNew };
  }

  /** Whether an event of its id lies before it: only in a log that an earlier version began. */
  isRepeat(partition: number, offset: number): boolean {
    return this.repeats.size > 0 && this.repeats.has(partition * SPAN + offset);
  }

  /** The offset after the last event of the partition. */
  end(partition: number): number {
    const first = partition * SPAN;
    const row = this.reading(() => this.last.get(first, first + SPAN)) as [number] | undefined;
    return row ? row[0] - first + 1 : 0;
  }

  /** The offsets and the JSON of at most `limit` events with `from` ≤ offset < `to`. */
  rows(partition: number, from: number, to: number, limit: number): [offset: number, event: string][] {
    const first = partition * SPAN;
    const end = first + Math.min(to, SPAN);
    const rows = this.reading(() => this.range.all(first + from, end, limit)) as [number, string][];
    for (const row of rows) row[0] -= first;
    return rows;
  }

  /** Changes whenever another connection has committed. */
  dataVersion(): number {
    return (this.reading(() => this.version.get()) as [number])[0];
  }

  /** Grows whenever members of the group come, go or let go. */
  generation(group: string): number {
    const row = this.reading(() => this.groupGeneration.get(group)) as { generation: number } | undefined;
    return row?.generation ?? 0;
  }

  close(): void {
    this.marks?.close();
    if (this.database.isOpen) this.database.close();
  }

  private placesOfRepeats(): Set<number> {
    try {
      const rows = this.database.prepare('SELECT place FROM repeats').all();
      return new Set(rows.map(({ place }) => Number(place)));
    } catch (error) {
      this.close();
      throw fileError(this.path, error);
    }
  }

  private reading(read: () => unknown): unknown {
    try {
      return read();
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  private removeForeignEnds(): void {
    const version = this.dataVersion();
    if (version !== this.knownVersion) this.knownEnds.clear();
    this.knownVersion = version;
  }
}

function openDatabase(path: string, isSynced: boolean): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (path !== IN_MEMORY) mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path, { timeout: LOCK_TIMEOUT_MS });
    refuseForeignFile(path, database);
    useWriteAheadLog(database);
    database.exec(`PRAGMA synchronous = ${isSynced ? 'FULL' : 'OFF'};`);
    declareTables(database);
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw fileError(path, error);
  }
}

function declareTables(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const format = formatOf(database);
  const columns = database.prepare("SELECT name FROM pragma_table_info('events')").all();
  const lacksChecksums = columns.length > 0 && columns.every(({ name }) => name !== 'checksum');
  database.exec(`${lacksChecksums ? ADD_CHECKSUMS : ''} ${SCHEMA} ${format === 1 ? INDEX_IDS : ''} COMMIT`);
}

const formatOf = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()!.user_version);

function refuseForeignFile(path: string, database: DatabaseSync): void {
  const application = Number(database.prepare('PRAGMA application_id').get()!.application_id);
  const format = formatOf(database);
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()!.n);
  if (tables > 0 && application !== APPLICATION)
    throw new ContentFlowError('log-foreign', `${path} is a database of another program`, {
      fix: 'name another file',
    });
  if (format > FORMAT)
    throw new ContentFlowError('log-newer', `the log ${path} has format ${format}, this version knows ${FORMAT}`, {
      fix: 'install the newer version of ContentFlow',
    });
}

function partitionsDiffer(path: string, topic: string, existing: number, declared: number): ContentFlowError {
  return new ContentFlowError(
    'log-partitions',
    `topic ${topic} has ${existing} partitions in ${path}, not ${declared}`,
    {
      fix: 'keep the number it was made with: another one would move keys between partitions',
    },
  );
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}/${found.ino}`;
}

const isGone = (path: string): ContentFlowError =>
  new ContentFlowError('log-gone', `the log ${path} was moved or removed while it was open: nothing is kept any more`, {
    fix: 'put it back, or stop and restore it',
  });
