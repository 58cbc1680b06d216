import { useWriteAheadLog } from '@contentflow/kernel';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { CheckedQuery, Condition } from '../query.ts';
import type { WriteOutcome } from '../read-model.ts';
import { indexExpression, quoted, selection, whereClause } from './sql.ts';

/** A document as SQLite holds it. `document` is JSON, null once deleted; `seen` is JSON too. */
export type DocumentRow = {
  readonly id: string;
  readonly document: string | null;
  readonly seen: string;
  readonly version: number;
};

/** A row to write where the stored one still has the version `replaces` (0: none is stored). */
export interface RowChange extends DocumentRow {
  readonly replaces: number;
}

/** One filling of a collection: the live one bears the collection's name, a shadow its number as well. */
export interface Generation {
  readonly collection: string;
  readonly number: number;
  readonly table: string;
}

/**
 * Documents in one SQLite file, synchronously. Runs in the caller's thread for simulated days, in a worker for servers;
 * so it takes and gives plain data, and imports little from beyond this folder.
 */
export class SqliteDocuments {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 30_000 });
    // A read model can be rebuilt, and its positions lie in the same file: losing the last commits to a power cut loses nothing.
    useWriteAheadLog(this.#database);
    this.#database.exec(`
      pragma synchronous = normal;
      pragma cache_size = -16000;
      create table if not exists collections (name text primary key, live integer not null, last integer not null) strict;
      create table if not exists positions (
        collection text not null, generation integer not null, partition text not null, next integer not null,
        primary key (collection, generation, partition)
      ) strict, without rowid;`);
  }

  /** The live generation, with every index declared. */
  live(collection: string, indexes: readonly string[]): Generation {
    return this.#transaction(() => {
      this.#run('insert into collections values (?, 1, 1) on conflict do nothing', collection);
      const number = this.#liveNumber(collection);
      const generation = { collection, number, table: collection };
      this.#createTable(generation, indexes);
      return generation;
    });
  }

  shadow(collection: string, indexes: readonly string[]): Generation {
    return this.#transaction(() => {
      const sql = 'update collections set last = last + 1 where name = ? returning last as number';
      const { number } = this.#prepared(sql).get(collection) as { number: number };
      const generation = { collection, number, table: `${collection}@${number}` };
      this.#createTable(generation, indexes);
      return generation;
    });
  }

  /** Puts a shadow in the live one's place. False when a younger one already is. */
  swap(shadow: Generation): boolean {
    return this.#transaction(() => {
      const { collection, number, table } = shadow;
      const live = this.#liveNumber(collection);
      if (live >= number) return false;
      this.#database.exec(
        `drop table ${quoted(collection)}; alter table ${quoted(table)} rename to ${quoted(collection)}`,
      );
      this.#run('update collections set live = ? where name = ?', number, collection);
      this.#run('delete from positions where collection = ? and generation < ?', collection, number);
      this.#dropShadowsBefore(shadow);
      return true;
    });
  }

  discard(shadow: Generation): void {
    this.#transaction(() => {
      this.#database.exec(`drop table if exists ${quoted(shadow.table)}`);
      this.#run('delete from positions where collection = ? and generation = ?', shadow.collection, shadow.number);
    });
  }

  isEmpty({ table }: Generation): boolean {
    return this.#prepared(`select 1 from ${quoted(table)} limit 1`).get() === undefined;
  }

  load({ table }: Generation, ids: readonly string[]): DocumentRow[] {
    const select = this.#prepared(`select id, document, seen, version from ${quoted(table)} where id = ?`);
    const rows: DocumentRow[] = [];
    for (const id of ids) {
      const row = select.get(id);
      if (row) rows.push(row as DocumentRow);
    }
    return rows;
  }

  /** All of it or, when a single row has another version than expected, nothing. */
  write(
    generation: Generation,
    changes: readonly RowChange[],
    positions: Readonly<Record<string, number>>,
  ): WriteOutcome {
    try {
      return this.#transaction(() => {
        if (!this.#isThere(generation)) return 'superseded';
        this.#upsert(generation, changes);
        this.#savePositions(generation, positions);
        return 'written';
      });
    } catch (error) {
      if (error instanceof Conflict) return 'conflict';
      throw error;
    }
  }

  positions(collection: string, generation?: number): Record<string, number> {
    const sql = 'select partition, next from positions where collection = ? and generation = ?';
    const rows = this.#prepared(sql).all(collection, generation ?? this.#liveNumber(collection));
    return Object.fromEntries(rows.map(({ partition, next }) => [partition, next])) as Record<string, number>;
  }

  get(collection: string, id: string): string | null {
    const row = this.#prepared(`select document from ${quoted(collection)} where id = ?`).get(id);
    return (row as { document: string | null } | undefined)?.document ?? null;
  }

  /** Up to one more than the limit, so that the caller knows whether there is a next page. */
  find(collection: string, query: CheckedQuery): Pick<DocumentRow, 'id' | 'document'>[] {
    const found: Pick<DocumentRow, 'id' | 'document'>[] = [];
    for (const { sql, values } of selection(collection, query)) {
      const missing = query.limit + 1 - found.length;
      if (missing > 0) found.push(...(this.#prepared(sql).all(...values, missing) as DocumentRow[]));
    }
    return found;
  }

  count(collection: string, conditions: readonly Condition[]): number {
    const { sql, values } = whereClause(conditions);
    const select = this.#prepared(`select count(*) as n from ${quoted(collection)} where ${sql}`);
    return (select.get(...values) as { n: number }).n;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #createTable({ number, collection, table }: Generation, indexes: readonly string[]): void {
    this.#database.exec(
      `create table if not exists ${quoted(table)}
         (id text not null primary key, document text, seen text not null, version integer not null) strict`,
    );
    const nameOf = (index: string): string => `${collection}@${number}:${index}`;
    for (const index of indexes) {
      const fields = index.split('+').map(indexExpression).join(', ');
      this.#database.exec(`create index if not exists ${quoted(nameOf(index))} on ${quoted(table)} (${fields}, id)`);
    }
    this.#dropIndexesBeside(table, indexes.map(nameOf));
  }

  /** Of releases before: each costs every write, and one that serves a query less well may be taken for it. */
  #dropIndexesBeside(table: string, kept: readonly string[]): void {
    const all = this.#prepared(
      `select name from sqlite_schema where type = 'index' and tbl_name = ? and sql is not null`,
    );
    for (const { name } of all.all(table) as { name: string }[])
      if (!kept.includes(name)) this.#database.exec(`drop index ${quoted(name)}`);
  }

  /** Of rebuilds that this one has overtaken, or that died. */
  #dropShadowsBefore({ collection, number }: Generation): void {
    const tables = this.#prepared(`select name from sqlite_schema where type = 'table' and name glob ? || '@*'`);
    for (const { name } of tables.all(collection) as { name: string }[])
      if (Number(name.slice(collection.length + 1)) < number) this.#database.exec(`drop table ${quoted(name)}`);
  }

  #isThere({ collection, number, table }: Generation): boolean {
    if (table === collection) return this.#liveNumber(collection) === number;
    return this.#prepared(`select 1 from sqlite_schema where type = 'table' and name = ?`).get(table) !== undefined;
  }

  #liveNumber(collection: string): number {
    const row = this.#prepared('select live from collections where name = ?').get(collection);
    return (row as { live: number } | undefined)?.live ?? 0;
  }

  #upsert({ table }: Generation, changes: readonly RowChange[]): void {
    const upsert = this.#prepared(
      `insert into ${quoted(table)} (id, document, seen, version) values (?, ?, ?, ?)
       on conflict (id) do update set document = excluded.document, seen = excluded.seen, version = excluded.version
       where version = ?`,
    );
    for (const { id, document, seen, version, replaces } of changes)
      if (upsert.run(id, document, seen, version, replaces).changes === 0) throw new Conflict();
  }

  #savePositions({ collection, number }: Generation, positions: Readonly<Record<string, number>>): void {
    const upsert = this.#prepared(
      `insert into positions values (?, ?, ?, ?)
       on conflict (collection, generation, partition) do update set next = max(next, excluded.next)`,
    );
    for (const [partition, next] of Object.entries(positions)) upsert.run(collection, number, partition, next);
  }

  #transaction<T>(work: () => T): T {
    this.#database.exec('begin immediate');
    try {
      const result = work();
      this.#database.exec('commit');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback');
      throw error;
    }
  }

  #run(sql: string, ...values: (string | number)[]): void {
    this.#prepared(sql).run(...values);
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

/** Undoes the transaction it is thrown in. */
class Conflict extends Error {}
