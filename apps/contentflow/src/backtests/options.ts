import { DAY_MS, decimalOf, HOUR_MS, MINUTE_MS, ownValue, usageError } from '@contentflow/kernel';
import type { BacktestInput } from './backtest.ts';

export function number(options: BacktestInput['options'], name: string): number {
  const value = decimalOf(ownValue(options, name));
  if (value === undefined) throw usageError(`--${name} is not a number: "${ownValue(options, name) ?? ''}"`);
  return value;
}
export const count = (options: BacktestInput['options'], name: string, otherwise: number): number =>
  ownValue(options, name) === undefined ? otherwise : number(options, name);

export function share(options: BacktestInput['options'], name: string, otherwise: number): number {
  const value = ownValue(options, name) === undefined ? otherwise : number(options, name);
  if (!(value > 0 && value < 1)) throw usageError(`--${name} lies between 0 and 1, got ${value}`);
  return value;
}

/** `NAME=0.5,…`; empty where nothing was said. */
export function shares(text: string | undefined): Record<string, number> {
  const pairs = (text ?? '').split(',').filter((each) => each !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      const share = decimalOf(value) ?? 0;
      if (name === '' || !(share > 0)) throw usageError(`--shares: "${pair}" is not NAME=SHARE`);
      return [name, share];
    }),
  );
}

const units: Readonly<Record<string, number>> = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** `30m`, `10s`, `1h`: milliseconds. */
export function duration(options: BacktestInput['options'], name: string, otherwise: string): number {
  const text = ownValue(options, name) ?? otherwise;
  const [, value, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (value === undefined || unit === undefined)
    throw usageError(`--${name} is not a duration: "${text}"`, 'write e.g. 30m');
  return Number(value) * (ownValue(units, unit) ?? 0);
}
