import { stringify } from 'csv-stringify/sync';

export const toCsv = (columns: readonly string[], rows: readonly object[]): string =>
  stringify(rows as object[], { header: true, columns: [...columns], cast: { boolean: String } });
