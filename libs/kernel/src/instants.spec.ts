import { epochUnitOf, instantOf, isInstant } from './instants.ts';

describe('a time that is told', () => {
  const noon = Date.UTC(2026, 0, 5, 12);

  it.each([
    ['1767614400', 'seconds'],
    ['1767614400.5', 'seconds', 500],
    ['1767614400000', 'milliseconds'],
    ['1767614400000000', 'microseconds'],
    ['1767614400000000000', 'nanoseconds'],
    ['2026-01-05T12:00:00Z', 'RFC 3339'],
    ['2026-01-05t12:00:00z', 'RFC 3339 in small letters'],
    [' 2026-01-05 12:00 ', 'no zone'],
    ['2026-01-05T12:00:00', 'no zone'],
    ['2026-01-05 12:00:00.250999', 'a fraction of six digits', 250],
    ['2026-01-05 12:00:00,250', 'a comma', 250],
    ['2026-01-05T14:00:00+02:00', 'a zone'],
    ['2026-01-05 06:30:00-0530', 'a zone without a colon'],
    ['2026-01-05 13:00:00 +01', 'a zone of hours'],
  ])('is read as %s: %s', (text, _, more = 0) => {
    expect(instantOf(text)).toBe(noon + more);
  });

  it('may be a day alone, of a leap year too, and before 1970', () => {
    expect(instantOf('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
    expect(instantOf('1969-12-31')).toBe(-86_400_000);
    expect(instantOf('-60')).toBe(-60_000);
  });

  it.each([
    '',
    'yesterday',
    'host 1',
    '01/02/2024',
    'Feb 3 2024',
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-01T24:30:00Z',
    '2024-01-01T10:60:00Z',
    '2024-01-01T10:00:00+24:00',
    '2024-1-1',
    '12:00',
    '1e9',
    '0x10',
    '9'.repeat(21),
    '99999999999999999999',
    'Infinity',
    'NaN',
  ])('is none as "%s"', (text) => {
    expect(instantOf(text)).toBeNaN();
  });

  it('is the same whatever the machine’s zone', () => {
    const zone = process.env['TZ'];
    try {
      process.env['TZ'] = 'Pacific/Kiritimati';
      expect(instantOf('2026-01-05 12:00')).toBe(noon);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

it.each([
  ['1767614400', 'seconds'],
  ['-60.5', 'seconds'],
  [' 1767614400000 ', 'milliseconds'],
  ['1767614400000000', 'microseconds'],
  ['1767614400000000000', 'nanoseconds'],
  ['0', undefined],
  ['2026-01-05', undefined],
  ['9'.repeat(21), undefined],
])('%s counts %s since 1970', (text, unit) => {
  expect(epochUnitOf(text)).toBe(unit);
});

it.each([8.64e15, -8.64e15, 0])('a Date can hold %p', (time) => {
  expect(isInstant(time)).toBe(true);
  expect(() => new Date(time).toISOString()).not.toThrow();
});
it.each([8.64e15 + 1, -8.64e15 - 1, 2 ** 53, 1e300, Infinity, NaN])('no Date can hold %p', (time) => {
  expect(isInstant(time)).toBe(false);
  expect(() => new Date(time).toISOString()).toThrow(RangeError);
});
