import {
  calibratedThreshold,
  DEFAULT_THRESHOLD,
  defaultWrongHitBudget,
  type JudgedCandidate,
  upperShare,
  type WrongHitBudget,
} from '../cache/calibration.ts';
import { createSemanticIndex } from '../cache/semantic-index.ts';
import { similarity, wordRarity } from '../cache/similarity.ts';
import { type TextSignature, textSignature } from '../cache/text-signature.ts';

export interface CachePair {
  readonly query: string;
  readonly candidate: string;
  readonly duplicate: boolean;
  /** `train` or `test`, where the file says so itself. */
  readonly split?: string;
}

export interface CachePairResult {
  /** Counts from 0 over the whole file. */
  readonly row: number;
  readonly similarity: number;
  readonly hit: boolean;
}

export interface CacheSummary {
  readonly threshold: number;
  /** Of the tested part. */
  readonly rows: number;
  readonly hits: number;
  readonly wrongHits: number;
  /** Wrong hits ÷ hits, and its 95 % upper bound; 0 and 1 where there are no hits. */
  readonly wrongShare: number;
  readonly wrongShareUpper: number;
  /** Rows that could have been served rightly, and were not. */
  readonly misses: number;
}

/**
 * Would the cache have served the candidate's answer for the query? The threshold and the rarity of words are learned
 * from the first part alone; every row gets its similarity and whether it hits, the summary is of the rest.
 * @param train  share of rows to learn from, in [0, 1)
 */
export function backtestCachePairs(
  pairs: readonly CachePair[],
  train: number,
  budget: WrongHitBudget = defaultWrongHitBudget,
): { readonly rows: readonly CachePairResult[]; readonly summary: CacheSummary } {
  const cut = Math.floor(pairs.length * train);
  const isTrained = (pair: CachePair, row: number): boolean => (pair.split ? pair.split === 'train' : row < cut);
  const signed = pairs.map(({ query, candidate }) => [textSignature(query), textSignature(candidate)] as const);
  const rarity = wordRarity();
  signed.forEach(([query, candidate], row) => {
    if (!isTrained(pairs[row] as CachePair, row)) return;
    rarity.learn(query);
    rarity.learn(candidate);
  });
  const similarities = signed.map(([query, candidate]: readonly [TextSignature, TextSignature]) =>
    similarity(query, candidate, rarity),
  );
  const judged = pairs.map((pair, row) => ({ similarity: similarities[row] ?? 0, isRight: pair.duplicate }));
  const threshold = calibratedThreshold(
    judged.filter((_, row) => isTrained(pairs[row] as CachePair, row)),
    budget,
  );
  const rows = similarities.map((alike, row) => ({ row, similarity: alike, hit: alike >= threshold }));
  const tested = rows.filter(({ row }) => !isTrained(pairs[row] as CachePair, row));
  const hits = tested.filter(({ hit }) => hit);
  const wrong = hits.filter(({ row }) => !pairs[row]?.duplicate).length;
  const misses = tested.filter(({ row, hit }) => !hit && pairs[row]?.duplicate).length;
  return { rows, summary: summaryOf(threshold, tested.length, hits.length, wrong, misses) };
}

export interface CacheQuery {
  readonly query: string;
  /** Queries of one group may be served each other's answers. */
  readonly group: string;
}

export interface CacheStoreResult {
  readonly row: number;
  readonly hit: boolean;
  /** The row whose answer was served; undefined for a miss. */
  readonly servedRow: number | undefined;
}

/**
 * Each query against all that came before it. What misses is stored.
 * @param train  share of rows whose groups are used to calibrate; 0 for the shipped threshold
 */
export function backtestCacheStore(
  queries: readonly CacheQuery[],
  train = 0,
  budget: WrongHitBudget = defaultWrongHitBudget,
): { readonly rows: readonly CacheStoreResult[]; readonly summary: CacheSummary } {
  const cut = Math.floor(queries.length * train);
  const threshold = cut === 0 ? DEFAULT_THRESHOLD : calibratedThreshold(judgedBefore(queries.slice(0, cut)), budget);
  const index = createSemanticIndex(queries.length);
  const seen = new Set<string>();
  const rows: CacheStoreResult[] = [];
  let [hits, wrong, misses] = [0, 0, 0];

  queries.forEach(({ query, group }, row) => {
    const nearest = index.nearest(query);
    const hit = nearest !== undefined && nearest.similarity >= threshold;
    rows.push({ row, hit, servedRow: hit ? Number(nearest.id) : undefined });
    if (row >= cut) {
      if (hit) hits++;
      if (hit && queries[Number(nearest.id)]?.group !== group) wrong++;
      if (!hit && seen.has(group)) misses++;
    }
    seen.add(group);
    if (!hit) index.add(String(row), query);
  });
  return { rows, summary: summaryOf(threshold, queries.length - cut, hits, wrong, misses) };
}

/** The nearest of each, and whether it would have been right: what a threshold is learned from. */
function judgedBefore(queries: readonly CacheQuery[]): JudgedCandidate[] {
  const index = createSemanticIndex(queries.length);
  const judged: JudgedCandidate[] = [];
  queries.forEach(({ query, group }, row) => {
    const nearest = index.nearest(query);
    if (nearest) judged.push({ similarity: nearest.similarity, isRight: queries[Number(nearest.id)]?.group === group });
    index.add(String(row), query);
  });
  return judged;
}

const summaryOf = (threshold: number, rows: number, hits: number, wrongHits: number, misses: number): CacheSummary => ({
  threshold,
  rows,
  hits,
  wrongHits,
  wrongShare: hits === 0 ? 0 : wrongHits / hits,
  wrongShareUpper: hits === 0 ? 1 : upperShare(wrongHits, hits, 0.05),
  misses,
});
