/**
 * What a record holds under a name that comes from outside; undefined for `constructor` and the like, which every object
 * inherits without holding them.
 */
export const ownValue = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
