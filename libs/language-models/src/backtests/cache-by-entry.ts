import { signedMeanSequence } from '@contentflow/statistics';
import { LOWEST_THRESHOLD, upperShare } from '../cache/calibration.ts';
import { entryThresholds } from '../cache/entry-thresholds.ts';

/** A request beside the one whose answer is kept, and whether that would have served. */
export interface EntryPair {
  readonly entry: string;
  readonly similarity: number;
  readonly isRight: boolean;
  readonly isTrained: boolean;
}

export interface EntrySummary {
  /** Share of wrong answers at most. */
  readonly budget: number;
  /** Of those learned from, what would have been given by what was learned before each; and how many of them were wrong. */
  readonly judged: number;
  readonly wrong: number;
  /** Whether that shows that the budget is kept, so that anything would be given in operation. */
  readonly isShown: boolean;
  /** Of the rest, had it been shown; and the 95 % upper bound of the share that is wrong. */
  readonly hits: number;
  readonly wrongHits: number;
  readonly wrongShareUpper: number;
}

const BUDGETS = [0.01, 0.015, 0.02];
const ALPHA = 0.05;

/** What thresholds of each entry, learned online, would have given. */
export function backtestEntryThresholds(pairs: readonly EntryPair[]): EntrySummary[] {
  const near = pairs.filter(({ similarity }) => similarity >= LOWEST_THRESHOLD);
  return BUDGETS.map((budget) => {
    const thresholds = entryThresholds({ isPooled: true });
    const isGiven = ({ entry, similarity }: EntryPair): boolean => thresholds.wrongChance(entry, similarity) <= budget;
    let [judged, wrong] = [0, 0];
    for (const pair of near.filter(({ isTrained }) => isTrained)) {
      if (isGiven(pair)) {
        judged++;
        if (!pair.isRight) wrong++;
      }
      thresholds.learn(pair.entry, pair.similarity, pair.isRight);
    }
    const hits = near.filter((pair) => !pair.isTrained && isGiven(pair));
    const wrongHits = hits.filter(({ isRight }) => !isRight).length;
    const [, upper] = signedMeanSequence({ n: judged, plus: wrong, minus: 0 }, ALPHA);
    return {
      budget,
      judged,
      wrong,
      isShown: upper <= budget,
      hits: hits.length,
      wrongHits,
      wrongShareUpper: hits.length === 0 ? 1 : upperShare(wrongHits, hits.length, 0.05),
    };
  });
}
