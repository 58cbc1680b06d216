import {
  ContentFlowError,
  type Document,
  isContentFlowError,
  messageOf,
  ownValue,
  type Positions,
  setOwnValue,
} from '@contentflow/kernel';
import type { DocumentState, WriteOutcome } from '../read-model.ts';
import { isStoreError } from '../store-errors.ts';
import type { DocumentRow, Generation, RowChange, SqliteDocuments } from './sqlite-documents.ts';

interface Held extends DocumentState<Document> {
  /** The version that the file has; behind `version` while the document is not flushed. */
  stored: number;
}

/** Enough for what a simulated day has in hand at once; a few dozen megabytes with documents of some kilobytes. */
const maxHeld = 4096;

/** Documents of one generation, written to memory first and to the file when room or a query asks for it. */
export class WriteBack {
  readonly positions: Record<string, number>;
  readonly #sqlite: SqliteDocuments;
  /** In the order of last use, the longest unused first. */
  readonly #held = new Map<string, Held>();
  readonly #dirty = new Set<Held>();
  #generation: Generation;
  #hasNewPositions = false;
  #isRetired = false;
  /** Nothing is in the file that is not held: what is not held is nowhere. */
  #holdsAll: boolean;

  constructor(sqlite: SqliteDocuments, generation: Generation) {
    this.#sqlite = sqlite;
    this.#generation = generation;
    this.positions = sqlite.positions(generation.collection, generation.number);
    this.#holdsAll = sqlite.isEmpty(generation);
  }

  state(id: string): DocumentState<Document> | undefined {
    const held = this.#held.get(id);
    if (!held) return this.#loaded(id);
    this.#held.delete(id);
    this.#held.set(id, held);
    return held;
  }

  /** The row's document; the object in memory where there is one. */
  parsed({ id, document }: Pick<DocumentRow, 'id' | 'document'>): Document {
    return this.#held.get(id)?.document ?? (JSON.parse(document as string) as Document);
  }

  write(changes: readonly DocumentState<Document>[], positions: Positions): WriteOutcome {
    if (this.#isRetired) return 'superseded';
    if (changes.some(({ id, version }) => (this.state(id)?.version ?? 0) !== version)) return 'conflict';
    for (const change of changes) this.#hold(change);
    for (const [partition, next] of Object.entries(positions))
      setOwnValue(this.positions, partition, Math.max(ownValue(this.positions, partition) ?? 0, next));
    this.#hasNewPositions = true;
    if (this.#held.size > maxHeld) this.#makeRoom();
    return 'written';
  }

  /** Documents and positions in one transaction, so the file is always as of one moment. */
  flush(): void {
    if (this.#dirty.size === 0 && !this.#hasNewPositions) return;
    try {
      this.#store([...this.#dirty]);
    } catch (error) {
      if (isContentFlowError(error) || isStoreError(error)) throw error;
      this.#storeEach();
    }
    this.#hasNewPositions = false;
  }

  #store(dirty: readonly Held[]): void {
    const outcome = this.#sqlite.write(this.#generation, Array.from(dirty, asChange), this.positions);
    if (outcome !== 'written') throw concurrentWriterError(this.#generation);
    for (const held of dirty) {
      held.stored = held.version;
      this.#dirty.delete(held);
    }
  }

  /** A document that the file does not take stays in memory alone, where `get` finds it, and holds up no other. */
  #storeEach(): void {
    for (const held of [...this.#dirty])
      try {
        this.#store([held]);
      } catch (error) {
        if (isContentFlowError(error) || isStoreError(error)) throw error;
        this.#dirty.delete(held);
        process.emitWarning(`"${this.#generation.collection}" cannot keep document "${held.id}": ${messageOf(error)}`);
      }
  }

  becomeLive(): void {
    this.#generation = { ...this.#generation, table: this.#generation.collection };
  }

  retire(): void {
    this.#isRetired = true;
    this.#held.clear();
    this.#dirty.clear();
    this.#holdsAll = false;
  }

  #hold({ id, document, seen, version }: DocumentState<Document>): void {
    const before = this.#held.get(id);
    if (before) this.#dirty.delete(before);
    const held: Held = { id, document, seen, version: version + 1, stored: before?.stored ?? version };
    this.#held.delete(id);
    this.#held.set(id, held);
    this.#dirty.add(held);
  }

  #loaded(id: string): Held | undefined {
    if (this.#holdsAll) return undefined;
    const [row] = this.#sqlite.load(this.#generation, [id]);
    if (!row) return undefined;
    const document = row.document === null ? undefined : (JSON.parse(row.document) as Document);
    const held = { id, document, seen: JSON.parse(row.seen) as Positions, version: row.version, stored: row.version };
    this.#held.set(id, held);
    return held;
  }

  /** Half at once, so that the pass over the oldest is made seldom. */
  #makeRoom(): void {
    this.flush();
    this.#holdsAll = false;
    for (const id of this.#held.keys()) {
      if (this.#held.size <= maxHeld / 2) return;
      this.#held.delete(id);
    }
  }
}

const asChange = ({ id, document, seen, version, stored }: Held): RowChange => ({
  id,
  document: document === undefined ? null : JSON.stringify(document),
  seen: JSON.stringify(seen),
  version,
  replaces: stored,
});

const concurrentWriterError = ({ collection }: Generation): ContentFlowError =>
  new ContentFlowError('read_model_shared', `another process writes to "${collection}" as well`, {
    fix: "open the file with writer: 'thread'",
  });
