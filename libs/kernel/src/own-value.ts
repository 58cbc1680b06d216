/**
 * Records whose names come from users and models. Every plain object inherits `constructor` and the like, and takes what is
 * written under `__proto__` for its prototype; these see and make the object's own properties alone.
 */

/** What a record holds under a name; undefined for `constructor` and the like, which it inherits without holding them. */
export const ownValue = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** Writes a value under a name, whatever the name, and returns it. */
export function setOwnValue<Value, Written extends Value>(
  record: Record<string, Value>,
  name: string,
  value: Written,
): Written {
  if (name === '__proto__')
    Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
  else record[name] = value;
  return value;
}

/** What a record holds under a name, or else what is made and written there. */
export const ownValueOrNew = <Value>(record: Record<string, Value>, name: string, make: () => NoInfer<Value>): Value =>
  Object.hasOwn(record, name) ? (record[name] as Value) : setOwnValue(record, name, make());

/** The record without what it holds under a name. */
export function withoutOwnValue<Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> {
  const { [name]: _gone, ...rest } = record;
  return rest;
}
