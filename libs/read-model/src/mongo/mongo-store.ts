import { type Document, mongoUnreachable, type Positions, ownValue } from '@contentflow/kernel';
import mongoose, { type Connection, type Model, type Schema } from 'mongoose';
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
import { duplicateKey, type Generation, Generations } from './generations.ts';
import { afterFilter, filterOf, sortOf } from './mongo-query.ts';
import { type StoredDocument, storedSchema } from './stored-document.ts';

export interface MongoReadModelOptions {
  /** `mongodb://…` */
  readonly uri: string;
  /** One for each service. */
  readonly database: string;
}

/** Long enough for a primary's election, short enough for a person at a terminal. */
const serverSelectionTimeoutMS = 10_000;

export async function connectMongoStore({ uri, database }: MongoReadModelOptions): Promise<MongoStore> {
  const options = {
    dbName: database,
    autoIndex: false,
    autoCreate: false,
    ignoreUndefined: true,
    serverSelectionTimeoutMS,
  };
  try {
    return new MongoStore(await mongoose.createConnection(uri, options).asPromise());
  } catch (cause) {
    throw mongoUnreachable('', cause);
  }
}

export class MongoStore implements ReadModelStore {
  readonly #connection: Connection;
  readonly #generations: Generations;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#generations = new Generations(connection);
  }

  async collection<Doc extends Document>(definition: CollectionDefinition): Promise<Collection<Doc>> {
    const schema = storedSchema(definition);
    await this.#indexed(await this.#generations.live(definition.name), schema);
    // Asked again by each query: another process may have swapped a rebuilt one in.
    const live = async (): Promise<Model<StoredDocument>> =>
      this.#model(await this.#generations.live(definition.name), schema);
    return new MongoCollection<Doc>(definition, live);
  }

  async writer<Doc extends Document>(definition: CollectionDefinition): Promise<CollectionWriter<Doc>> {
    const generation = await this.#generations.live(definition.name);
    return new MongoWriter<Doc>(
      await this.#indexed(generation, storedSchema(definition)),
      generation,
      this.#generations,
    );
  }

  async rebuild<Doc extends Document>(definition: CollectionDefinition): Promise<CollectionRebuild<Doc>> {
    const shadow = await this.#generations.next(definition.name);
    const model = await this.#indexed(shadow, storedSchema(definition));
    return new MongoRebuild<Doc>(model, shadow, this.#generations, () => this.#dropRetired(shadow));
  }

  async positions(projection: string): Promise<Positions> {
    return this.#generations.positions(await this.#generations.live(projection));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #model(generation: Generation, schema: Schema<StoredDocument>): Model<StoredDocument> {
    const name = physicalName(generation);
    return ownValue(this.#connection.models, name) ?? this.#connection.model<StoredDocument>(name, schema, name);
  }

  async #indexed(generation: Generation, schema: Schema<StoredDocument>): Promise<Model<StoredDocument>> {
    const model = this.#model(generation, schema);
    for (const [fields] of schema.indexes()) await model.collection.createIndex(fields as Record<string, 1>);
    return model;
  }

  /** Not the one that was live until now: a query may be reading it. It goes with the next rebuild. */
  async #dropRetired({ collection, number }: Generation): Promise<void> {
    const retired = (await this.#connection.listCollections())
      .filter(({ name }) => name.startsWith(`${collection}@`))
      .map(({ name }) => Number(name.slice(collection.length + 1)))
      .filter((other) => other < number)
      .sort((a, b) => b - a);
    for (const other of retired.slice(1)) {
      await this.#connection.dropCollection(physicalName({ collection, number: other }));
      await this.#generations.forget({ collection, number: other });
    }
  }
}

class MongoCollection<Doc extends Document> implements Collection<Doc> {
  readonly #definition: CollectionDefinition;
  readonly #live: () => Promise<Model<StoredDocument>>;

  constructor(definition: CollectionDefinition, live: () => Promise<Model<StoredDocument>>) {
    this.#definition = definition;
    this.#live = live;
  }

