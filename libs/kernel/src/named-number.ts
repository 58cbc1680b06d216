import { decimalOf } from './decimal.ts';
import { configurationError } from './errors.ts';

/** Which numbers are taken; both ends among them, but for `above` and `below`. */
export interface NumberRange {
  readonly least?: number;
  readonly most?: number;
  readonly above?: number;
  readonly below?: number;
  readonly isWhole?: boolean;
}

export const PORTS: NumberRange = { least: 0, most: 65_535, isWhole: true };

/**
 * The number that a person wrote under this name: in decimals, with a point, and nothing around it.
 * @throws ContentFlowError `configuration`, naming it and which numbers are taken
 */
export function namedNumber(name: string, text: string, range: NumberRange): number {
  const value = (range.isWhole ? /^\d+$/ : /^\S+$/).test(text) ? decimalOf(text) : undefined;
  if (value !== undefined && isWithin(value, range)) return value;
  throw configurationError(name, `cannot be "${text}"`, `write ${shownRange(range)}`);
}

/** `a whole number from 0 to 65535` */
export function shownRange({ least, most, above, below, isWhole }: NumberRange): string {
  const ends = [
    ...(least === undefined ? [] : [`from ${least}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(most === undefined ? [] : [least === undefined ? `up to ${most}` : `to ${most}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return [isWhole ? 'a whole number' : 'a number', ends.join(above === undefined ? ' ' : ' and ')].join(' ').trim();
}

function isWithin(value: number, { least, most, above, below, isWhole }: NumberRange): boolean {
  if (isWhole && !Number.isSafeInteger(value)) return false;
  if (least !== undefined && value < least) return false;
  if (most !== undefined && value > most) return false;
  return (above === undefined || value > above) && (below === undefined || value < below);
}
