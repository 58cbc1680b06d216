import { decimalOf } from './decimal.ts';

describe('a number in a file', () => {
  it.each([
    [0, 0],
    ['0', 0],
    [' -1.5 ', -1.5],
    ['.5', 0.5],
    ['3.', 3],
    ['1e3', 1000],
  ])('%j is %d', (written, number) => {
    expect(decimalOf(written)).toBe(number);
  });

  it.each([
    null,
    undefined,
    true,
    false,
    '',
    ' ',
    '1,5',
    '0x1f',
    '0b1',
    '0o7',
    '1_000',
    'Infinity',
    'NaN',
    NaN,
    [],
    [1],
    {},
  ])('%j is none', (written) => {
    expect(decimalOf(written)).toBeUndefined();
  });
});
