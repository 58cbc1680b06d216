import { alarm, repeatedly, seededRandom } from '@contentflow/kernel';
import fc from 'fast-check';
import { createVirtualClock } from './virtual-clock.ts';

const quiet = { startMs: 0, isQuiet: () => true };

describe('the virtual clock', () => {
  it('wakes sleepers by time, and those of one time in the order in which they lay down', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 60 }), async (delays) => {
        const clock = createVirtualClock(quiet);
        const woken: [number, number][] = [];
        delays.forEach((ms, i) => void clock.sleep(ms).then(() => woken.push([clock.now(), i])));
        await clock.run(100);
        const expected = delays
          .map((ms, i): [number, number] => [ms, i])
          .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(woken).toEqual(expected);
        expect(clock.now()).toBe(100);
      }),
      { numRuns: 50 },
    );
  });

  it('lets one sleeper finish all it has to do before it wakes the next', async () => {
    const clock = createVirtualClock(quiet);
    const done: string[] = [];
    const work = async (name: string): Promise<void> => {
      await clock.sleep(10);
      for (let i = 0; i < 50; i++) await Promise.resolve();
      done.push(`${name} at ${clock.now()}`);
    };
    void work('first');
    void work('second');
    void clock.sleep(11).then(() => done.push('third'));
    await clock.run(20);
    expect(done).toEqual(['first at 10', 'second at 10', 'third']);
  });

  it('rings an alarm in its place among the sleepers, unless it was called off', async () => {
    const clock = createVirtualClock(quiet);
    const done: string[] = [];
    void clock.sleep(5).then(() => done.push('sleeper'));
    alarm(clock, 5, () => done.push(`alarm at ${clock.now()}`));
    const callOff = alarm(clock, 5, () => done.push('never'));
    void clock.sleep(4).then(callOff);
    await clock.run(10);
    expect(done).toEqual(['sleeper', 'alarm at 5']);
    expect(clock.sleepers).toBe(0);
    callOff();
  });

  it('stands still while the log is not drained', async () => {
    let pending = 0;
    const clock = createVirtualClock({ startMs: 0, isQuiet: () => pending === 0 });
    const seen: number[] = [];
    void clock.sleep(5).then(() => {
      pending = 1;
      setTimeout(() => {
        seen.push(clock.now());
        pending = 0;
      }, 30);
    });
    void clock.sleep(6).then(() => seen.push(clock.now()));
    await clock.run(10);
    expect(seen).toEqual([5, 6]);
  });

  it('forgets a sleep that is aborted, wherever it lies in the row', async () => {
    const random = seededRandom(1);
    const clock = createVirtualClock(quiet);
    const ends = Array.from({ length: 200 }, () => new AbortController());
    const woken: number[] = [];
    ends.forEach(
      (end, i) => void clock.sleep(random.below(1000), end.signal).then(() => woken.push(clock.now() + i * 0)),
    );
    ends.filter((_, i) => i % 3 === 0).forEach((end) => end.abort());
    expect(clock.sleepers).toBe(200 - 67);
    await clock.run(1000);
    expect(woken.filter((at) => at === 0).length).toBeGreaterThanOrEqual(67);
    expect(woken.slice(67)).toEqual(woken.slice(67).toSorted((a, b) => a - b));
    expect(clock.sleepers).toBe(0);
  });

  it('stops where it is when the run is aborted, and goes on from there', async () => {
    const clock = createVirtualClock(quiet);
    const ends = new AbortController();
    let beats = 0;
    void repeatedly(
      clock,
      () => 10,
      ends.signal,
      async () => void beats++,
    );
    const stop = new AbortController();
    await clock.run(1000, { onAdvance: (now) => now >= 50 && stop.abort(), signal: stop.signal });
    expect([clock.now(), beats]).toEqual([50, 5]);
    await clock.run(100);
    expect(beats).toBe(10);
    ends.abort();
  });

  it('keeps pace with real time when asked to, and takes in what comes from outside meanwhile', async () => {
    const aYear = 365 * 86_400_000;
    const clock = createVirtualClock({ ...quiet, speed: 100 });
    const woken: number[] = [];
    const stop = new AbortController();
    void clock.sleep(1000).then(() => woken.push(clock.now()));
    setTimeout(() => {
      woken.push(clock.now());
      void clock.sleep(1000).then(() => {
        woken.push(clock.now());
        stop.abort();
      });
    }, 60);
    await clock.run(aYear, { signal: stop.signal });
    // A clock that ran ahead would have been through the year before anything came from outside.
    const [first, asked, last] = woken as [number, number, number];
    expect(first).toBe(1000);
    expect(asked).toBeGreaterThan(5000);
    expect(last).toBeGreaterThanOrEqual(asked + 1000);
  });

  it('releases a hundred thousand sleepers, many of them under one signal', async () => {
    const random = seededRandom(2);
    const clock = createVirtualClock(quiet);
    const { signal } = new AbortController();
    let woken = 0;
    for (let i = 0; i < 100_000; i++)
      void clock.sleep(random.below(86_400_000), i % 2 === 0 ? signal : undefined).then(() => woken++);
    await clock.run(86_400_000);
    expect(woken).toBe(100_000);
  });
});
