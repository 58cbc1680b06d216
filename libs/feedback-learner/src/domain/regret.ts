import type { Answer } from '@contentflow/contracts';
import { z } from 'zod';

/** Ratings of one way of making a content type: count and sum. */
export const armRatingsSchema = z.record(z.string(), z.object({ n: z.number(), sum: z.number() }));
export type ArmRatings = Answer<typeof armRatingsSchema>;

/** An arm's mean counts in full only when this many ratings stand behind it. */
const PRIOR = 20;

/**
 * What readers have missed because ways of making it that they like less were tried too: for each rating, how far its
 * arm's expected rating lies below that of the best arm. Expected ratings are drawn towards the mean of all, so that
 * a lucky few do not make the best arm.
 * Source: Lai and Robbins (1985), "Asymptotically efficient adaptive allocation rules"; here with estimated means
 */
export function regretOf(arms: ArmRatings): { total: number; perRating: number; best: string | null } {
  const all = Object.entries(arms);
  const n = all.reduce((sum, [, arm]) => sum + arm.n, 0);
  if (n === 0) return { total: 0, perRating: 0, best: null };
  const mean = all.reduce((sum, [, arm]) => sum + arm.sum, 0) / n;
  const expected = all.map(([name, arm]) => ({ name, n: arm.n, mean: (arm.sum + PRIOR * mean) / (arm.n + PRIOR) }));
  const best = expected.reduce((a, b) => (b.mean > a.mean ? b : a));
  const total = expected.reduce((sum, arm) => sum + arm.n * (best.mean - arm.mean), 0);
  return { total, perRating: total / n, best: best.name };
}
