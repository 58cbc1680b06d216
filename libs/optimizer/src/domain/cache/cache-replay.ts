import type { Brief, Call, EventData, Policy, Recipe, SemanticHitAudited } from '@contentflow/contracts';
import { canonicalJson, hash128 } from '@contentflow/kernel';
import { cacheAlternatives, countedVerdicts, relevantFields, keyedBrief, SIMILARITIES } from '@contentflow/recipes';
import { signedMeanSequence } from '@contentflow/statistics';

/** A request of the log, as a cache would see it. */
export interface CacheRequest {
  readonly at: number;
  /** Of long texts the hash alone. */
  readonly brief: Brief;
  /** How alike the nearest request was that an answer was kept for, of the call that found least; where answers are found by meaning. */
  readonly similarity?: number;
}
/** How an answer to other words was judged, given or nearly. */
export interface JudgedNeighbour extends Pick<EventData<typeof SemanticHitAudited>, 'similarity' | 'verdict'> {
  readonly at: number;
}
export type CacheUse = Recipe['cache'];
export interface ReplayedCache extends CacheUse {
  /** Hits ÷ requests; by meaning, where no request shows how alike they are, the most there can be. */
  readonly hitRate: number;
  /** The same of the cache in use, replayed in the same way. */
  readonly presentRate: number;
  /** Of a looser similarity: the most of its answers that can be wrong, valid however often one looks. */
  readonly wrongShare?: { readonly upper: number; readonly judged: number };
}

/** Requests that a partition keeps of each content type. */
export const REQUESTS_KEPT = 300;
/** Judged neighbours that it keeps. */
export const JUDGED_KEPT = 5000;
/** With fewer, a replay says nothing. */
export const MIN_REQUESTS = 50;

export function cacheRequest(
  { metadata, reference, ...rest }: Brief,
  calls: readonly Call[],
  at: number,
): CacheRequest {
  const brief: Brief = {
    ...rest,
    ...(reference === undefined ? {} : { reference: hash128(reference) }),
    ...(metadata === undefined ? {} : { metadata: { all: hash128(canonicalJson(metadata)) } }),
  };
  const found = calls.flatMap(({ cache, similarity }) => (cache === 'exact' ? 1 : (similarity ?? [])));
  const isByMeaning = calls.some(({ similarity }) => similarity !== undefined);
  return { at, brief, ...(isByMeaning ? { similarity: Math.min(...found) } : {}) };
}

/** What each other way to cache would have hit, had it answered these requests in the order in which they came. */
export function replayedCaches(
  recipe: Recipe,
  requests: readonly CacheRequest[],
  judged: readonly JudgedNeighbour[],
  policy: Policy,
): readonly ReplayedCache[] {
  const present = recipe.cache;
  const matters = relevantFields(recipe);
  const rate = rateOf(requests, matters);
  const limits = new Map(similaritiesWithin(judged, policy).map(({ similarity, ...limit }) => [similarity, limit]));
  const isByEntry = policy.cache.guarantee === 'shown';
  const alternatives = cacheAlternatives(recipe).flatMap((cache): ReplayedCache[] => {
    // Thresholds of each entry stand in the place of both.
    if (isByEntry && (cache.similarity !== present.similarity || cache.key !== present.key)) return [];
    if (cache.similarity === present.similarity)
      return [{ ...cache, hitRate: rate(cache), presentRate: rate(present) }];
    const wrongShare = limits.get(cache.similarity);
    const seen = requests.flatMap(({ similarity }) => similarity ?? []);
    if (!wrongShare || seen.length < MIN_REQUESTS) return [];
    const hitRate = shareFrom(cache.similarity, seen);
    return [{ ...cache, hitRate, presentRate: shareFrom(present.similarity, seen), wrongShare }];
  });
  return alternatives.filter((each, index) => !isNeedlesslyWide(each, alternatives.slice(0, index)));
}

const shareFrom = (least: number, similarities: readonly number[]): number =>
  similarities.filter((similarity) => similarity >= least).length / similarities.length;

/** A narrower key, or a stricter similarity, hits as much. */
const isNeedlesslyWide = (one: ReplayedCache, narrower: readonly ReplayedCache[]): boolean =>
  narrower.some(
    ({ strategy, timeToLiveMs, key, similarity, hitRate }) =>
      strategy === one.strategy &&
      timeToLiveMs === one.timeToLiveMs &&
      (key === one.key || similarity === one.similarity) &&
      hitRate >= one.hitRate,
  );

