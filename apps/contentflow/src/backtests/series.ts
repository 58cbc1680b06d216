import { decimalOf, instantOf } from '@contentflow/kernel';
import type { Columns } from '@contentflow/input-files';
import { type Backtest, type BacktestInput, type BacktestOutput, columns } from './backtest.ts';
import { notANumber, sorted } from './rows.ts';

/** The first two columns, whatever they are called. */
const timeSeries: Columns = {
  ...columns([], ['timestamp', 'value']),
  isRow: ([first = '', second = '']) => !Number.isNaN(instantOf(first)) && decimalOf(second) !== undefined,
};

type SeriesRow = { readonly timestamp: number; readonly value: number };

/** A component that reads `timestamp,value`. */
export const series = (
  run: (rows: readonly SeriesRow[], options: BacktestInput['options']) => { output: BacktestOutput; summary: unknown },
): Backtest => ({
  reads: timeSeries,
  run: ({ rows, options }) => {
    const { readable, unreadable } = sorted(rows, seriesRow);
    return { ...run(readable, options), unreadable };
  },
});

function seriesRow(value: Readonly<Record<string, unknown>>): SeriesRow | { problem: string } {
  const [first, second] = Object.values(value);
  const timestamp = instantOf(String(value['timestamp'] ?? first ?? ''));
  const measured = decimalOf(value['value'] ?? second);
  if (Number.isNaN(timestamp)) return { problem: `timestamp: is not a time: "${String(value['timestamp'] ?? first)}"` };
  if (measured === undefined) return { problem: notANumber('value', value['value'] ?? second) };
  return { timestamp, value: measured };
}

export const iso = (time: number): string => new Date(time).toISOString();
export const withIsoTime = <T extends { timestamp: number }>(row: T): object => ({
  ...row,
  timestamp: iso(row.timestamp),
});
