import { ownValue } from '@contentflow/kernel';
import { SemanticCacheAllowed, SemanticCacheRestricted, SemanticCacheShown } from '@contentflow/contracts';
import { slice } from './slice.ts';

export interface SemanticCachesState {
  /** By content type, where answers found by meaning were wrong too often, or a person allowed them again; since when. */
  readonly semanticCache: Readonly<Record<string, SemanticCacheState>>;
}

export interface SemanticCacheState {
  readonly isRestricted: boolean;
  /** That thresholds of each entry keep the budget, since then. */
  readonly isShown?: true;
  /** From which on answers are still found by meaning where it is restricted; null for none. */
  readonly similarity: number | null;
  readonly since: number;
  /** Wrong answers before it are not held against it: a person has seen them. */
  readonly countedFrom: number;
}

export const semanticCacheSlice = slice<SemanticCachesState>({ semanticCache: {} })
  .on(SemanticCacheRestricted, (state, { contentType, similarity = null }, at) => {
    const before = ownValue(state.semanticCache, contentType);
    if (before?.isRestricted && before.similarity === null) return 'it is restricted already';
    const countedFrom = before?.countedFrom ?? 0;
    return withCache(state, contentType, { isRestricted: true, similarity, since: at, countedFrom });
  })
  .on(SemanticCacheShown, (state, { contentType }, at) => {
    const before = ownValue(state.semanticCache, contentType);
    if (before?.isRestricted) return 'it is restricted';
    const countedFrom = before?.countedFrom ?? 0;
    return withCache(state, contentType, {
      isRestricted: false,
      isShown: true,
      similarity: null,
      since: at,
      countedFrom,
    });
  })
  .on(SemanticCacheAllowed, (state, { contentType }, at) =>
    withCache(state, contentType, { isRestricted: false, similarity: null, since: at, countedFrom: at }),
  );

const withCache = (
  { semanticCache }: SemanticCachesState,
  contentType: string,
  cache: SemanticCacheState,
): SemanticCachesState => ({ semanticCache: { ...semanticCache, [contentType]: cache } });
