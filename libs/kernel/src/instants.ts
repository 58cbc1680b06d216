import { MINUTE_MS } from './durations.ts';

/** The furthest instant from 1970 that a `Date` can hold; milliseconds (ECMAScript, 21.4.1.1). */
const FURTHEST_MS = 8.64e15;

/** Whether a `Date` can hold it. @param time  epoch milliseconds */
export const isInstant = (time: number): boolean => Math.abs(time) <= FURTHEST_MS;

const NUMBER = /^-?\d+(\.\d+)?$/;
const DATE_AND_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$/;

/** How a time is written, in a pattern without flags, which a JSON Schema can say; which days there are, no pattern tells. */
export const INSTANT_FORM = new RegExp(`^\\s*(?:${[NUMBER, DATE_AND_TIME].map(inside).join('|')})\\s*$`);

function inside({ source }: RegExp): string {
  return source.slice(1, -1);
}

/**
 * What a person, a file or a query tells as a time: seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size, or a date
 * of ISO 8601 with or without its time; without a zone it is UTC, whatever the machine's zone.
 * @returns epoch milliseconds; NaN for what is no such time, days that no calendar has and instants that no `Date` can hold among it
 */
export function instantOf(text: string): number {
  const trimmed = text.trim();
  const time = NUMBER.test(trimmed) ? fromEpoch(Number(trimmed)) : fromDate(DATE_AND_TIME.exec(trimmed));
  return isInstant(time) ? time : Number.NaN;
}

/** In order of size, each with the size it ends below and its milliseconds. */
const EPOCH_UNITS = [
  { unit: 'seconds', below: 1e11, ms: 1000 },
  { unit: 'milliseconds', below: 1e14, ms: 1 },
  { unit: 'microseconds', below: 1e17, ms: 1 / 1000 },
  { unit: 'nanoseconds', below: 1e20, ms: 1 / 1_000_000 },
] as const;

export type EpochUnit = (typeof EPOCH_UNITS)[number]['unit'];

const epochUnit = (value: number) => EPOCH_UNITS.find(({ below }) => Math.abs(value) < below);

/** The unit that {@link instantOf} reads a number in; undefined for a date, and for 0, which is the same in all. */
export function epochUnitOf(text: string): EpochUnit | undefined {
  const value = NUMBER.test(text.trim()) ? Number(text) : 0;
  return value === 0 ? undefined : epochUnit(value)?.unit;
}

/** A year by one unit is a thousandth of a year, or a thousand years, by the next: from 1973 to 5138 no size fits two. */
const fromEpoch = (value: number): number => value * (epochUnit(value)?.ms ?? Number.NaN);

function fromDate(found: RegExpExecArray | null): number {
  if (!found) return Number.NaN;
  const [year, month, day, hours, minutes, seconds] = found.slice(1, 7).map((digits) => Number(digits ?? 0)) as Numbers;
  const milliseconds = Math.trunc(Number(`0.${found[7] ?? 0}`) * 1000);
  if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
  const time = Date.UTC(year, month - 1, day, hours, minutes, seconds, milliseconds);
  const date = new Date(time);
  // A day that the month does not have would be one of the next.
  const isOfCalendar = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCFullYear() === year;
  return isOfCalendar ? time - offsetOf(found[8] ?? 'Z') : Number.NaN;
}
type Numbers = [year: number, month: number, day: number, hours: number, minutes: number, seconds: number];

/** Milliseconds that a zone is ahead of UTC; NaN for none that there is. */
function offsetOf(zone: string): number {
  if (/z/i.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', ''))];
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
