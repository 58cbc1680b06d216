import type { Document, Positions } from '@contentflow/kernel';

/** The documents of one service. One port, two engines. */
export interface ReadModelStore {
  collection<Doc extends Document>(definition: CollectionDefinition): Promise<Collection<Doc>>;
  /** How far each projection has read, kept beside its documents. */
  positions(projection: string): Promise<Positions>;
  close(): Promise<void>;
}

export interface CollectionDefinition {
  readonly name: string;
  /** Fields (dotted paths) that queries filter or sort by. */
  readonly indexes: readonly string[];
}

export interface Query {
  /** Indexed field → the value it must have, or a range. */
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
