import { readFileSync } from 'node:fs';
import { messageOf, usageError } from '@contentflow/kernel';
import type { Arrivals } from '../traffic/traffic.ts';

/**
 * Arrivals from a CSV whose first column is a time: epoch seconds, ISO 8601, or `YYYY-MM-DD HH:MM:SS` as UTC. A header is skipped.
 * @throws ContentFlowError `usage`, naming the line
 */
export function readArrivals(file: string): Arrivals {
  const times = textOf(file)
    .split(/\r?\n/)
    .map((line, i) => ({ cell: (line.split(',')[0] ?? '').trim().replace(/^"|"$/g, ''), line: i + 1 }))
    .filter(({ cell }) => cell !== '')
    .map(({ cell, line }) => ({ time: timeOf(cell), line }));
  const unreadable = times.find(({ time, line }) => Number.isNaN(time) && line > 1);
  if (unreadable) throw usageError(`${file}: line ${unreadable.line} does not begin with a time`);
  const sorted = times
    .map(({ time }) => time)
    .filter((time) => !Number.isNaN(time))
    .toSorted((a, b) => a - b);
  if (sorted.length === 0) throw usageError(`${file} holds no times`, 'its first column must be a time');
  return arrivalsOf(sorted);
}

function arrivalsOf(times: readonly number[]): Arrivals {
  const first = times[0] as number;
  const span = (times.at(-1) as number) - first;
  const gap = times.length > 1 ? span / (times.length - 1) : 1000;
  return { offsetsMs: times.map((time) => time - first), periodMs: Math.max(1, span + gap) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`arrivals cannot be read: ${messageOf(error)}`);
  }
}

/** Milliseconds, NaN for what is no time. */
function timeOf(cell: string): number {
  if (/^\d+(\.\d+)?$/.test(cell)) return Number(cell) * 1000;
  const zoneless = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/.exec(cell);
  return zoneless ? Date.parse(`${zoneless[1]}T${zoneless[2]?.replace(/(\.\d{3})\d+$/, '$1')}Z`) : Date.parse(cell);
}
