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
import type { Generation, SqliteDocuments } from './sqlite-documents.ts';
import { WriteBack } from './write-back.ts';

/**
 * Everything in the caller's own thread, settled within microtasks: on a virtual clock, time does not pass here.
 * Documents stay in memory as objects and reach the file late, so one process alone may write to it.
 */
export class InlineStore implements ReadModelStore {
  readonly #sqlite: SqliteDocuments;
  readonly #live = new Map<string, WriteBack>();

  constructor(sqlite: SqliteDocuments) {
    this.#sqlite = sqlite;
  }

  async collection<Doc extends Document>(definition: CollectionDefinition): Promise<Collection<Doc>> {
    this.#documents(definition);
    return new InlineCollection<Doc>(this.#sqlite, definition, () => this.#documents(definition));
  }

  async writer<Doc extends Document>(definition: CollectionDefinition): Promise<CollectionWriter<Doc>> {
    return new InlineWriter<Doc>(this.#documents(definition));
  }

  async rebuild<Doc extends Document>(definition: CollectionDefinition): Promise<CollectionRebuild<Doc>> {
    this.#documents(definition);
    const shadow = this.#sqlite.shadow(definition.name, definition.indexes);
    const documents = new WriteBack(this.#sqlite, shadow);
    return new InlineRebuild<Doc>(documents, this.#sqlite, shadow, () => this.#replace(definition, documents));
  }

  async positions(projection: string): Promise<Positions> {
    return this.#live.get(projection)?.positions ?? this.#sqlite.positions(projection);
  }

  async close(): Promise<void> {
    for (const documents of this.#live.values()) documents.flush();
    this.#live.clear();
    this.#sqlite.close();
  }

  #documents({ name, indexes }: CollectionDefinition): WriteBack {
    const documents = this.#live.get(name);
    if (documents) return documents;
    const opened = new WriteBack(this.#sqlite, this.#sqlite.live(name, indexes));
    this.#live.set(name, opened);
    return opened;
  }

  #replace({ name }: CollectionDefinition, documents: WriteBack): void {
    this.#live.get(name)?.retire();
    this.#live.set(name, documents);
  }
}

class InlineCollection<Doc extends Document> implements Collection<Doc> {
  readonly #sqlite: SqliteDocuments;
  readonly #definition: CollectionDefinition;
  readonly #documents: () => WriteBack;

  constructor(sqlite: SqliteDocuments, definition: CollectionDefinition, documents: () => WriteBack) {
    this.#sqlite = sqlite;
    this.#definition = definition;
    this.#documents = documents;
  }

  async get(id: string): Promise<Doc | undefined> {
    return this.#documents().state(id)?.document as Doc | undefined;
  }

  async find(query?: Query): Promise<Page<Doc>> {
    const checked = checkedQuery(this.#definition, query);
    const documents = this.#documents();
    documents.flush();
    const found = this.#sqlite.find(this.#definition.name, checked);
    return pageOf(
      checked,
      found.map((row) => documents.parsed(row) as Doc),
    );
  }

  async count(where?: Query['where']): Promise<number> {
    this.#documents().flush();
    return this.#sqlite.count(this.#definition.name, checkedConditions(this.#definition, where));
  }
}

class InlineWriter<Doc extends Document> implements CollectionWriter<Doc> {
  protected readonly documents: WriteBack;

  constructor(documents: WriteBack) {
    this.documents = documents;
  }

  async positions(): Promise<Positions> {
    return { ...this.documents.positions };
  }

  async load(ids: readonly string[]): Promise<ReadonlyMap<string, DocumentState<Doc>>> {
    const loaded = new Map<string, DocumentState<Doc>>();
    for (const id of ids) {
      const state = this.documents.state(id);
      if (state) loaded.set(id, state as DocumentState<Doc>);
    }
    return loaded;
  }

  async write(changes: readonly DocumentState<Doc>[], positions: Positions): Promise<WriteOutcome> {
    return this.documents.write(changes, positions);
  }
}

class InlineRebuild<Doc extends Document> extends InlineWriter<Doc> implements CollectionRebuild<Doc> {
  readonly #sqlite: SqliteDocuments;
  readonly #shadow: Generation;
  readonly #replace: () => void;

  constructor(documents: WriteBack, sqlite: SqliteDocuments, shadow: Generation, replace: () => void) {
    super(documents);
    this.#sqlite = sqlite;
    this.#shadow = shadow;
    this.#replace = replace;
  }

  async swap(): Promise<void> {
    this.documents.flush();
    if (!this.#sqlite.swap(this.#shadow)) throw superseded(this.#shadow.collection);
    this.documents.becomeLive();
    this.#replace();
  }

  async discard(): Promise<void> {
    this.documents.retire();
    this.#sqlite.discard(this.#shadow);
  }
}
