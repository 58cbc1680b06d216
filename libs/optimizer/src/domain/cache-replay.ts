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
  const repeats = { off: [], exact: repeatsBy('unit', requests), semantic: repeatsBy('alike', requests) };
  return strategies.map(({ strategy, timeToLiveMs }) => {
    const hits = repeats[strategy].reduce((sum, times) => sum + hitsAmong(times, timeToLiveMs), 0);
    return { strategy, timeToLiveMs, hitRate: requests.length === 0 ? 0 : hits / requests.length };
  });
}

/** When each thing was asked for that was asked for more than once: nothing else can be hit. */
function repeatsBy(key: 'unit' | 'alike', requests: readonly CacheRequest[]): number[][] {
  const times = new Map<string, number[]>();
  for (const { [key]: asked, at } of requests) {
    const known = times.get(asked);
    if (known) known.push(at);
    else times.set(asked, [at]);
  }
  return [...times.values()].filter((each) => each.length > 1).map((each) => each.sort((a, b) => a - b));
}

/** Of the same request at these times: what is too old for a hit is made anew. */
function hitsAmong(times: readonly number[], timeToLiveMs: number): number {
  let madeAt = Number.NEGATIVE_INFINITY;
  let hits = 0;
  for (const at of times)
    if (at - madeAt <= timeToLiveMs) hits++;
    else madeAt = at;
  return hits;
}
