import type { Clock } from './clock.ts';

/** Milliseconds since some moment, for how long something took or may take: whoever sets the clock changes nothing of it. */
export const steadyNow = (clock: Pick<Clock, 'now' | 'steady'>): number => clock.steady?.() ?? clock.now();

/** The same clock, which nobody sets: it begins at its time of now, and goes on from there. */
export function steadyClock(clock: Clock): Clock {
  const { steady } = clock;
  if (!steady) return clock;
  const begun = clock.now() - steady();
  return { ...clock, now: () => begun + steady() };
}

/**
 * Whether a lease of so many milliseconds, said to end at that time, holds still. What has longer to go than two of them was said before the clock
 * was set back: nobody would live to see its end.
 */
export const isLeaseHeld = (until: number, now: number, leaseMs: number): boolean =>
  until > now && until - now <= 2 * leaseMs;

/**
 * Knows that the clock was set. Leases of others look over then, or without end, until their owners have said anew that they live: so long nothing is
 * taken from anybody.
 */
export class ClockJumps {
  private readonly clock: Clock;
  private readonly leaseMs: number;
  private offset: number;
  private jumpedAt = -Infinity;

  /** @param leaseMs  smaller jumps than half of it do no harm */
  constructor(clock: Clock, leaseMs: number) {
    this.clock = clock;
    this.leaseMs = leaseMs;
    this.offset = this.offsetNow();
  }

  /** Whether it was set within the last lease. */
  isRecent(): boolean {
    const offset = this.offsetNow();
    if (Math.abs(offset - this.offset) > this.leaseMs / 2) this.jumpedAt = steadyNow(this.clock);
    // Small steps, as of a clock that is kept right, add up to nothing.
    this.offset = offset;
    return steadyNow(this.clock) - this.jumpedAt < this.leaseMs;
  }

  private offsetNow(): number {
    return this.clock.now() - steadyNow(this.clock);
  }
}
