import {
  type CollectionDefinition,
  openEmbeddedReadModel,
  openMongoReadModel,
  type ReadModelStore,
} from '@contentflow/read-model';
import { projectionsOf } from '@contentflow/services';
import { type Document, seededRandom, setOwnValue } from '@contentflow/kernel';
import mongoose from 'mongoose';
import { type JsonSchema, valueOf } from './testing/fuzz/schema-values.ts';

const uri = process.env['MONGO_URI'];
const database = `special_keys_${process.pid}`;
const all = Object.values(projectionsOf).flat();

/** What stores, drivers and programs take for something else than a name. */
const special = [
  '$set',
  '$where',
  '$',
  'a.b',
  '.',
  '',
  '_id',
  'id',
  '__proto__',
  'constructor',
  '$ref',
  '__v',
  '$oid',
  '$date',
];

describe.each([
  ['SQLite', true, () => openEmbeddedReadModel({ file: ':memory:', writer: 'inline' })],
  ['MongoDB', uri !== undefined, () => openMongoReadModel({ uri: uri ?? '', database })],
] as const)('documents on %s', (_, isThere, open) => {
  let store: ReadModelStore;
  beforeAll(async () => {
    if (isThere) store = await open();
  });
  afterAll(() => store?.close());

  (isThere ? it.each : it.skip.each)(all.map((projection) => [projection.name, projection] as const))(
    'of %s are read as they were written, whatever their keys are',
    async (_name, projection) => {
      const definition: CollectionDefinition = projection;
      const schema = projection.schema() as JsonSchema;
      const definitions = (ref: string): JsonSchema | undefined => schema.$defs?.[ref.split('/').at(-1) ?? ''];
      const made = valueOf(schema, { random: seededRandom(projection.name), hostility: 0, definitions });
      const documents = special.map((id) => ({ ...(withSpecialKeys(made) as object), id: `doc ${id}` }) as Document);
      const writer = await store.writer(definition);
      const collection = await store.collection(definition);
      await writer.load(documents.map(({ id }) => id));
      expect(
        await writer.write(
          documents.map((document) => ({ id: document.id, document, seen: {}, version: 0 })),
          {},
        ),
      ).toBe('written');
      // Changed once, as a projection changes it.
      expect(
        await writer.write(
          documents.map((document) => ({ id: document.id, document, seen: {}, version: 1 })),
          {},
        ),
      ).toBe('written');
      for (const document of documents) expect(text(await collection.get(document.id))).toBe(text(document));
      const { items } = await collection.find({ limit: 100 });
      expect(items.map(text).sort()).toEqual(documents.map(text).sort());
      const states = await writer.load(documents.map(({ id }) => id));
      expect([...states.values()].map((state) => text(state.document)).sort()).toEqual(documents.map(text).sort());
    },
  );
});

afterAll(async () => {
  if (uri === undefined) return;
  const connection = await mongoose.createConnection(uri).asPromise();
  await connection.useDb(database).dropDatabase();
  await connection.close();
});

/** Its own keys in their order do not matter; those of every object do, `__proto__` among them. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${text(Object.getOwnPropertyDescriptor(value, key)?.value)}`);
  return `{${entries.join()}}`;
}

/** The same value, with every one of those keys in each object below it, and in the whole. */
function withSpecialKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSpecialKeys);
  if (typeof value === 'string') return keepable(value);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) setOwnValue(result, keepable(key), withSpecialKeys(inner));
  for (const key of special)
    if (!Object.hasOwn(result, key)) setOwnValue(result, key, { [key === '__proto__' ? 'x' : key]: [1, null] });
  return result;
}

/** Neither NUL nor half of a surrogate pair: MongoDB holds no such key, and the API takes no such word. */
const keepable = (word: string): string => word.toWellFormed().replaceAll('\0', '0');
