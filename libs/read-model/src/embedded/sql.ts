import type { CheckedQuery, Condition, Cursor } from '../query.ts';
import { isRange, type Scalar } from '../read-model.ts';

type Value = string | number | null;
interface Sql {
  readonly sql: string;
  readonly values: readonly Value[];
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The field as index and query must both write it, or SQLite does not see that they mean the same. */
export function indexExpression(field: string): string {
  if (field === 'id') return 'id';
  const path = field.split('.').map((key) => `."${key}"`);
  return `json_extract(document, '$${path.join('').replaceAll("'", "''")}')`;
}

export function whereClause(conditions: readonly Condition[]): Sql {
  const parts = ['document is not null'];
  const values: Value[] = [];
  const add = (sql: string, value: Scalar): void => {
    parts.push(sql);
    values.push(bound(value));
  };
  for (const { field, must } of conditions) {
    const expression = indexExpression(field);
    if (!isRange(must)) add(`${expression} is ?`, must);
    if (isRange(must) && must.from !== undefined) add(`${expression} >= ?`, must.from);
    if (isRange(must) && must.below !== undefined) add(`${expression} < ?`, must.below);
  }
  return { sql: parts.join(' and '), values };
}

/**
 * The statements that give a page, to be run one after the other until it is full; the last parameter of each is how many
 * rows are still wanted. There are two where the page may cross from values to absent ones, so that each can use the index.
 */
export function selection(table: string, query: CheckedQuery): Sql[] {
  const where = whereClause(query.conditions);
  const by = query.by === undefined ? undefined : indexExpression(query.by);
  return segments(by, query).map(({ sql, values, isOfAbsent = false }) => ({
    sql: `select id, document from ${quoted(table)} where ${where.sql} and ${sql} order by ${orderOf(query, isOfAbsent)} limit ?`,
    values: [...where.values, ...values],
  }));
}

/** Not by what is the same in all of them: SQLite does not see then that an index has them in order. */
function orderOf({ by, descending, conditions }: CheckedQuery, isOfAbsent: boolean): string {
  const direction = descending ? 'desc' : 'asc';
  const isSame = isOfAbsent || conditions.some(({ field, must }) => field === by && !isRange(must));
  return by === undefined || isSame ? `id ${direction}` : `${indexExpression(by)} ${direction}, id ${direction}`;
}

interface Segment extends Sql {
  /** Whether none of it has a value to sort by. */
  readonly isOfAbsent?: boolean;
}

/** What comes after the cursor. SQLite sorts absent values first, and compares nothing with them. */
function segments(by: string | undefined, { after, descending }: CheckedQuery): Segment[] {
  if (!after) return [{ sql: 'true', values: [] }];
  const beyond = descending ? '<' : '>';
  if (by === undefined) return [{ sql: `id ${beyond} ?`, values: [after.id] }];
  if (after.value === null) return afterAbsent(by, beyond, after, descending);
  const present = { sql: `(${by}, id) ${beyond} (?, ?)`, values: [bound(after.value), after.id] };
  return descending ? [present, { sql: `${by} is null`, values: [], isOfAbsent: true }] : [present];
}

function afterAbsent(by: string, beyond: string, after: Cursor, descending: boolean): Segment[] {
  const absent = { sql: `${by} is null and id ${beyond} ?`, values: [after.id], isOfAbsent: true };
  return descending ? [absent] : [absent, { sql: `${by} is not null`, values: [] }];
}

/** JSON's true and false are 1 and 0 in SQLite. */
const bound = (value: Scalar): Value => (typeof value === 'boolean' ? Number(value) : value);
