import {
  calibratedThreshold,
  DEFAULT_THRESHOLD,
  defaultWrongHitBudget,
  type JudgedCandidate,
  upperShare,
  type WrongHitBudget,
} from '../cache/calibration.ts';
import { SemanticIndex } from '../cache/semantic-index.ts';
import { cosine, type Embedder, type Vector } from '../embeddings/embedder.ts';
import { meaningOf, similarity, wordRarity } from '../cache/similarity.ts';
import { type TextSignature, textSignature } from '../cache/text-signature.ts';

/** What an embedder says of the texts of a backtest, found beforehand. */
export interface PrecomputedEmbeddings {
  readonly evenOddsAt: number;
  readonly vectors: ReadonlyMap<string, Vector>;
}

const TEXTS_AT_ONCE = 64;

export async function meaningsOf(embedder: Embedder, texts: readonly string[]): Promise<PrecomputedEmbeddings> {
  const different = [...new Set(texts)];
  const vectors = new Map<string, Vector>();
  for (let from = 0; from < different.length; from += TEXTS_AT_ONCE) {
    const part = different.slice(from, from + TEXTS_AT_ONCE);
    const { vectors: embedded } = await embedder.embed(part);
    part.forEach((text, i) => vectors.set(text, embedded[i] as Vector));
  }
  return { evenOddsAt: embedder.evenOddsAt, vectors };
}

export interface CacheBacktestOptions {
  readonly budget?: WrongHitBudget;
  /** Words alone are compared where it is left out. */
  readonly meanings?: PrecomputedEmbeddings | undefined;
}

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
  /** The threshold was learned from it. */
  readonly isTrained: boolean;
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
  { budget = defaultWrongHitBudget, meanings }: CacheBacktestOptions = {},
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
  const similarities = signed.map(([query, candidate]: readonly [TextSignature, TextSignature], row) =>
    similarity(query, candidate, rarity, { meaning: meanings && meaningBetween(pairs[row] as CachePair, meanings) }),
  );
  const judged = pairs.map((pair, row) => ({ similarity: similarities[row] ?? 0, isRight: pair.duplicate }));
  const threshold = calibratedThreshold(
    judged.filter((_, row) => isTrained(pairs[row] as CachePair, row)),
    budget,
  );
  const rows = similarities.map((alike, row) => ({
    row,
    similarity: alike,
    hit: alike >= threshold,
    isTrained: isTrained(pairs[row] as CachePair, row),
  }));
  const tested = rows.filter((each) => !each.isTrained);
  const hits = tested.filter(({ hit }) => hit);
  const wrong = hits.filter(({ row }) => !pairs[row]?.duplicate).length;
  const misses = tested.filter(({ row, hit }) => !hit && pairs[row]?.duplicate).length;
  return { rows, summary: summaryOf(threshold, tested.length, hits.length, wrong, misses) };
}

function meaningBetween(
  { query, candidate }: CachePair,
  { vectors, evenOddsAt }: PrecomputedEmbeddings,
): number | undefined {
  const [a, b] = [vectors.get(query), vectors.get(candidate)];
  return a && b && meaningOf(cosine(a, b), evenOddsAt);
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
  { budget = defaultWrongHitBudget, meanings }: CacheBacktestOptions = {},
): { readonly rows: readonly CacheStoreResult[]; readonly summary: CacheSummary } {
  const cut = Math.floor(queries.length * train);
  const threshold =
    cut === 0 ? DEFAULT_THRESHOLD : calibratedThreshold(judgedBefore(queries.slice(0, cut), meanings), budget);
  const index = new SemanticIndex(Math.max(1, queries.length), meanings?.evenOddsAt);
  const seen = new Set<string>();
  const rows: CacheStoreResult[] = [];
  let [hits, wrong, misses] = [0, 0, 0];

  queries.forEach(({ query, group }, row) => {
    const nearest = index.nearest(query, meanings?.vectors.get(query));
    const hit = nearest !== undefined && nearest.similarity >= threshold;
    rows.push({ row, hit, servedRow: hit ? Number(nearest.id) : undefined });
    if (row >= cut) {
      if (hit) hits++;
      if (hit && queries[Number(nearest.id)]?.group !== group) wrong++;
      if (!hit && seen.has(group)) misses++;
    }
    seen.add(group);
    if (!hit) index.add(String(row), query, meanings?.vectors.get(query));
  });
  return { rows, summary: summaryOf(threshold, queries.length - cut, hits, wrong, misses) };
}

/** The nearest of each, and whether it would have been right: what a threshold is learned from. */
function judgedBefore(queries: readonly CacheQuery[], meanings: PrecomputedEmbeddings | undefined): JudgedCandidate[] {
  const index = new SemanticIndex(Math.max(1, queries.length), meanings?.evenOddsAt);
  const judged: JudgedCandidate[] = [];
  queries.forEach(({ query, group }, row) => {
    const nearest = index.nearest(query, meanings?.vectors.get(query));
    if (nearest) judged.push({ similarity: nearest.similarity, isRight: queries[Number(nearest.id)]?.group === group });
    index.add(String(row), query, meanings?.vectors.get(query));
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
