import { boundedMemo } from './bounded-memo.ts';
import { ContentFlowError } from './errors.ts';
import { ownValue } from './own-value.ts';

/**
 * The one way to write a JSON value: equal values have equal bytes, different ones different bytes.
 * A property that is undefined is one that is absent, as everywhere in JSON; all else that JSON cannot hold is an error.
 * Source: RFC 8785 (JSON Canonicalization Scheme); proved against its vectors and the package `canonicalize`.
 * @throws ContentFlowError `not-json`, naming the place, for what is no JSON value or no well-formed text
 */
export function canonicalJson(value: unknown): string {
  try {
    return written(value);
  } catch (error) {
    throw error instanceof NotJson ? new ContentFlowError('not-json', error.message, { field: placeIn(value) }) : error;
  }
}

/** Where is found when it is asked for: on the way to a value that can be written it costs nothing. */
class NotJson extends Error {}

function written(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return writtenText(value);
    case 'number':
      return writtenNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writtenArray(value) : writtenObject(value as Record<string, unknown>);
    default:
      throw new NotJson(`${typeof value} is no JSON value`);
  }
}

/** ASCII without quotes, backslashes and control characters is written as it is: most keys and ids, at half the cost. */
const NEEDS_NO_ESCAPE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const SHORT = 64;

function writtenText(text: string): string {
  if (text.length < SHORT && NEEDS_NO_ESCAPE.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new NotJson('holds half of a surrogate pair');
  return JSON.stringify(text);
}

const asKey = (key: string): string => `${writtenText(key)}:`;
/** Most are few, and come again and again. */
const knownKey = boundedMemo(10_000, asKey);
const writtenKey = (key: string): string => (key.length < SHORT ? knownKey(key) : asKey(key));

/** ECMAScript writes numbers as RFC 8785 has them; −0 equals 0. */
function writtenNumber(number: number): string {
  if (!Number.isFinite(number)) throw new NotJson(`${number} is no JSON number`);
  return String(number);
}

function writtenArray(items: readonly unknown[]): string {
  if (items.length === 0) return '[]';
  let text = `[${written(items[0])}`;
  for (let index = 1; index < items.length; index++) text += `,${written(items[index])}`;
  return `${text}]`;
}

/** Keys by UTF-16 code units. Written one by one, because an object puts keys like "10" into an order of its own. */
function writtenObject(object: Record<string, unknown>): string {
  assertPlain(object);
  let text = '';
  for (const key of sortedKeys(object)) {
    const value = ownValue(object, key);
    if (value !== undefined) text += `${text === '' ? '{' : ','}${writtenKey(key)}${written(value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function assertPlain(object: object): void {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new NotJson('is no plain object');
}

/** Many objects have them in order already. */
function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  for (let i = 1; i < keys.length; i++) if ((keys[i] as string) < (keys[i - 1] as string)) return keys.sort();
  return keys;
}

/** The place of the first value that cannot be written, as a dotted path; undefined where it is the whole. */
function placeIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Array.isArray(value) ? [...value.entries()] : entriesOf(value as Record<string, unknown>);
  for (const [key, inner] of entries) {
    if (isWritten(inner)) continue;
    const within = placeIn(inner);
    return within === undefined ? String(key) : `${key}.${within}`;
  }
  return undefined;
}

/** In the order that they would be written in, as far as their keys can be. */
function entriesOf(object: Record<string, unknown>): [string, unknown][] {
  const keys = sortedKeys(object).filter((key) => ownValue(object, key) !== undefined);
  const first = keys.findIndex((key) => !isWritten(key));
  return keys.slice(0, first < 0 ? keys.length : first).map((key) => [key, ownValue(object, key)]);
}

function isWritten(value: unknown): boolean {
  try {
    written(value);
    return true;
  } catch (error) {
    if (error instanceof NotJson) return false;
    throw error;
  }
}
