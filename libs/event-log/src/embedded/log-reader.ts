import { EVENT_UNREADABLE } from '@contentflow/contracts';
import { ContentFlowError, partitionKey, type Positions, type StoredEvent } from '@contentflow/kernel';
import { basename } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { withDeadLetterTopics } from '../dead-letter.ts';
import type { EventLog, TopicDefinition } from '../event-log.ts';
import { checksumOf, LogFile, SPAN } from './log-file.ts';
import { fileError } from './sqlite-errors.ts';
import { readJson } from './stored-json.ts';

type Range = Parameters<EventLog['read']>[0];

type EventRow = [offset: number, event: string, checksum: number | null];

const LOCK_TIMEOUT_MS = 10_000;
const READ_BATCH = 500;

/**
 * The file of a log that is there, for who reads it from end to end beside those who write: no thread, no tables declared, nothing kept, and
 * each event its reader's own.
 */
export class LogReader implements Pick<EventLog, 'read' | 'ends'> {
  private readonly database: DatabaseSync;
  /** By topic and number. */
  private readonly partitions: ReadonlyMap<string, number>;
  private readonly repeats: ReadonlySet<number>;
  private readonly range: StatementSync;
  private readonly bytes: StatementSync;
  private readonly last: StatementSync;

  /** Of any format, with these topics, which it gets where it was begun without them. @throws ContentFlowError naming the file */
  static open(file: string, topics: readonly TopicDefinition[]): LogReader {
    const log = new LogFile(file, { isSynced: true });
    try {
      log.declare(withDeadLetterTopics(topics));
    } finally {
      log.close();
    }
    return new LogReader(file);
  }

  /** Of the format of now. @throws ContentFlowError naming the file, where it cannot be read */
  constructor(private readonly file: string) {
    this.database = this.reading(
      () => new DatabaseSync(file, { readOnly: true, timeout: LOCK_TIMEOUT_MS }),
    ) as DatabaseSync;
    const part = (what: string): StatementSync =>
      this.database.prepare(`SELECT ${what} FROM events WHERE place >= ? AND place < ? ORDER BY place LIMIT ?`);
    try {
      const rows = this.database.prepare('SELECT id, topic, number FROM partitions').all();
      this.partitions = new Map(
        rows.map(({ id, topic, number }) => [partitionKey(String(topic), Number(number)), Number(id)]),
      );
      this.repeats = new Set(
        this.database
          .prepare('SELECT place FROM repeats')
          .all()
          .map(({ place }) => Number(place)),
      );
      this.range = part('place, event, checksum');
      this.bytes = part('place, CAST(event AS BLOB)');
      this.last = this.database.prepare(
        'SELECT place FROM events WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT 1',
      );
    } catch (error) {
      this.close();
      throw fileError(file, error);
    }
    for (const statement of [this.range, this.bytes, this.last]) statement.setReturnArrays(true);
  }

  async ends(topics: readonly string[]): Promise<Positions> {
    const wanted = [...this.partitions].filter(([key]) => topics.includes(key.slice(0, key.lastIndexOf('/'))));
    return Object.fromEntries(wanted.map(([key, id]) => [key, this.endOf(id)]));
  }

  /** @throws ContentFlowError `damaged`, naming the first event whose text is not what was written */
  async *read({ topic, partition, from, to }: Range): AsyncGenerator<readonly StoredEvent[]> {
    const id = this.partitions.get(partitionKey(topic, partition));
    for (const rows of this.rows<EventRow>(this.range, id, from, to))
      yield rows.map(([offset, event, checksum]) => {
        const place = { topic, partition, offset };
        const read = readJson(event, place, this.repeats.has((id ?? 0) * SPAN + offset));
        // One that a release without checksums wrote is held to be JSON alone.
        const isDamaged = checksum === null ? read.type === EVENT_UNREADABLE : checksumOf(event) !== checksum;
        if (isDamaged) throw damagedAt(this.file, place);
        return read;
      });
  }

  /** Of the same events the bytes that are stored, each with its offset. */
  *stored({ topic, partition, from, to }: Range): Generator<readonly (readonly [offset: number, bytes: Uint8Array])[]> {
    const id = this.partitions.get(partitionKey(topic, partition));
    yield* this.rows<[offset: number, bytes: Uint8Array]>(this.bytes, id, from, to);
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  private *rows<Row extends [offset: number, ...unknown[]]>(
    statement: StatementSync,
    id: number | undefined,
    from: number,
    to: number,
  ): Generator<Row[]> {
    if (id === undefined) return;
    const first = id * SPAN;
    for (let next = from; next < to;) {
      const rows = this.reading(() => statement.all(first + next, first + to, READ_BATCH)) as Row[];
      const end = rows.at(-1);
      if (!end) return;
      next = end[0] - first + 1;
      for (const row of rows) row[0] -= first;
      yield rows;
    }
  }

  private endOf(id: number): number {
    const first = id * SPAN;
    const row = this.reading(() => this.last.get(first, first + SPAN)) as [number] | undefined;
    return row ? row[0] - first + 1 : 0;
  }

  private reading(read: () => unknown): unknown {
    try {
      return read();
    } catch (error) {
      throw fileError(this.file, error);
    }
  }
}

const damagedAt = (
  file: string,
  { topic, partition, offset }: Pick<StoredEvent, 'topic' | 'partition' | 'offset'>,
): ContentFlowError =>
  new ContentFlowError('damaged', `${basename(file)} is damaged at ${topic}/${partition}/${offset}`, {
    fix: 'bring it back from a copy',
  });
