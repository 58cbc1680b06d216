import { change, count, duration, estimatedChange, isPrecise, money, pValue, share } from './format.ts';

describe('figures on the page', () => {
  it.each([
    [0, '0 ms'],
    [849.6, '850 ms'],
    [4320, '4.3 s'],
    [45_000, '45 s'],
    [200_000, '3 min 20 s'],
    [4_500_000, '1 h 15 min'],
    [null, '–'],
  ])('%p ms is %p', (ms, text) => expect(duration(ms)).toBe(text));

  it.each([
    [0, '$0'],
    [0.00421, '$0.0042'],
    [5.5, '$5.50'],
    [1250.4, '$1,250'],
    [-12.5, '−$12.50'],
  ])('%p dollars are %p', (amount, text) => expect(money(amount)).toBe(text));

  it.each([
    [-0.341, '−34 %'],
    [0.12, '+12 %'],
    [0.001, '±0 %'],
  ])('a change of %p is %p', (value, text) => expect(change(value)).toBe(text));

  it('writes shares, counts and p-values so that none looks surer than it is', () => {
    expect([share(0.853), share(0.021), count(12_345.4), pValue(3e-20), pValue(0.0312)]).toEqual([
      '85 %',
      '2.1 %',
      '12,345',
      '< 0.0001',
      '0.031',
    ]);
  });

  it('does not tell an estimate whose interval says nothing yet', () => {
    expect(isPrecise({ value: 0.1, lower: -30, upper: 31 })).toBe(false);
    expect(isPrecise({ value: 0, lower: 0, upper: 0 })).toBe(false);
    expect(isPrecise({ value: -0.3, lower: -0.4, upper: -0.2 })).toBe(true);
    expect(estimatedChange({ value: -0.3, lower: -0.4, upper: -0.2 })).toBe('−30 % (−40 % to −20 %)');
  });
});
