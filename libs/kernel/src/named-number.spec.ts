import { namedNumber, type NumberRange, PORTS, shownRange } from './named-number.ts';

const share: NumberRange = { above: 0, below: 1 };

it.each<[string, NumberRange, number]>([
  ['0', PORTS, 0],
  ['65535', PORTS, 65_535],
  ['0.5', share, 0.5],
  ['.5', share, 0.5],
  ['1e-3', share, 0.001],
  ['180', { least: 1 }, 180],
])('reads %s', (text, range, value) => expect(namedNumber('--x', text, range)).toBe(value));

it.each<[string, NumberRange]>([
  ...['3.5', '0x10', '70000', '-1', '', ' ', ' 80', '80 ', '1e3', '٣', 'front', 'NaN', 'Infinity', '9'.repeat(20)].map(
    (text): [string, NumberRange] => [text, PORTS],
  ),
  ...['0', '1', '1.5', '0,5', '0x0', '', ' .5', 'null'].map((text): [string, NumberRange] => [text, share]),
  ['9007199254740993', { isWhole: true }],
  ['1e999', {}],
])('refuses "%s", naming it and what is taken', (text, range) => {
  expect(() => namedNumber('--x', text, range)).toThrow(`--x: cannot be "${text}"; write ${shownRange(range)}`);
});

it.each<[NumberRange, string]>([
  [PORTS, 'a whole number from 0 to 65535'],
  [share, 'a number above 0 and below 1'],
  [{ above: 0, most: 8784 }, 'a number above 0 and up to 8784'],
  [{ least: 1, isWhole: true }, 'a whole number from 1'],
  [{}, 'a number'],
])('says which numbers are taken', (range, text) => expect(shownRange(range)).toBe(text));
