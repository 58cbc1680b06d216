import { covers, type Positions } from './positions.ts';
import { resolvedWithin } from './resolved-within.ts';

/** Those who wait until a log has been read so far. */
export class PositionWaits {
  private readonly waiting = new Set<{ readonly goal: Positions; readonly resolve: () => void }>();
  private readonly reached: () => Positions;

  /** @param reached  how far it has been read, asked when somebody waits and when something was read */
  constructor(reached: () => Positions) {
    this.reached = reached;
  }

  /**
   * True once everything before these positions has been read: at once where it has been.
   * @param withinMs  of real time; false where it takes longer
   */
  async until(goal: Positions, withinMs = Infinity): Promise<boolean> {
    if (covers(this.reached(), goal)) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wait = { goal, resolve };
    this.waiting.add(wait);
    const isReached = await resolvedWithin(promise, withinMs);
    this.waiting.delete(wait);
    return isReached;
  }

  /** More was read. */
  wake(): void {
    for (const { goal, resolve } of this.waiting) if (covers(this.reached(), goal)) resolve();
  }
}
