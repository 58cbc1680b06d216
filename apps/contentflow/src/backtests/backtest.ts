import type { Columns, Row } from '@contentflow/input-files';

export interface BacktestInput {
  readonly rows: readonly Row[];
  readonly document: unknown;
  /** Numbers as the command line declares them; times in milliseconds. */
  readonly options: Readonly<Record<string, string | number | undefined>>;
}
export type BacktestOutput =
  | { readonly kind: 'csv'; readonly columns: readonly string[]; readonly rows: readonly object[] }
  | { readonly kind: 'text'; readonly text: string };
export interface Backtest {
  /** Rows of a table or of JSON, with these columns; or one JSON document. */
  readonly reads: Columns | 'json';
  readonly run: (input: BacktestInput) => BacktestResult | Promise<BacktestResult>;
}
export interface BacktestResult {
  readonly output: BacktestOutput;
  readonly summary: unknown;
  /** A page that draws it, where it can be drawn. */
  readonly page?: () => Promise<string>;
  /** What could not be used, with its line where it is a row. */
  readonly unreadable: readonly { readonly line?: number; readonly problem: string }[];
}

export const json = (value: unknown): BacktestOutput => ({ kind: 'text', text: `${JSON.stringify(value, null, 1)}\n` });
export const jsonLines = (values: readonly unknown[]): BacktestOutput => ({
  kind: 'text',
  text: values.map((value) => `${JSON.stringify(value)}\n`).join(''),
});
export const csv = (columns: readonly string[], rows: readonly object[]): BacktestOutput => ({
  kind: 'csv',
  columns,
  rows,
});

/** What a data set may hold besides is passed by. */
export const columns = (required: readonly string[], optional: readonly string[] = []): Columns => ({
  names: [...required, ...optional],
  required,
  mayHaveOthers: true,
});
