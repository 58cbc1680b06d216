import { decimalOf, ownValue, usageError } from '@contentflow/kernel';
import type { BacktestInput } from './backtest.ts';

type Options = BacktestInput['options'];

/** @throws ContentFlowError `usage` where it was left out and nothing stands for it */
export function number(options: Options, name: string, otherwise?: number): number {
  const value = ownValue(options, name) ?? otherwise;
  if (typeof value === 'number') return value;
  throw usageError(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is missing`);
}

/** Undefined where it was left out. */
export function text(options: Options, name: string): string | undefined {
  const value = ownValue(options, name);
  return value === undefined ? undefined : String(value);
}

/** `NAME=0.5,…`; empty where nothing was said. */
export function shares(written = ''): Record<string, number> {
  const pairs = written.split(',').filter((each) => each !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      const share = decimalOf(value) ?? 0;
      if (name === '' || !(share > 0)) throw usageError(`--shares: "${pair}" is not NAME=SHARE`);
      return [name, share];
    }),
  );
}
