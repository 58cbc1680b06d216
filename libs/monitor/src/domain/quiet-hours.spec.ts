import { isQuietBy } from './quiet-hours.ts';

const at = (time: string): number => Date.parse(time);

describe('quiet hours', () => {
  const night = { from: '22:00', until: '07:00', timeZone: 'Europe/Berlin' };

  it.each([
    ['2026-01-05T20:59:00Z', false],
    ['2026-01-05T21:00:00Z', true],
    ['2026-01-06T05:59:59Z', true],
    ['2026-01-06T06:00:00Z', false],
    // Summer time: an hour earlier by UTC.
    ['2026-07-05T20:00:00Z', true],
    ['2026-07-06T05:00:00Z', false],
  ])('pass midnight, in their own zone: %s', (time, isQuiet) => {
    expect(isQuietBy(night)(at(time))).toBe(isQuiet);
  });

  it('lie within a day, too, and are none where none are set', () => {
    const noon = isQuietBy({ from: '12:00', until: '13:00', timeZone: 'UTC' });
    expect([noon(at('2026-01-05T12:30:00Z')), noon(at('2026-01-05T13:00:00Z'))]).toEqual([true, false]);
    expect(isQuietBy(undefined)(0)).toBe(false);
  });
});
