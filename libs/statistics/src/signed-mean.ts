import type { Interval } from './sample.ts';

/** Observations that were each −1, 0 or 1. */
export interface SignedCounts {
  readonly n: number;
  readonly plus: number;
  readonly minus: number;
}

const BETS = Array.from({ length: 32 }, (_, i) => (i + 0.5) / 32);
const STEPS = 30;

/**
 * Confidence sequence for the mean of observations in {−1, 0, 1}, valid at every n at once: all means against which a mixture of constant
 * bets has not grown to 2/alpha times its stake. It stands on counts alone, so that parts can be added up.
 * @param alpha two-sided error over the whole sequence, in (0, 1)
 * @returns lower and upper limit, in [−1, 1]
 * @throws RangeError for counts that do not add up, or alpha outside (0, 1)
 * Source: Waudby-Smith and Ramdas (2024), Estimating means of bounded random variables by betting, JRSS B 86(1), arXiv:2010.09686, theorem 2
 */
export function signedMeanSequence(counts: SignedCounts, alpha = 0.05): Interval {
  const { n, plus, minus } = counts;
  if (!(plus >= 0 && minus >= 0 && plus + minus <= n)) throw new RangeError('counts of signs do not add up');
  if (!(alpha > 0 && alpha < 1)) throw new RangeError('alpha is an error in (0, 1)');
  return [lowerLimit(counts, alpha), -lowerLimit({ n, plus: minus, minus: plus }, alpha)];
}

/** By bisection: the wealth of who bets on more than `mean` falls as `mean` rises. */
function lowerLimit({ n, plus, minus }: SignedCounts, alpha: number): number {
  if (n === 0) return -1;
  let low = -1;
  let high = (plus - minus) / n;
  for (let i = 0; i < STEPS; i++) {
    const mean = (low + high) / 2;
    if (wealth({ n, plus, minus }, mean) >= 2 / alpha) low = mean;
    else high = mean;
  }
  return low;
}

/** What a stake of 1 has become, spread over bets of all sizes that no observation can ruin. */
function wealth({ n, plus, minus }: SignedCounts, mean: number): number {
  const zero = n - plus - minus;
  return (
    BETS.reduce((sum, bet) => {
      const gain = (observed: number): number => Math.log1p((bet * (observed - mean)) / (1 + mean));
      return sum + Math.exp(plus * gain(1) + zero * gain(0) + minus * gain(-1));
    }, 0) / BETS.length
  );
}
