import { ownValue } from '@contentflow/kernel';
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The record with its keys by their new names, in its order; a key that stands under both keeps the new one's value. */
export const renamed = (
  record: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => {
      const name = Object.hasOwn(names, key) ? (ownValue(names, key) as string) : key;
      return name !== key && Object.hasOwn(record, name) ? [] : [[name, value]];
    }),
  );
