import { folded } from './normalise-brief.ts';

// Taken out of Math once: a look-up of a global costs more than the multiplication where code runs in a context of its own.
const { imul } = Math;

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
 * missed once in 14,000), are sifted by their signatures, and verified exactly; only texts that repeat none are compared with, so that a batch of one
 * text a thousand times costs a thousand comparisons.
 * Source: Broder et al. (1998), Min-wise independent permutations; banding as in Leskovec, Rajaraman, Ullman, ch. 3.
 * @param threshold  least similarity that counts, sensibly 0.6 to 1
 */
export function nearDuplicates(texts: readonly string[], threshold = 0.8): NearDuplicate[] {
  const buckets = new Map<number, number[]>();
  const sketches = new Map<number, Sketch>();
  const duplicates: NearDuplicate[] = [];
  texts.forEach((text, index) => {
    const own: Sketch = sketchOf(text);
    const keys = bandKeys(own.signature);
    const nearest = nearestOf(own, candidatesIn(buckets, keys), sketches, threshold);
    if (nearest && nearest.similarity >= threshold) {
      duplicates.push({ index, ...nearest });
      return;
    }
    sketches.set(index, own);
    for (const key of keys) addTo(buckets, key, index);
  });
  return duplicates;
}

interface Sketch {
  readonly shingles: ReadonlySet<number>;
  readonly signature: Uint32Array;
}

function sketchOf(text: string): Sketch {
  const shingles = shinglesOf(text);
  return { shingles, signature: signatureOf(shingles) };
}

function candidatesIn(buckets: ReadonlyMap<number, readonly number[]>, keys: readonly number[]): ReadonlySet<number> {
  const candidates = new Set<number>();
  for (const key of keys) for (const index of buckets.get(key) ?? []) candidates.add(index);
  return candidates;
}

function addTo(buckets: Map<number, number[]>, key: number, index: number): void {
  const bucket = buckets.get(key);
  if (bucket) bucket.push(index);
  else buckets.set(key, [index]);
}

/** The signatures' agreement estimates the similarity within 0.04 (one sd); three of them decide who is worth an exact look. */
const estimateMargin = 0.12;

function nearestOf(
  own: Sketch,
  candidates: ReadonlySet<number>,
  sketches: ReadonlyMap<number, Sketch>,
  threshold: number,
): { of: number; similarity: number } | undefined {
  let nearest: { of: number; similarity: number } | undefined;
  for (const of of candidates) {
    const other = sketches.get(of);
    if (!other || agreement(own.signature, other.signature) < threshold - estimateMargin) continue;
    const shared = jaccard(own.shingles, other.shingles);
    if (!nearest || shared > nearest.similarity) nearest = { of, similarity: shared };
  }
  return nearest;
}

function agreement(a: Uint32Array, b: Uint32Array): number {
  let same = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) same++;
  return same / a.length;
}

function shinglesOf(text: string): ReadonlySet<number> {
  const plain = folded(text);
  const shingles = new Set<number>();
  for (let i = 0; i <= Math.max(0, plain.length - shingleLength); i++) {
    let hash = 0x811c9dc5;
    for (let j = i; j < Math.min(plain.length, i + shingleLength); j++)
      hash = imul(hash ^ plain.charCodeAt(j), 0x01000193);
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

const signatureLength = bands * rowsPerBand;
/** Odd factors and offsets of the permutations: multiples of the golden ratio's bits, which are spread evenly. */
const factors = Int32Array.from({ length: signatureLength }, (_, i) => imul(2 * i + 1, 0x9e3779b1) | 1);
const offsets = Int32Array.from({ length: signatureLength }, (_, i) => imul(i + 1, 0x85ebca6b));

/** The least value of every permutation over the set; a permutation multiplies and adds modulo 2³². */
function signatureOf(shingles: ReadonlySet<number>): Uint32Array {
  const signature = new Uint32Array(signatureLength).fill(0xffffffff);
  for (const shingle of shingles) {
    const spread = imul(shingle ^ (shingle >>> 15), 0xc2b2ae35);
    for (let i = 0; i < signatureLength; i++) {
      const product = imul(spread ^ (offsets[i] as number), factors[i] as number);
      const value = (product ^ (product >>> 16)) >>> 0;
      if (value < (signature[i] as number)) signature[i] = value;
    }
  }
  return signature;
}

function bandKeys(signature: Uint32Array): number[] {
  return Array.from({ length: bands }, (_, band) => {
    let key = band + 1;
    for (let row = 0; row < rowsPerBand; row++)
      key = (key * 31 + ((signature[band * rowsPerBand + row] ?? 0) % mersenne31)) % 2 ** 45;
    return key;
  });
}
