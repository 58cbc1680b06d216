import { ownValueOrNew, ownValue } from '@contentflow/kernel';
import { ContentGenerated, fold, SemanticHitAudited } from '@contentflow/contracts';
import { recordLast } from '../windows.ts';
import { cacheRequest, type CacheRequest, JUDGED_KEPT, type JudgedNeighbour, REQUESTS_KEPT } from './cache-replay.ts';

export interface RequestObservations {
  /** Content type → the latest requests, for the replay of caches. */
  readonly requests: Record<string, CacheRequest[]>;
}
export interface NeighbourObservations {
  /** Content type → the latest judged neighbours of requests: whether their answers would serve. */
  readonly neighbours: Record<string, JudgedNeighbour[]>;
}

export const requestsFold = fold<RequestObservations['requests']>(() => ({})).on(
  ContentGenerated,
  (known, { data, time }) => {
    const { assignment, brief, calls } = data;
    // What is about a person is given from no cache.
    if (!assignment.holdback && !data.personal)
      recordLast(
        ownValueOrNew(known, brief.contentType, () => []),
        cacheRequest(brief, calls, time),
        REQUESTS_KEPT,
      );
    return known;
  },
);

export const neighboursFold = fold<NeighbourObservations['neighbours']>(() => ({})).on(
  SemanticHitAudited,
  (known, { data: { contentType, found, similarity, verdict }, time }) => {
    if (found !== 'by_key')
      recordLast(
        ownValueOrNew(known, contentType, () => []),
        { at: time, similarity, verdict },
        JUDGED_KEPT,
      );
    return known;
  },
);

export const requestsOf = (parts: readonly RequestObservations[], contentType: string): CacheRequest[] =>
  parts.flatMap((part) => ownValue(part.requests, contentType) ?? []);

export const neighboursOf = (parts: readonly NeighbourObservations[], contentType: string): JudgedNeighbour[] =>
  parts.flatMap((part) => ownValue(part.neighbours, contentType) ?? []);
