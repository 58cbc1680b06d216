import { decimalOf, ownValue } from '@contentflow/kernel';

/** A row of a user's file that could not be read; the others still count. */
export interface UnreadableRow {
  readonly problem: string;
}

export type FileRecord = Readonly<Record<string, unknown>>;

export function isUnreadable<Row extends object>(row: Row | UnreadableRow): row is UnreadableRow {
  return 'problem' in row;
}

/** The text of a field; undefined where it is absent or blank. */
export function textField(record: FileRecord, field: string): string | undefined {
  const value = ownValue(record, field);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The number of a field, also when written as text; undefined where it is none. */
export function numberField(record: FileRecord, field: string): number | undefined {
  return decimalOf(ownValue(record, field));
}
