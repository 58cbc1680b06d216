import { betaCdf } from '@contentflow/statistics';

/** A candidate for a hit: how alike, and whether it would have been right. */
export interface JudgedCandidate {
  readonly similarity: number;
  readonly isRight: boolean;
}

/** What share of hits may be wrong, and how sure one must be that it is kept. */
export interface WrongHitBudget {
  readonly share: number;
  /** One-sided errors of the bound, to try in order: few candidates cannot show much. */
  readonly alphas: readonly number[];
}

/** With no wrong hit among them, 299, 138 and 69 hits are enough. */
export const defaultWrongHitBudget: WrongHitBudget = { share: 0.01, alphas: [0.05, 0.25, 0.5] };

/** Holds where nothing was calibrated: strict, since a wrong answer costs more than a call. */
export const DEFAULT_THRESHOLD = 0.965;

/** No calibration goes below: what it was shown may be easier than what comes. */
export const LOWEST_THRESHOLD = 0.6;

/**
 * The lowest threshold at which the upper bound of the share of wrong hits keeps the budget. Where the candidates are
 * too few to tell, the default, or just above the highest similarity that was wrong, whichever is stricter.
 */
export function calibratedThreshold(candidates: readonly JudgedCandidate[], budget = defaultWrongHitBudget): number {
  const sorted = candidates.filter(({ similarity }) => similarity < 1).sort((a, b) => b.similarity - a.similarity);
  for (const alpha of budget.alphas) {
    const threshold = lowestWithin(sorted, budget.share, alpha);
    if (threshold !== undefined) return Math.max(threshold, LOWEST_THRESHOLD);
  }
  const highestWrong = sorted.find(({ isRight }) => !isRight)?.similarity ?? 0;
  return Math.max(DEFAULT_THRESHOLD, highestWrong + 1e-6);
}

function lowestWithin(sorted: readonly JudgedCandidate[], share: number, alpha: number): number | undefined {
  let wrong = 0;
  let lowest: number | undefined;
  sorted.forEach(({ similarity, isRight }, i) => {
    if (!isRight) wrong++;
    const isLastOfTies = sorted[i + 1]?.similarity !== similarity;
    if (isLastOfTies && similarity > 0 && upperShare(wrong, i + 1, alpha) <= share) lowest = similarity;
  });
  return lowest;
}

/**
 * The one-sided upper confidence bound of a proportion.
 * Source: Clopper and Pearson (1934), Biometrika 26(4), by bisection of the beta distribution
 */
export function upperShare(successes: number, trials: number, alpha: number): number {
  if (successes >= trials) return 1;
  let low = successes / trials;
  let high = 1;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (1 - betaCdf(middle, successes + 1, trials - successes) > alpha) low = middle;
    else high = middle;
  }
  return high;
}
