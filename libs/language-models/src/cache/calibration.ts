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

/** Holds where nothing is known of right and wrong. Figures: docs/benchmarks/language-models.md */
export const DEFAULT_THRESHOLD = 0.93;

/** Holds where the candidates shown are too few to tell. */
export const STRICT_THRESHOLD = 0.965;

/** Nothing but the same words: what is left where even strict hits were wrong. */
export const SAME_WORDS = 1;

/** No calibration goes below even odds: what it was shown may be easier than what comes. */
export const LOWEST_THRESHOLD = 0.5;

/**
 * The lowest threshold at which the upper bound of the share of wrong hits keeps the budget, with all stricter ones
 * keeping it too once they have hits enough to show it: so a lucky stretch further down is not taken for safe.
 * Source: fixed-sequence testing as in Angelopoulos, Bates, Candès, Jordan and Lei (2021), Learn then Test, arXiv:2110.01052
 */
export function calibratedThreshold(candidates: readonly JudgedCandidate[], budget = defaultWrongHitBudget): number {
  const sorted = candidates
    .filter(({ similarity }) => similarity < SAME_WORDS)
    .sort((a, b) => b.similarity - a.similarity);
  for (const alpha of budget.alphas) {
    const threshold = lowestWithin(sorted, budget.share, alpha);
    if (threshold !== undefined) return threshold;
  }
  const isStrictWrong = sorted.some(({ similarity, isRight }) => !isRight && similarity >= STRICT_THRESHOLD);
  return isStrictWrong ? SAME_WORDS : STRICT_THRESHOLD;
}

function lowestWithin(sorted: readonly JudgedCandidate[], share: number, alpha: number): number | undefined {
  let wrong = 0;
  let lowest: number | undefined;
  for (const [i, { similarity, isRight }] of sorted.entries()) {
    if (similarity < LOWEST_THRESHOLD) break;
    if (!isRight) wrong++;
    if (sorted[i + 1]?.similarity === similarity) continue;
    if (upperShare(wrong, i + 1, alpha) <= share) lowest = similarity;
    else if (upperShare(0, i + 1, alpha) <= share) break;
  }
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
