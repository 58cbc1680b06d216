import type { Document, Positions } from '@contentflow/kernel';

/** The documents of one service. One port, two engines. */
export interface ReadModelStore {
  collection<Doc extends Document>(definition: CollectionDefinition): Promise<Collection<Doc>>;
  /** Writes to the collection that queries answer from now; a rebuild that takes its place supersedes the writer. */
  writer<Doc extends Document>(definition: CollectionDefinition): Promise<CollectionWriter<Doc>>;
  /** An empty shadow of the collection, to be filled from the log while the old one goes on answering. */
  rebuild<Doc extends Document>(definition: CollectionDefinition): Promise<CollectionRebuild<Doc>>;
  /** How far each projection has read, kept beside its documents. */
  positions(projection: string): Promise<Positions>;
  close(): Promise<void>;
}

export interface CollectionDefinition {
  readonly name: string;
  /** JSON Schema of its documents, made when it is asked for. */
  readonly schema?: () => object;
  /**
   * Fields (dotted paths, holding scalars) that queries filter or sort by. What is filtered by one field and sorted by
   * another on many documents wants both in one index: `status+createdAt`.
   */
  readonly indexes: readonly string[];
}

export interface Query {
  /** Indexed field → the value it must have, or a range. `null` is also the value of a field that is absent. */
  readonly where?: Readonly<Record<string, Scalar | Range>>;
  /** Indexed field to sort by; ties fall to `id`. */
  readonly sort?: { readonly by: string; readonly descending?: boolean };
  /** At most this many; default 50, largest 1000. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

export type Scalar = string | number | boolean | null;
export interface Range {
  readonly from?: string | number;
  readonly below?: string | number;
}
export const isRange = (must: Scalar | Range): must is Range => typeof must === 'object' && must !== null;

export interface Page<Doc> {
  readonly items: readonly Doc[];
  /** Hand it to `after` for the next page; null on the last. */
  readonly next: string | null;
}

export interface Collection<Doc extends Document> {
  get(id: string): Promise<Doc | undefined>;
  find(query?: Query): Promise<Page<Doc>>;
  count(where?: Query['where']): Promise<number>;
}

/** A document beside what it has seen of each partition. A deleted one keeps that, so redelivery does not revive it. */
export interface DocumentState<Doc extends Document> {
  readonly id: string;
  readonly document: Doc | undefined;
  readonly seen: Positions;
  /** How often it has been written; 0 before the first time. */
  readonly version: number;
}

/**
 * - `written`: every document and the positions;
 * - `conflict`: another writer was faster with at least one document. Some may have been written, the positions not:
 *   load again, what a document has seen tells what is left to do;
 * - `superseded`: a rebuilt collection has taken this one's place; go on with a new writer from its positions.
 */
export type WriteOutcome = 'written' | 'conflict' | 'superseded';

export interface CollectionWriter<Doc extends Document> {
  /** The log positions that these documents have been projected up to: where to go on. */
  positions(): Promise<Positions>;
  /** What is stored under these ids, deleted documents included; ids never written are absent. */
  load(ids: readonly string[]): Promise<ReadonlyMap<string, DocumentState<Doc>>>;
  /**
   * Writes documents that are still at the `version` they were loaded with (0 for new ones); each then counts one more.
   * Positions are saved once all documents are, and never move backwards.
   */
  write(changes: readonly DocumentState<Doc>[], positions: Positions): Promise<WriteOutcome>;
}

export interface CollectionRebuild<Doc extends Document> extends CollectionWriter<Doc> {
  /** From here on queries answer from these documents; the old ones go. */
  swap(): Promise<void>;
  /** Gives up: the old documents stay, these go. */
  discard(): Promise<void>;
}
