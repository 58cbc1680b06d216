/** A JSON Schema as zod writes it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema | boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** Keywords that bound a value from below and from above. */
const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'] as const;
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'] as const;

/**
 * Where a schema refuses what an earlier one let through, as `path: what`; undefined where it takes everything. What it cannot
 * tell for certain counts as refused.
 */
export function firstRefused(earlier: JsonSchema, now: JsonSchema, path = 'data'): string | undefined {
  if (takesAnything(now)) return undefined;
  const before = alternatives(earlier);
  if (before) return before.map((each) => firstRefused(each, now, path)).find((found) => found !== undefined);
  const after = alternatives(now);
  if (after) {
    const refusals = after.map((each) => firstRefused(earlier, each, path));
    // Of alternatives that all refuse, the one that goes furthest names the field.
    return refusals.includes(undefined) ? undefined : refusals.toSorted((a = '', b = '') => b.length - a.length)[0];
  }
  return refusedKind(earlier, now, path) ?? refusedBounds(earlier, now, path) ?? refusedParts(earlier, now, path);
}

const takesAnything = ({ $schema: _s, description: _d, default: _v, ...rest }: JsonSchema): boolean =>
  Object.keys(rest).length === 0;

function alternatives(schema: JsonSchema): readonly JsonSchema[] | undefined {
  if (schema.anyOf ?? schema.oneOf) return schema.anyOf ?? schema.oneOf;
  return Array.isArray(schema.type) ? schema.type.map((type: string) => ({ ...schema, type })) : undefined;
}

function refusedKind(earlier: JsonSchema, now: JsonSchema, path: string): string | undefined {
  const isWhole = earlier.type === 'integer' && now.type === 'number';
  if (now.type !== undefined && earlier.type !== now.type && !isWhole)
    return `${path}: is ${kindOf(earlier)}, must be ${kindOf(now)}`;
  const allowed = valuesOf(now);
  if (!allowed) return undefined;
  const values = valuesOf(earlier);
  const refused = values ? values.find((value) => !allowed.includes(value)) : 'any value';
  return refused === undefined ? undefined : `${path}: ${JSON.stringify(refused)} is no longer allowed`;
}

const kindOf = ({ type }: JsonSchema): string => (typeof type === 'string' ? type : 'any value');

const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  'const' in schema ? [schema.const] : schema.enum;

function refusedBounds(earlier: JsonSchema, now: JsonSchema, path: string): string | undefined {
  const tighter = (keyword: string, sign: number): boolean => {
    const bound = now[keyword];
    if (typeof bound !== 'number') return false;
    const before = earlier[keyword];
    return typeof before !== 'number' || sign * before < sign * bound;
  };
  const keyword =
    lowerBounds.find((each) => tighter(each, 1)) ??
    upperBounds.find((each) => tighter(each, -1)) ??
    ['pattern', 'format'].find((each) => now[each] !== undefined && now[each] !== earlier[each]);
  return keyword && `${path}: ${keyword} is now ${String(now[keyword])}`;
}

function refusedParts(earlier: JsonSchema, now: JsonSchema, path: string): string | undefined {
  const missing = (now.required ?? []).find((field) => !(earlier.required ?? []).includes(field));
  if (missing !== undefined) return `${path}.${missing}: is required now`;
  for (const [field, schema] of Object.entries(earlier.properties ?? {})) {
    const next = now.properties?.[field] ?? now.additionalProperties;
    if (next === false) return `${path}.${field}: is no longer allowed`;
    const found = typeof next === 'object' ? firstRefused(schema, next, `${path}.${field}`) : undefined;
    if (found) return found;
  }
  const [before, after] = [earlier.additionalProperties, now.additionalProperties];
  if (isSchema(before) && isSchema(after)) return firstRefused(before, after, `${path}.*`);
  return isSchema(earlier.items) && isSchema(now.items)
    ? firstRefused(earlier.items, now.items, `${path}[]`)
    : undefined;
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;
