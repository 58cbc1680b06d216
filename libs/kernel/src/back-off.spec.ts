import { backOffMs } from './back-off.ts';

describe('backing off', () => {
  it('waits twice as long after each failure in a row, up to a limit', () => {
    const waits = [1, 2, 3, 4, 50].map((failures) => backOffMs(failures, { firstMs: 100, longestMs: 700 }));
    expect(waits).toEqual([100, 200, 400, 700, 700]);
  });

  it('grows by another factor where one is wanted', () => {
    expect(backOffMs(3, { firstMs: 10, growth: 5 })).toBe(250);
  });
});
