import { folded } from './normalise-brief.ts';

const shingleLength = 5;
const bands = 24;
const rowsPerBand = 5;
const mersenne31 = 0x7fffffff;

/**
 * How much two texts share: the Jaccard index of their sets of character 5-grams, case, space and punctuation folded.
 * Source: Broder (1997), On the resemblance and containment of documents, 10.1109/SEQUEN.1997.666900.
 * @returns [0, 1]; 1 for equal texts
 */
export function similarity(a: string, b: string): number {
  return jaccard(shinglesOf(a), shinglesOf(b));
}

/** A text that repeats an earlier one. */
export interface NearDuplicate {
  readonly index: number;
  /** The earlier text it repeats most. */
  readonly of: number;
  readonly similarity: number;
}

/**
 * The texts of a batch that nearly repeat an earlier one. Candidates come from MinHash bands (24 of 5 rows: a pair at 0.8 is
 * missed once in 14,000), and are verified exactly; only texts that repeat none are compared with, so that a batch of one
 * text a thousand times costs a thousand comparisons.
 * Source: Broder et al. (1998), Min-wise independent permutations; banding as in Leskovec, Rajaraman, Ullman, ch. 3.
 * @param threshold  least similarity that counts, sensibly 0.6 to 1
 */
export function nearDuplicates(texts: readonly string[], threshold = 0.8): NearDuplicate[] {
  const buckets = new Map<number, number[]>();
  const shingles = new Map<number, ReadonlySet<number>>();
  const duplicates: NearDuplicate[] = [];
  texts.forEach((text, index) => {
    const own = shinglesOf(text);
    const keys = bandKeys(signatureOf(own));
    const candidates = new Set(keys.flatMap((key) => buckets.get(key) ?? []));
    const nearest = nearestOf(own, candidates, shingles);
    if (nearest && nearest.similarity >= threshold) {
      duplicates.push({ index, ...nearest });
      return;
    }
    shingles.set(index, own);
    for (const key of keys) buckets.set(key, [...(buckets.get(key) ?? []), index]);
  });
  return duplicates;
}

function nearestOf(
  own: ReadonlySet<number>,
  candidates: ReadonlySet<number>,
  shingles: ReadonlyMap<number, ReadonlySet<number>>,
): { of: number; similarity: number } | undefined {
  let nearest: { of: number; similarity: number } | undefined;
  for (const of of candidates) {
    const shared = jaccard(own, shingles.get(of) ?? new Set());
    if (!nearest || shared > nearest.similarity) nearest = { of, similarity: shared };
  }
  return nearest;
}

function shinglesOf(text: string): ReadonlySet<number> {
  const plain = folded(text);
  const shingles = new Set<number>();
  for (let i = 0; i <= Math.max(0, plain.length - shingleLength); i++) {
    let hash = 0x811c9dc5;
    for (let j = i; j < Math.min(plain.length, i + shingleLength); j++)
      hash = Math.imul(hash ^ plain.charCodeAt(j), 0x01000193);
    shingles.add(hash >>> 0);
  }
  return shingles;
}

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const item of a) if (b.has(item)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 1 : shared / all;
}

/** The least value of every permutation over the set; the permutations are multiply-mix hashes with fixed odd factors. */
function signatureOf(shingles: ReadonlySet<number>): Uint32Array {
  const signature = new Uint32Array(bands * rowsPerBand).fill(0xffffffff);
  for (const shingle of shingles)
    for (let i = 0; i < signature.length; i++) {
      const value = mixed(shingle, i);
      if (value < (signature[i] ?? 0)) signature[i] = value;
    }
  return signature;
}

function mixed(value: number, permutation: number): number {
  let z = Math.imul(value ^ Math.imul(permutation + 1, 0x9e3779b1), 0x85ebca6b);
  z ^= z >>> 15;
  z = Math.imul(z, 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

function bandKeys(signature: Uint32Array): number[] {
  return Array.from({ length: bands }, (_, band) => {
    let key = band + 1;
    for (let row = 0; row < rowsPerBand; row++)
      key = (key * 31 + ((signature[band * rowsPerBand + row] ?? 0) % mersenne31)) % 2 ** 45;
    return key;
  });
}
