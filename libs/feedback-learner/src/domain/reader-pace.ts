import { DAY_MS, HOUR_MS } from '@contentflow/kernel';

/** Ratings an hour, or signs of engagement, that a reader can mean. */
const MAX_PER_HOUR = { ratings: 12, engagement: 120 } as const;
/** Who has flooded is not heard for a day. */
const MUTED_MS = DAY_MS;
const RATERS_KEPT = 20_000;

/**
 * How much each rater has given in the hour at hand, and who has given more than anyone reads. Bounded, and kept by each
 * process for itself: it takes the edge off a flood at the door; what decides counts raters, not ratings.
 */
export class ReaderPaces {
  private readonly paces = new Map<string, { hour: number; given: number; floodUntil: number }>();

  isFlood(rater: string, of: keyof typeof MAX_PER_HOUR, at: number): boolean {
    const key = `${of} ${rater}`;
    const hour = Math.floor(at / HOUR_MS);
    const before = this.paces.get(key);
    const given = before?.hour === hour ? before.given + 1 : 1;
    const isNew = given > MAX_PER_HOUR[of];
    const floodUntil = isNew ? at + MUTED_MS : (before?.floodUntil ?? 0);
    // Who was heard of last stands last.
    this.paces.delete(key);
    this.paces.set(key, { hour, given, floodUntil });
    if (this.paces.size > RATERS_KEPT) this.paces.delete(this.paces.keys().next().value as string);
    return at < floodUntil;
  }
}
