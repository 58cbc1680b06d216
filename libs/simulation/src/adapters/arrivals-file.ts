import { readText } from '@contentflow/input-files';
import { instantOf, usageError } from '@contentflow/kernel';
import type { Arrivals } from '../traffic/traffic.ts';

/**
 * Arrivals from a table whose first column is a time, as {@link instantOf} reads it. A header is skipped.
 * @throws ContentFlowError `usage`, naming the line
 */
export function readArrivals(file: string): Arrivals {
  const rows = readText(file)
    .split(/\r\n|\n|\r/)
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.trim() !== '');
  const times = rows.map(({ text, line }) => ({ time: instantOf(firstCell(text)), text, line }));
  const [first] = times;
  if (first && Number.isNaN(first.time) && isHeader(first.text)) times.shift();
  if (times.length === 0) throw usageError(`"${file}" holds no times`, 'its first column must be a time');
  const unreadable = times.find(({ time }) => Number.isNaN(time));
  if (unreadable)
    throw usageError(
      `"${file}": line ${unreadable.line} does not begin with a time: "${firstCell(unreadable.text)}"`,
      'write epoch seconds or 2026-01-05T12:00:00Z',
    );
  return arrivalsOf(times.map(({ time }) => time).toSorted((a, b) => a - b));
}

const firstCell = (text: string): string => (text.split(/[,;\t|]/)[0] ?? '').trim().replace(/^"|"$/g, '');
/** A header has a name where a time would have digits. */
const isHeader = (text: string): boolean => /^[^\d]+$/.test(firstCell(text));

function arrivalsOf(times: readonly number[]): Arrivals {
  const first = times[0] as number;
  const span = (times.at(-1) as number) - first;
  const gap = times.length > 1 ? span / (times.length - 1) : 1000;
  return { offsetsMs: times.map((time) => time - first), periodMs: Math.max(1, span + gap) };
}
