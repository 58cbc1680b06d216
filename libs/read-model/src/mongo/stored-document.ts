import { type Document, ownValue } from '@contentflow/kernel';
import { Schema } from 'mongoose';
import type { CollectionDefinition } from '../read-model.ts';
import { storedPath } from './mongo-query.ts';

/** A document as MongoDB holds it: null once deleted. What it has seen is JSON, as its keys hold dots. */
export interface StoredDocument {
  _id: string;
  document: Document | null;
  seen: string;
  version: number;
}

/** What of JSON Schema is read here. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** What only conditions and indexes are made of: documents are written as they are, and read as they were written. */
const STORED_AS_GIVEN = {
  autoIndex: false,
  autoCreate: false,
  versionKey: false,
  minimize: false,
  strict: false,
  suppressReservedKeysWarning: true,
} as const;

/**
 * The mongoose schema of a collection, with its indexes, from the schema of its documents.
 * @throws TypeError for an index over what its documents do not have, or over a list or an object
 */
export function storedSchema({ name, schema, indexes }: CollectionDefinition): Schema<StoredDocument> {
  const shape = schema?.() as JsonSchema | undefined;
  const document = shape ? typeOf(shape, shape.$defs ?? {}) : Schema.Types.Mixed;
  const stored = new Schema<StoredDocument>(
    { _id: String, document: { type: document }, seen: String, version: Number },
    STORED_AS_GIVEN,
  );
  for (const index of indexes) {
    const fields = index.split('+');
    const scalarless = fields.find((field) => shape && field !== 'id' && !isScalar(stored, storedPath(field)));
    if (scalarless !== undefined) throw new TypeError(`${name}: "${scalarless}" holds no scalar to be indexed`);
    stored.index(Object.fromEntries([...fields.map((field) => [storedPath(field), 1]), ['_id', 1]]));
  }
  return stored;
}

const isScalar = (schema: Pick<Schema, 'path'>, path: string): boolean =>
  ['String', 'Number', 'Boolean'].includes(schema.path(path)?.instance ?? '');

type MongooseType = typeof Schema.Types.Mixed | StringConstructor | NumberConstructor | BooleanConstructor | Schema;

const SCALARS = new Map<string | undefined, MongooseType>([
  ['string', String],
  ['number', Number],
  ['integer', Number],
  ['boolean', Boolean],
]);

/** A field's type; `Mixed` for lists, words as keys, and what may be of several types. */
function typeOf(shape: JsonSchema, defs: Readonly<Record<string, JsonSchema>>): MongooseType {
  const referred = shape.$ref === undefined ? undefined : ownValue(defs, shape.$ref.slice('#/$defs/'.length));
  if (referred) return typeOf(referred, defs);
  const [only, ...others] = (shape.anyOf ?? []).filter(({ type }) => type !== 'null');
  if (only) return others.length === 0 ? typeOf(only, defs) : Schema.Types.Mixed;
  const types = [shape.type ?? []].flat().filter((type) => type !== 'null');
  const scalar = types.length === 1 ? SCALARS.get(types[0]) : undefined;
  if (scalar) return scalar;
  if (!shape.properties) return Schema.Types.Mixed;
  const fields = Object.entries(shape.properties).map(
    ([field, each]) => [field, { type: typeOf(each, defs) }] as const,
  );
  return new Schema(Object.fromEntries(fields), { ...STORED_AS_GIVEN, _id: false, id: false });
}
