import type { NewEvent, StoredEvent } from './event.ts';
import type { ErasedHandler } from './fold.ts';

/** A document of a read model. Plain JSON; `id` is unique within its collection. */
export interface Document {
  readonly id: string;
}

/**
 * Documents from events: a table of small functions, one per event type, from document to document.
 * A document that becomes `undefined` is deleted.
 */
export interface Projection<Doc extends Document> {
  /** `<service>.<documents>`: also the name of the collection. */
  readonly name: string;
  /** JSON Schema of its documents, made when it is asked for. */
  readonly schema: () => object;
  readonly topics: readonly string[];
  /** Fields (dotted paths) that queries filter or sort by; `status+createdAt` is one index over both. */
  readonly indexes: readonly string[];
  /** Which document an event belongs to; none when undefined. */
  readonly idOf: (event: StoredEvent) => string | undefined;
  /** By event type. */
  readonly handlers: ReadonlyMap<
    string,
    ErasedHandler<(document: Doc | undefined, event: StoredEvent) => Doc | undefined>
  >;
}

/** What a handler returns: the events that answer the one it was given. */
export type Reaction = readonly NewEvent[];