/**
 * The similarities from which on no more answers than the budget can be wrong, strictest first, until the first that had enough judged to show it
 * and does not: so a lucky stretch further down is not taken for safe, and each is tested at the full level.
 * Source: fixed-sequence testing as in Angelopoulos, Bates, Candès, Jordan and Lei (2021), Learn then Test, arXiv:2110.01052; each limit is
 * that of a confidence sequence
 */
export function similaritiesWithin(
  judged: readonly JudgedNeighbour[],
  { cache: { alpha, wrongHitShare } }: Policy,
): { readonly similarity: number; readonly upper: number; readonly judged: number }[] {
  const within: { similarity: number; upper: number; judged: number }[] = [];
  for (const similarity of SIMILARITIES) {
    const {
      judged: n,
      onlyMade: plus,
      onlyServed: minus,
    } = countedVerdicts(judged.filter((each) => each.similarity >= similarity));
    const [, upper] = signedMeanSequence({ n, plus, minus }, alpha);
    if (upper <= wrongHitShare) within.push({ similarity, upper, judged: n });
    else if (signedMeanSequence({ n, plus: 0, minus: 0 }, alpha)[1] <= wrongHitShare) break;
  }
  return within;
}

/** How many of these requests each cache would have answered. Requests are told apart once for all caches that differ in how long they keep an answer. */
function rateOf(requests: readonly CacheRequest[], matters: ReadonlySet<keyof Brief>): (cache: CacheUse) => number {
  const groups = new Map<string, readonly (readonly number[])[]>();
  const asked = requests.map(askedFor);
  return ({ strategy, timeToLiveMs, key }) => {
    if (strategy === 'off' || requests.length === 0) return 0;
    const name = `${strategy} ${key ?? 'letter'} ${[...matters].join()}`;
    const times = groups.get(name) ?? timesByKey(asked, name, (brief) => keyFrom(brief, strategy, key, matters));
    groups.set(name, times);
    return times.reduce((sum, each) => sum + hitsAmong(each, timeToLiveMs), 0) / requests.length;
  };
}

/** When each was asked for that was asked for again and can share an answer, in order. What they have in common: by meaning, all but the wording of the topic, the most there can be. */
function timesByKey(
  asked: readonly AskedFor[],
  name: string,
  keyOf: (brief: Brief) => string,
): readonly (readonly number[])[] {
  const times = new Map<string, number[]>();
  for (const { request, keys } of asked) {
    const key = keys.get(name) ?? keyOf(request.brief);
    keys.set(name, key);
    const others = times.get(key);
    if (others) others.push(request.at);
    else times.set(key, [request.at]);
  }
  // What was asked for once hits nothing, and that is most of it.
  const again = [...times.values()].filter(({ length }) => length > 1);
  for (const each of again) each.sort((a, b) => a - b);
  return again;
}

/** A request, and what it has in common with others, by how requests are told apart: there are few ways. */
interface AskedFor {
  readonly request: CacheRequest;
  readonly keys: Map<string, string>;
}

/** Each request is replayed many times over. */
const replayed = new WeakMap<CacheRequest, AskedFor>();

function askedFor(request: CacheRequest): AskedFor {
  const known = replayed.get(request);
  if (known) return known;
  const asked = { request, keys: new Map<string, string>() };
  replayed.set(request, asked);
  return asked;
}

/** Of the same request at these times, in order: what is too old for a hit is made again. */
function hitsAmong(times: readonly number[], timeToLiveMs: number): number {
  let madeAt = Number.NEGATIVE_INFINITY;
  let hits = 0;
  for (const at of times)
    if (at - madeAt <= timeToLiveMs) hits++;
    else madeAt = at;
  return hits;
}

function keyFrom(
  brief: Brief,
  strategy: CacheUse['strategy'],
  key: CacheUse['key'],
  matters: ReadonlySet<keyof Brief>,
): string {
  const same = key ? keyedBrief(brief, key) : brief;
  const shared = Object.entries(same).filter(
    ([field]) => matters.has(field as keyof Brief) && !(strategy === 'semantic' && field === 'topic'),
  );
  return hash128(canonicalJson(Object.fromEntries(shared)));
}
