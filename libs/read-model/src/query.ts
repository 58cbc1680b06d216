import { ContentFlowError, ownValue } from '@contentflow/kernel';
import type { CollectionDefinition, Query, Range, Scalar } from './read-model.ts';

/** A query whose fields are known to be indexed and whose page is decoded. */
export interface CheckedQuery {
  readonly conditions: readonly Condition[];
  /** The field to sort by; absent when sorted by id alone. */
  readonly by: string | undefined;
  readonly descending: boolean;
  readonly limit: number;
  readonly after: Cursor | undefined;
}

export interface Condition {
  readonly field: string;
  readonly must: Scalar | Range;
}

/** The last document of a page: the value it was sorted by, and its id. */
export interface Cursor {
  readonly value: Scalar;
  readonly id: string;
}

export const defaultLimit = 50;
export const largestLimit = 1000;

export function checkedQuery(definition: CollectionDefinition, query: Query = {}): CheckedQuery {
  const { sort, limit = defaultLimit, after } = query;
  if (sort && sort.by !== 'id') assertIndexed(definition, sort.by, 'sort.by');
  if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit)
    throw queryError('limit', `must be a whole number from 1 to ${largestLimit}, is ${limit}`);
  return {
    conditions: checkedConditions(definition, query.where),
    by: sort?.by === 'id' ? undefined : sort?.by,
    descending: sort?.descending ?? false,
    limit,
    after: after === undefined ? undefined : decodedCursor(after),
  };
}

export function checkedConditions(definition: CollectionDefinition, where: Query['where'] = {}): Condition[] {
  return Object.entries(where).map(([field, must]) => {
    if (field !== 'id') assertIndexed(definition, field, 'where');
    return { field, must };
  });
}

function assertIndexed(definition: CollectionDefinition, field: string, part: string): void {
  if (definition.indexes.some((index) => index.split('+').includes(field))) return;
  const fix = `declare it in the indexes of "${definition.name}" (now: ${definition.indexes.join(', ') || 'none'})`;
  throw queryError(part, `"${field}" is not an indexed field`, fix);
}

/** One page out of the rows found, which are one more than asked for when there is a next page. */
export function pageOf<Doc extends { readonly id: string }>(
  query: CheckedQuery,
  found: readonly Doc[],
): { items: readonly Doc[]; next: string | null } {
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  const isLast = found.length <= query.limit || last === undefined;
  return { items, next: isLast ? null : cursorAfter(last, query.by) };
}

/** What goes into `after` for the page that follows this document, in a list sorted by this field, or by id alone. */
export const cursorAfter = (document: { readonly id: string }, by?: string): string =>
  encodedCursor({ value: scalarAt(document, by), id: document.id });

function scalarAt(document: object, path: string | undefined): Scalar {
  if (path === undefined) return null;
  let value: unknown = document;
  for (const key of path.split('.')) value = ownValue((value as Record<string, unknown> | null | undefined) ?? {}, key);
  return isScalar(value) ? value : null;
}

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const encodedCursor = ({ value, id }: Cursor): string => Buffer.from(JSON.stringify([value, id])).toString('base64url');

function decodedCursor(text: string): Cursor {
  try {
    const [value, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (isScalar(value) && typeof id === 'string') return { value, id };
  } catch {
    // What is no JSON is no cursor either.
  }
  throw queryError('after', 'is not the "next" of a page');
}

const queryError = (field: string, problem: string, fix?: string): ContentFlowError =>
  new ContentFlowError('query', problem, { field, fix });
