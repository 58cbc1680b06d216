import type { CheckedQuery, Condition, Cursor } from '../query.ts';
import { isRange, type Scalar } from '../read-model.ts';

export type Filter = Record<string, unknown>;

/** Where a field of a document lies in what is stored. */
export const storedPath = (field: string): string => (field === 'id' ? '_id' : `document.${field}`);

/** Documents, not what deleted ones left behind, that meet every condition. */
export function filterOf(conditions: readonly Condition[]): Filter {
  const met = conditions.map(({ field, must }) => ({
    [storedPath(field)]: isRange(must) ? rangeOf(must) : { $eq: must },
  }));
  return { $and: [{ document: { $ne: null } }, ...met] };
}

function rangeOf({ from, below }: { from?: Scalar; below?: Scalar }): Filter {
  return { ...(from !== undefined && { $gte: from }), ...(below !== undefined && { $lt: below }) };
}

export function sortOf({ by, descending }: CheckedQuery): Record<string, 1 | -1> {
  const direction = descending ? -1 : 1;
  return by === undefined ? { _id: direction } : { [storedPath(by)]: direction, _id: direction };
}

/** What comes after the cursor. MongoDB sorts absent values first, and compares nothing with them. */
export function afterFilter({ by, descending, after }: CheckedQuery): Filter {
  if (!after) return {};
  const beyond = descending ? '$lt' : '$gt';
  if (by === undefined) return { _id: { [beyond]: after.id } };
  return { $or: continuations(storedPath(by), beyond, after, descending) };
}

function continuations(path: string, beyond: string, { value, id }: Cursor, descending: boolean): Filter[] {
  const tied = { [path]: { $eq: value }, _id: { [beyond]: id } };
  if (value === null) return descending ? [tied] : [tied, { [path]: { $ne: null } }];
  const further = { [path]: { [beyond]: value } };
  return descending ? [tied, further, { [path]: { $eq: null } }] : [tied, further];
}
