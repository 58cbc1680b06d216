import { defaultPolicy } from '@contentflow/contracts';
import { similaritiesWithin } from '../domain/cache/cache-replay.ts';

/** A neighbour of a request, and whether its answer would have served. */
export interface LabelledNeighbour {
  readonly similarity: number;
  readonly isRight: boolean;
  readonly isTrained: boolean;
}
export interface LearnedSimilarity {
  /** Share of wrong answers at most. */
  readonly budget: number;
  /** Null where nothing learned shows that any keeps it. */
  readonly similarity: number | null;
  /** Of those that were not learned from. */
  readonly hits: number;
  readonly wrongHits: number;
}

const BUDGETS = [0.01, 0.015, 0.02];

/** The loosest similarity that the optimizer would propose, had all that it learns from been judged as it is labelled; and how it does on the rest. */
export function backtestSimilarity(neighbours: readonly LabelledNeighbour[]): LearnedSimilarity[] {
  const judged = neighbours
    .filter(({ isTrained }) => isTrained)
    .map(({ similarity, isRight }, at) => ({
      at,
      similarity,
      verdict: isRight ? ('both' as const) : ('only_made' as const),
    }));
  return BUDGETS.map((budget) => {
    const policy = { ...defaultPolicy, cache: { ...defaultPolicy.cache, wrongHitShare: budget } };
    const similarity = similaritiesWithin(judged, policy).at(-1)?.similarity ?? null;
    const hits = neighbours.filter((each) => !each.isTrained && each.similarity >= (similarity ?? Infinity));
    return { budget, similarity, hits: hits.length, wrongHits: hits.filter(({ isRight }) => !isRight).length };
  });
}
