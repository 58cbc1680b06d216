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
  const times = inOrder.map(({ at }) => at);
  const keys = {
    exact: numbered(inOrder.map(({ unit }) => unit)),
    semantic: numbered(inOrder.map(({ alike }) => alike)),
  };
  return strategies.map(({ strategy, timeToLiveMs }) => ({
    strategy,
    timeToLiveMs,
    hitRate: strategy === 'off' ? 0 : hitRate(times, keys[strategy], timeToLiveMs),
  }));
}

/** Equal keys as equal numbers, from 0: looked up once for all strategies. */
function numbered(keys: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return keys.map((key) => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
}

function hitRate(times: readonly number[], keys: readonly number[], timeToLiveMs: number): number {
  const madeAt: number[] = [];
  let hits = 0;
  times.forEach((at, i) => {
    const key = keys[i] as number;
    const made = madeAt[key];
    if (made !== undefined && at - made <= timeToLiveMs) hits++;
    else madeAt[key] = at;
  });
  return times.length === 0 ? 0 : hits / times.length;
}
