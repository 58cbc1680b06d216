import type { Row } from '@contentflow/input-files';

export const notANumber = (field: string, value: unknown): string =>
  `${field}: is not a number: "${String(value ?? '')}"; write it like 1234.5`;

/** Rows that can be read, and those that cannot, with their line. `row` counts from 0 over all rows of the file. */
export function sorted<T extends object>(
  rows: readonly Row[],
  read: (value: Readonly<Record<string, unknown>>, row: number) => T,
): { readable: Exclude<T, { problem: string }>[]; unreadable: { line: number; problem: string }[] } {
  const readable: Exclude<T, { problem: string }>[] = [];
  const unreadable: { line: number; problem: string }[] = [];
  rows.forEach((row, index) => {
    const result = 'problem' in row ? row : read(row.value, index);
    if ('problem' in result) unreadable.push({ line: row.line, problem: String(result.problem) });
    else readable.push(result as Exclude<T, { problem: string }>);
  });
  return { readable, unreadable };
}
