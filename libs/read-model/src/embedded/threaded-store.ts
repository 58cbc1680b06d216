import type { Document, Positions } from '@contentflow/kernel';
import { checkedConditions, checkedQuery, pageOf } from '../query.ts';
import type {
  Collection,
  CollectionDefinition,
  CollectionRebuild,
  CollectionWriter,
  DocumentState,
  Page,
  Query,
  ReadModelStore,
  WriteOutcome,
} from '../read-model.ts';
import { superseded } from '../superseded.ts';
import type { ThreadedDocuments } from './documents-thread.ts';
import type { DocumentRow, Generation, RowChange } from './sqlite-documents.ts';

/** For servers: the event loop never waits for the disk, and several processes may share the file. */
export class ThreadedStore implements ReadModelStore {
  readonly #thread: ThreadedDocuments;
  readonly #onClosed: (() => Promise<void>) | undefined;

  constructor(thread: ThreadedDocuments, onClosed?: () => Promise<void>) {
    this.#thread = thread;
    this.#onClosed = onClosed;
  }

  async collection<Doc extends Document>(definition: CollectionDefinition): Promise<Collection<Doc>> {
    await this.#thread.call('live', definition.name, definition.indexes);
    return new ThreadedCollection<Doc>(this.#thread, definition);
  }

  async writer<Doc extends Document>(definition: CollectionDefinition): Promise<CollectionWriter<Doc>> {
    return new ThreadedWriter<Doc>(this.#thread, await this.#thread.call('live', definition.name, definition.indexes));
  }

  async rebuild<Doc extends Document>({ name, indexes }: CollectionDefinition): Promise<CollectionRebuild<Doc>> {
    await this.#thread.call('live', name, indexes);
    return new ThreadedRebuild<Doc>(this.#thread, await this.#thread.call('shadow', name, indexes));
  }

  positions(projection: string): Promise<Positions> {
    return this.#thread.call('positions', projection);
  }

  async close(): Promise<void> {
    await this.#thread.call('close');
    await this.#onClosed?.();
  }
}

class ThreadedCollection<Doc extends Document> implements Collection<Doc> {
  readonly #thread: ThreadedDocuments;
  readonly #definition: CollectionDefinition;

  constructor(thread: ThreadedDocuments, definition: CollectionDefinition) {
    this.#thread = thread;
    this.#definition = definition;
  }

  async get(id: string): Promise<Doc | undefined> {
    const document = await this.#thread.call('get', this.#definition.name, id);
    return document === null ? undefined : (JSON.parse(document) as Doc);
  }

  async find(query?: Query): Promise<Page<Doc>> {
    const checked = checkedQuery(this.#definition, query);
    const found = await this.#thread.call('find', this.#definition.name, checked);
    return pageOf(
      checked,
      found.map(({ document }) => JSON.parse(document as string) as Doc),
    );
  }

  async count(where?: Query['where']): Promise<number> {
    return this.#thread.call('count', this.#definition.name, checkedConditions(this.#definition, where));
  }
}

class ThreadedWriter<Doc extends Document> implements CollectionWriter<Doc> {
  protected readonly thread: ThreadedDocuments;
  protected readonly generation: Generation;

  constructor(thread: ThreadedDocuments, generation: Generation) {
    this.thread = thread;
    this.generation = generation;
  }

  positions(): Promise<Positions> {
    return this.thread.call('positions', this.generation.collection, this.generation.number);
  }

  async load(ids: readonly string[]): Promise<ReadonlyMap<string, DocumentState<Doc>>> {
    if (ids.length === 0) return new Map();
    const rows = await this.thread.call('load', this.generation, ids);
    return new Map(rows.map((row) => [row.id, asState<Doc>(row)]));
  }

  write(changes: readonly DocumentState<Doc>[], positions: Positions): Promise<WriteOutcome> {
    return this.thread.call('write', this.generation, changes.map(asChange), positions);
  }
}

class ThreadedRebuild<Doc extends Document> extends ThreadedWriter<Doc> implements CollectionRebuild<Doc> {
  async swap(): Promise<void> {
    if (!(await this.thread.call('swap', this.generation))) throw superseded(this.generation.collection);
  }

  discard(): Promise<void> {
    return this.thread.call('discard', this.generation);
  }
}

const asState = <Doc extends Document>({ id, document, seen, version }: DocumentRow): DocumentState<Doc> => ({
  id,
  document: document === null ? undefined : (JSON.parse(document) as Doc),
  seen: JSON.parse(seen) as Positions,
  version,
});

const asChange = ({ id, document, seen, version }: DocumentState<Document>): RowChange => ({
  id,
  document: document === undefined ? null : JSON.stringify(document),
  seen: JSON.stringify(seen),
  version: version + 1,
  replaces: version,
});
