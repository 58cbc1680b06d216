import { z } from 'zod';

const PATTERN =
  /^P(?!$)(?:(\d+(?:\.\d+)?)D)?(?:T(?!$)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds; NaN for anything else. */
export function durationMs(text: string): number {
  const match = PATTERN.exec(text);
  if (!match) return Number.NaN;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** An ISO 8601 duration in a file, milliseconds once parsed. */
export const duration = z
  .string()
  .regex(PATTERN, 'is not an ISO 8601 duration such as PT30M')
  .describe('ISO 8601 duration')
  .transform(durationMs);
