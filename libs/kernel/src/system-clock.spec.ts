import { alarm } from './clock.ts';
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

  it('rings once, after longer than a timer can, and not once called off', async () => {
    const rung: string[] = [];
    alarm(systemClock, 2 ** 31 + 1000, () => rung.push('late'));
    alarm(systemClock, 10, () => rung.push('early'));
    alarm(systemClock, 10, () => rung.push('never'))();
    await jest.advanceTimersByTimeAsync(2 ** 31);
    expect(rung).toEqual(['early']);
    await jest.advanceTimersByTimeAsync(1000);
    expect(rung).toEqual(['early', 'late']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('rings by its sleep where it is a clock that has nothing else', async () => {
    const { now, sleep } = systemClock;
    const rung: string[] = [];
    alarm({ now, sleep }, 10, () => rung.push('on time'));
    alarm({ now, sleep }, 10, () => rung.push('never'))();
    await jest.advanceTimersByTimeAsync(10);
    expect(rung).toEqual(['on time']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('wakes at once when it is told to, and leaves no timer behind', async () => {
    const stop = new AbortController();
    const slept = systemClock.sleep(2 ** 40, stop.signal);
    stop.abort();
    await slept;
    expect(jest.getTimerCount()).toBe(0);
  });
});
