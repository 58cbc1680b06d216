import type { Brief, Recipe } from '@contentflow/contracts';
import { canonicalJson, hash128 } from '@contentflow/kernel';

/** A request of the log, as a cache would see it. */
export interface CacheRequest {
  readonly at: number;
  /** The normalised brief: what an exact cache answers for. */
  readonly unit: string;
  /** The brief but for the wording of its topic: the most that a semantic cache can answer for. */
  readonly alike: string;
}
export type CacheStrategy = Pick<Recipe['cache'], 'strategy' | 'timeToLiveMs'>;
export interface ReplayedStrategy extends CacheStrategy {
  /** Hits ÷ requests; of a semantic cache the most there can be, since its guard refuses what means something else. */
  readonly hitRate: number;
}

/** Requests that a partition keeps of each content type. */
export const REQUESTS_KEPT = 300;
/** With fewer, a replay says nothing. */
export const FEWEST_REQUESTS = 50;

export const cacheRequest = (brief: Brief, unit: string, at: number): CacheRequest => {
  const { topic: _topic, metadata: _metadata, ...rest } = brief;
  return { at, unit, alike: hash128(canonicalJson(rest)) };
};

/** What each strategy would have hit, had it answered these requests in the order in which they came. */
export function replayed(
  requests: readonly CacheRequest[],
  strategies: readonly CacheStrategy[],
): readonly ReplayedStrategy[] {
  const inOrder = requests.toSorted((a, b) => a.at - b.at || (a.unit < b.unit ? -1 : 1));
  return strategies.map(({ strategy, timeToLiveMs }) => ({
    strategy,
    timeToLiveMs,
    hitRate: strategy === 'off' ? 0 : hitRate(inOrder, strategy === 'exact' ? 'unit' : 'alike', timeToLiveMs),
  }));
}

function hitRate(inOrder: readonly CacheRequest[], key: 'unit' | 'alike', timeToLiveMs: number): number {
  const madeAt = new Map<string, number>();
  let hits = 0;
  for (const request of inOrder) {
    const made = madeAt.get(request[key]);
    if (made !== undefined && request.at - made <= timeToLiveMs) hits++;
    else madeAt.set(request[key], request.at);
  }
  return inOrder.length === 0 ? 0 : hits / inOrder.length;
}
