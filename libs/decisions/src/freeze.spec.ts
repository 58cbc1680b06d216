import { policySchema } from '@contentflow/contracts';
import { HOUR_MS } from '@contentflow/kernel';
import { frozenUntil } from './freeze.ts';

const at = (text: string): number => Date.parse(`2026-01-05T${text}:00Z`);

describe('a freeze window', () => {
  it('holds from one instant until another', () => {
    const sale = [{ from: '2026-01-05T08:00:00Z', until: '2026-01-05T20:00:00Z' }];
    expect(['07:59', '08:00', '19:59', '20:00'].map((time) => frozenUntil(sale, at(time)))).toEqual([
      undefined,
      at('20:00'),
      at('20:00'),
      undefined,
    ]);
  });

  it('holds every day at the same time, also over midnight', () => {
    expect(frozenUntil([{ from: '09:00', until: '17:30' }], at('12:00'))).toBe(at('17:30'));
    const night = [{ from: '22:00', until: '06:00' }];
    expect(['21:59', '23:00', '05:59', '06:00'].map((time) => frozenUntil(night, at(time)))).toEqual([
      undefined,
      at('06:00') + 24 * HOUR_MS,
      at('06:00'),
      undefined,
    ]);
  });

  it('ends with the last of those that overlap', () => {
    const both = [
      { from: '09:00', until: '11:00' },
      { from: '10:00', until: '12:00' },
    ];
    expect(frozenUntil(both, at('10:30'))).toBe(at('12:00'));
  });

  it('is refused where it is neither two instants nor two times of day', () => {
    const isAccepted = (from: string, until: string): boolean =>
      policySchema.safeParse({ freezeWindows: [{ from, until }] }).success;
    expect(isAccepted('09:00', '17:00')).toBe(true);
    expect(isAccepted('2026-01-05T08:00:00Z', '2026-01-06T08:00:00+01:00')).toBe(true);
    expect(isAccepted('09:00', '2026-01-06T08:00:00Z')).toBe(false);
    expect(isAccepted('2026-01-06T08:00:00Z', '2026-01-05T08:00:00Z')).toBe(false);
    expect(isAccepted('Monday', 'Friday')).toBe(false);
  });
});