  async get(id: string): Promise<Doc | undefined> {
    const model = await this.#live();
    const stored = await model.findById(id, { document: 1 }).lean();
    return (stored?.document ?? undefined) as Doc | undefined;
  }

  async find(query?: Query): Promise<Page<Doc>> {
    const checked = checkedQuery(this.#definition, query);
    const filter = { $and: [filterOf(checked.conditions), afterFilter(checked)] };
    const model = await this.#live();
    const found = await model
      .find(filter, { document: 1 })
      .sort(sortOf(checked))
      .limit(checked.limit + 1)
      .lean();
    return pageOf(
      checked,
      found.map(({ document }) => document as Doc),
    );
  }

  async count(where?: Query['where']): Promise<number> {
    const filter = filterOf(checkedConditions(this.#definition, where));
    return (await this.#live()).countDocuments(filter);
  }
}

class MongoWriter<Doc extends Document> implements CollectionWriter<Doc> {
  protected readonly model: Model<StoredDocument>;
  protected readonly generation: Generation;
  protected readonly generations: Generations;

  constructor(model: Model<StoredDocument>, generation: Generation, generations: Generations) {
    this.model = model;
    this.generation = generation;
    this.generations = generations;
  }

  positions(): Promise<Positions> {
    return this.generations.positions(this.generation);
  }

  async load(ids: readonly string[]): Promise<ReadonlyMap<string, DocumentState<Doc>>> {
    const found = await this.model.find({ _id: { $in: ids } }).lean();
    return new Map(found.map((stored) => [stored._id, asState<Doc>(stored)]));
  }

  /**
   * Documents first, then the positions together with the question whether this generation is still live: a crash in
   * between repeats events that the documents have seen.
   */
  async write(changes: readonly DocumentState<Doc>[], positions: Positions): Promise<WriteOutcome> {
    if (changes.length > 0 && !(await this.#areAllWritten(changes))) return 'conflict';
    return (await this.generations.save(this.generation, positions)) ? 'written' : 'superseded';
  }

  /** By the driver: mongoose would make a model's instance of each document, only to take it apart again. */
  async #areAllWritten(changes: readonly DocumentState<Doc>[]): Promise<boolean> {
    try {
      const result = await driverCollection(this.model).bulkWrite(changes.map(asOperation), { ordered: false });
      return result.insertedCount + result.matchedCount === changes.length;
    } catch (error) {
      if ((error as { code?: unknown }).code === duplicateKey) return false;
      throw error;
    }
  }
}

class MongoRebuild<Doc extends Document> extends MongoWriter<Doc> implements CollectionRebuild<Doc> {
  readonly #dropRetired: () => Promise<void>;

  constructor(
    model: Model<StoredDocument>,
    generation: Generation,
    generations: Generations,
    dropRetired: () => Promise<void>,
  ) {
    super(model, generation, generations);
    this.#dropRetired = dropRetired;
  }

  async swap(): Promise<void> {
    if (!(await this.generations.swap(this.generation))) throw superseded(this.generation.collection);
    await this.#dropRetired();
  }

  async discard(): Promise<void> {
    await this.model.collection.drop();
    await this.generations.forget(this.generation);
  }
}

const driverCollection = ({ collection, db }: Model<StoredDocument>): mongoose.mongo.Collection<StoredDocument> =>
  db.getClient().db(db.name).collection<StoredDocument>(collection.name);

const physicalName = ({ collection, number }: Generation): string => `${collection}@${number}`;

const asState = <Doc extends Document>({ _id, document, seen, version }: StoredDocument): DocumentState<Doc> => ({
  id: _id,
  document: (document ?? undefined) as Doc | undefined,
  seen: JSON.parse(seen) as Positions,
  version,
});

/** Refused as a duplicate, or without a match, when another writer was faster. */
function asOperation({
  id,
  document,
  seen,
  version,
}: DocumentState<Document>): mongoose.mongo.AnyBulkWriteOperation<StoredDocument> {
  const content = { document: document ?? null, seen: JSON.stringify(seen), version: version + 1 };
  return version === 0
    ? { insertOne: { document: { _id: id, ...content } } }
    : { updateOne: { filter: { _id: id, version }, update: { $set: content } } };
}
