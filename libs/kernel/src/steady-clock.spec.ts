import type { Clock } from './clock.ts';
import { ClockJumps, isLeaseHeld, steadyClock, steadyNow } from './steady-clock.ts';
import { systemClock } from './system-clock.ts';

const HOUR = 3_600_000;
/** A clock that somebody sets, and the time that goes by. */
class SetClock implements Clock {
  private wall = 1_000_000_000;
  private gone = 0;
  now = (): number => this.wall;
  steady = (): number => this.gone;
  sleep = async (): Promise<void> => undefined;
  pass(ms: number): void {
    this.wall += ms;
    this.gone += ms;
  }
  set(byMs: number): void {
    this.wall += byMs;
  }
}

describe('a clock that is set', () => {
  it.each([5 * HOUR, -5 * HOUR, 24 * HOUR, -1])('changes nothing of how long something takes: by %i ms', (by) => {
    const clock = new SetClock();
    const steady = steadyClock(clock);
    const [begun, steadily] = [steady.now(), steadyNow(clock)];
    expect(begun).toBe(clock.now());
    clock.pass(100);
    clock.set(by);
    clock.pass(20);
    expect(steady.now() - begun).toBe(120);
    expect(steadyNow(clock) - steadily).toBe(120);
  });

  it('is as it is where it is never set, as in a simulated day', () => {
    const virtual: Clock = { now: () => 42, sleep: async () => undefined };
    expect(steadyClock(virtual)).toBe(virtual);
    expect(steadyNow(virtual)).toBe(42);
  });

  it('of the system goes on whatever its time is', async () => {
    const before = steadyNow(systemClock);
    await systemClock.sleep(5);
    expect(steadyNow(systemClock)).toBeGreaterThan(before);
  });

  it.each([
    ['has not ended', 29_999, true],
    ['is as long as they are', 30_000, true],
    ['is of a clock that goes before', 59_000, true],
    ['has ended', 0, false],
    ['ended long ago', -5 * HOUR, false],
    ['was said before the clock was set back', 5 * HOUR, false],
  ])('holds a lease that %s', (_, left, isHeld) => expect(isLeaseHeld(1000 + left, 1000, 30_000)).toBe(isHeld));

  it.each([5 * HOUR, -5 * HOUR])('is known to have been set for one lease, and no longer: by %i ms', (by) => {
    const clock = new SetClock();
    const jumps = new ClockJumps(clock, 30_000);
    clock.pass(10_000);
    expect(jumps.isRecent()).toBe(false);
    clock.set(by);
    expect(jumps.isRecent()).toBe(true);
    clock.pass(29_000);
    expect(jumps.isRecent()).toBe(true);
    clock.pass(2000);
    expect(jumps.isRecent()).toBe(false);
  });

  it('is not known as set where it is only kept right', () => {
    const clock = new SetClock();
    const jumps = new ClockJumps(clock, 30_000);
    for (let step = 0; step < 100; step++) {
      clock.pass(1000);
      clock.set(step % 2 ? 400 : 900);
      expect(jumps.isRecent()).toBe(false);
    }
  });
});
