import { ownValue, type Random } from '@contentflow/kernel';

/** What a JSON Schema says of a value, as far as values are made from it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** Names that every object inherits, and others that stand for something in a program, a path, a store or a page. */
export const hostileWords = [
  ...['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'],
  ...['', ' ', '.', '..', '*', '$', '$where', '%00', '%', '{{topic}}', '<script>', "'; --", 'null', 'undefined', 'NaN'],
  ...[
    '\0',
    '\ud800',
    '\udfff x',
    '\u202e',
    '\ufeff',
    'é'.normalize('NFD'),
    '👩‍👩‍👧‍👧',
    '\r\nX: y',
    'İ',
    '١٢٣',
    'a'.repeat(300),
  ],
] as const;

const boundaryNumbers = [
  ...[0, -0, 1, -1, 0.1, -0.1, 2 ** 31, 2 ** 53, -(2 ** 53), 2 ** 53 + 2, 1e21, 1e308, -1e308, 5e-324],
  ...[1000, 65_536, 8.64e15, 8.64e15 + 1, 20_000, 20_001],
] as const;

/** A way through values that one seed makes the same again. */
export interface GenerationContext {
  readonly random: Random;
  /** Share of places where something else than the schema says is put. */
  readonly hostility: number;
  /** What fields of these names mostly say, so that more than refusals come of it. */
  readonly known?: Readonly<Record<string, readonly unknown[]>>;
  /** Where `$ref` points into. */
  readonly definitions: (ref: string) => JsonSchema | undefined;
}

/** A value that mostly fits the schema: as hostile as told. */
export function valueOf(schema: JsonSchema | boolean | undefined, making: GenerationContext, depth = 0): unknown {
  const { random, hostility } = making;
  if (random.next() < hostility) return hostileValue(random);
  if (typeof schema !== 'object' || depth > 12) return anyValue(random);
  if (schema.$ref !== undefined) return valueOf(making.definitions(schema.$ref), making, depth + 1);
  if ('const' in schema) return schema.const;
  if (schema.enum) return pick(random, schema.enum);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) return valueOf(pick(random, choices), making, depth + 1);
  const type = typeof schema.type === 'string' ? schema.type : pick(random, schema.type ?? ['any']);
  return ofType(type, schema, making, depth);
}

function ofType(type: string, schema: JsonSchema, making: GenerationContext, depth: number): unknown {
  const { random } = making;
  switch (type) {
    case 'object':
      return objectOf(schema, making, depth);
    case 'array':
      return arrayOf(schema, making, depth);
    case 'string':
      return random.next() < 0.15 ? pick(random, hostileWords) : wordsOf(random, schema.minLength ?? 0);
    case 'boolean':
      return random.next() < 0.5;
    case 'null':
      return null;
    case 'integer':
    case 'number':
      return numberOf(type, schema, random);
    default:
      return anyValue(random);
  }
}

function objectOf(schema: JsonSchema, making: GenerationContext, depth: number): Record<string, unknown> {
  const { random, hostility } = making;
  const required = new Set(schema.required ?? []);
  const entries = Object.entries(schema.properties ?? {}).flatMap(([name, each]) => {
    const isThere = required.has(name) ? random.next() >= hostility : random.next() < 0.4;
    const known = random.next() < 0.8 ? ownValue(making.known ?? {}, name) : undefined;
    return isThere ? [[name, known ? pick(random, known) : valueOf(each, making, depth + 1)] as const] : [];
  });
  const isOpen = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
  const more = isOpen || random.next() < hostility ? integer(random, 0, 3) : 0;
  const others = Array.from({ length: more }, () => [
    pick(random, hostileWords),
    valueOf(schema.additionalProperties, making, depth + 1),
  ]);
  return Object.fromEntries([...entries, ...others]);
}

function arrayOf(schema: JsonSchema, making: GenerationContext, depth: number): unknown[] {
  const { random } = making;
  if (schema.prefixItems) return schema.prefixItems.map((each) => valueOf(each, making, depth + 1));
  const length = Math.max(schema.minItems ?? 0, integer(random, 0, 3));
  return Array.from({ length }, () => valueOf(schema.items, making, depth + 1));
}

function numberOf(type: string, schema: JsonSchema, random: Random): number {
  if (random.next() < 0.1) return pick(random, boundaryNumbers);
  const low = schema.minimum ?? schema.exclusiveMinimum ?? 0;
  const high = Math.min(schema.maximum ?? low + 100, 1e9);
  const value = low + random.next() * Math.max(0, high - low);
  return type === 'integer' ? Math.ceil(value) : value;
}

/** What no schema asks for. */
function hostileValue(random: Random): unknown {
  switch (integer(random, 0, 6)) {
    case 0:
      return pick(random, hostileWords);
    case 1:
      return pick(random, boundaryNumbers);
    case 2:
      return nested(integer(random, 1, random.next() < 0.1 ? 3000 : 40), random.next() < 0.5);
    case 3:
      return Object.fromEntries(hostileWords.map((word) => [word, word]));
    case 4:
      return 'x'.repeat(integer(random, 1, random.next() < 0.05 ? 300_000 : 3000));
    case 5:
      return Array.from({ length: integer(random, 0, random.next() < 0.05 ? 5000 : 20) }, (_, index) => index);
    default:
      return pick(random, [null, true, [], {}, [[]], [null]]);
  }
}

function nested(levels: number, isArray: boolean): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = isArray ? [value] : { a: value };
  return value;
}

const anyValue = (random: Random): unknown =>
  pick(random, [1, 'text', null, true, { a: [1, { b: 'c' }] }, ['x', 2], {}, '0.5']);

const vocabulary = ['steel', 'bottle', 'warm', 'a', 'the', 'für', '水', 'text', 'one', 'garden', '5', 'CO₂', 'e-mail'];
function wordsOf(random: Random, shortest: number): string {
  const words = Array.from({ length: integer(random, 1, 6) }, () => pick(random, vocabulary)).join(' ');
  return words.padEnd(shortest, 'x');
}

export const integer = (random: Random, from: number, to: number): number =>
  from + Math.floor(random.next() * (to - from + 1));
export const pick = <T>(random: Random, all: readonly T[]): T => all[integer(random, 0, all.length - 1)] as T;
