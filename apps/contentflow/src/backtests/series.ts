import { decimalOf, type EpochUnit, epochUnitOf, instantOf, ownValue, usageError } from '@contentflow/kernel';
import type { Columns, Row } from '@contentflow/input-files';
import { type Backtest, type BacktestInput, type BacktestOutput, columns } from './backtest.ts';
import { notANumber, sorted } from './rows.ts';

/** The first two columns, whatever they are called. */
const timeSeries: Columns = {
  ...columns([], ['timestamp', 'value']),
  isRow: ([first = '', second = '']) => !Number.isNaN(instantOf(first)) && decimalOf(second) !== undefined,
};

type SeriesRow = { readonly timestamp: number; readonly value: number };

interface SeriesRules {
  /** The least that a value can be; where one is less, the file is no such series. */
  readonly least?: number;
}

/** Sums of squares of more are no numbers any more. */
const MOST = 1e100;

/** A component that reads `timestamp,value`. */
export const series = (
  run: (rows: readonly SeriesRow[], options: BacktestInput['options']) => { output: BacktestOutput; summary: unknown },
  { least = -MOST }: SeriesRules = {},
): Backtest => ({
  reads: timeSeries,
  run: ({ rows, options }) => {
    const refused = mixedUnits(rows) ?? belowLeast(rows, least);
    if (refused !== undefined) throw usageError(`"${options['input'] ?? ''}": ${refused}`);
    const { readable, unreadable } = sorted(rows, seriesRow);
    return { ...run(readable, options), unreadable };
  },
});

const timeOf = (value: Readonly<Record<string, unknown>>): string =>
  String(ownValue(value, 'timestamp') ?? Object.values(value)[0] ?? '');
const measureOf = (value: Readonly<Record<string, unknown>>): unknown =>
  ownValue(value, 'value') ?? Object.values(value)[1];

function seriesRow(value: Readonly<Record<string, unknown>>): SeriesRow | { problem: string } {
  const timestamp = instantOf(timeOf(value));
  const measured = decimalOf(measureOf(value));
  if (Number.isNaN(timestamp)) return { problem: `timestamp: is not a time: "${timeOf(value)}"` };
  if (measured === undefined) return { problem: notANumber('value', measureOf(value)) };
  if (Math.abs(measured) > MOST) return { problem: `value: is further from 0 than ${MOST}: ${measured}` };
  return { timestamp, value: measured };
}

/** Numbers of two units among one file's times: one of the two was not meant so, and nobody can tell which. */
function mixedUnits(rows: readonly Row[]): string | undefined {
  let first: { readonly unit: EpochUnit; readonly line: number } | undefined;
  for (const row of rows) {
    const unit = 'problem' in row ? undefined : epochUnitOf(timeOf(row.value));
    if (unit === undefined) continue;
    first ??= { unit, line: row.line };
    if (unit !== first.unit)
      return `line ${row.line}: timestamp: has the size of ${unit}, where line ${first.line} has ${first.unit}`;
  }
  return undefined;
}

function belowLeast(rows: readonly Row[], least: number): string | undefined {
  for (const row of rows) {
    const value = 'problem' in row || least === -MOST ? undefined : decimalOf(measureOf(row.value));
    if (value !== undefined && value < least) return `line ${row.line}: value: is at least ${least}, got ${value}`;
  }
  return undefined;
}

export const iso = (time: number): string => new Date(time).toISOString();
export const withIsoTime = <T extends { timestamp: number }>(row: T): object => ({
  ...row,
  timestamp: iso(row.timestamp),
});
