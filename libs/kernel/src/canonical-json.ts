import { ownValue } from './own-value.ts';
import { ContentFlowError } from './errors.ts';

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
    throw error instanceof NotJson ? notJson(error) : error;
  }
}

/** Where a value cannot be written; the path grows on the way out, so that the way in costs nothing. */
class NotJson extends Error {
  readonly path: string[] = [];

  within(key: string | number): this {
    this.path.unshift(String(key));
    return this;
  }
}

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

/** ECMAScript writes numbers as RFC 8785 has them; −0 equals 0. */
function writtenNumber(number: number): string {
  if (!Number.isFinite(number)) throw new NotJson(`${number} is no JSON number`);
  return String(number);
}

function writtenArray(items: readonly unknown[]): string {
  let text = '[';
  let index = 0;
  try {
    for (; index < items.length; index++) {
      if (index > 0) text += ',';
      text += written(items[index]);
    }
  } catch (error) {
    throw error instanceof NotJson ? error.within(index) : error;
  }
  return `${text}]`;
}

/** Keys by UTF-16 code units. Written one by one, because an object puts keys like "10" into an order of its own. */
function writtenObject(object: Record<string, unknown>): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new NotJson('is no plain object');
  let text = '{';
  let place: string | undefined;
  try {
    for (const key of sortedKeys(object)) {
      const value = ownValue(object, key);
      if (value === undefined) continue;
      if (text.length > 1) text += ',';
      text += writtenText(key);
      place = key;
      text += `:${written(value)}`;
      place = undefined;
    }
  } catch (error) {
    throw error instanceof NotJson && place !== undefined ? error.within(place) : error;
  }
  return `${text}}`;
}

/** Many objects have them in order already. */
function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  for (let i = 1; i < keys.length; i++) if ((keys[i] as string) < (keys[i - 1] as string)) return keys.sort();
  return keys;
}

const notJson = ({ path, message }: NotJson): ContentFlowError =>
  new ContentFlowError('not-json', message, { field: path.join('.') || undefined });
