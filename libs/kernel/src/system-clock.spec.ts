import { systemClock } from './system-clock.ts';

describe("the machine's clock", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('sleeps for longer than a timer can', async () => {
    const ended: string[] = [];
    void systemClock.sleep(2 ** 31 + 1000).then(() => ended.push('slept'));
    await jest.advanceTimersByTimeAsync(2 ** 31);
    expect(ended).toEqual([]);
    await jest.advanceTimersByTimeAsync(1000);
    expect(ended).toEqual(['slept']);
  });

  it('wakes at once when it is told to, and leaves no timer behind', async () => {
    const stop = new AbortController();
    const slept = systemClock.sleep(2 ** 40, stop.signal);
    stop.abort();
    await slept;
    expect(jest.getTimerCount()).toBe(0);
  });
});
