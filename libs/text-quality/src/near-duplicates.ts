import { folded } from './normalise-brief.ts';

// Taken out of Math once: a look-up of a global costs more than the multiplication where code runs in a context of its own.
const { imul } = Math;

const shingleLength = 5;
const bands = 24;
const rowsPerBand = 5;
const mersenne31 = 0x7fffffff;

/**
 * How much two texts share: the Jaccard index of their sets of character 5-grams, case, space and punctuation folded. A text is taken
 * apart once, however often it is compared.
 * Source: Broder (1997), On the resemblance and containment of documents, 10.1109/SEQUEN.1997.666900.
 * @returns of two texts: [0, 1]; 1 for equal ones
 */
export function textComparison(): (a: string, b: string) => number {
  const known = new Map<string, Uint32Array>();
  const sortedShingles = (text: string): Uint32Array => {
    const found = known.get(text);
    if (found) return found;
    const shingles = Uint32Array.from(shinglesOf(text)).sort();
    known.set(text, shingles);
    return shingles;
  };
  return (a, b) => jaccardOfSorted(sortedShingles(a), sortedShingles(b));
}

/** A text that repeats an earlier one. */
export interface NearDuplicate {
  readonly index: number;
  /** The earlier text it repeats most. */
  readonly of: number;
  readonly similarity: number;
}

/**
 * The texts of a batch that nearly repeat an earlier one.
 * @param threshold  least similarity that counts, sensibly 0.6 to 1
 */
export function nearDuplicates(texts: readonly string[], threshold = 0.8): NearDuplicate[] {
  const index = new NearDuplicateIndex({ threshold });
  return texts.flatMap((text, position) => {
    const earlier = index.add(String(position), text);
    return earlier ? [{ index: position, of: Number(earlier.of), similarity: earlier.similarity }] : [];
  });
}

/**
 * Texts that come one by one, each compared with those before it. Candidates come from MinHash bands (24 of 5 rows: a pair at 0.8 is
 * missed once in 14,000), are sifted by their signatures, and verified exactly; only texts that repeat none are compared with, so that a
 * batch of one text a thousand times costs a thousand comparisons.
 * Source: Broder et al. (1998), Min-wise independent permutations; banding as in Leskovec, Rajaraman, Ullman, ch. 3.
 */
export class NearDuplicateIndex {
  private readonly buckets = new Map<number, string[]>();
  private readonly sketches = new Map<string, Sketch>();
  private readonly threshold: number;
  private readonly maxTexts: number;

  /** @param maxTexts  how many texts are remembered, the latest; about 4 KB each and 2 bytes per character */
  constructor({ threshold = 0.8, maxTexts = Infinity }: { threshold?: number; maxTexts?: number } = {}) {
    this.threshold = threshold;
    this.maxTexts = maxTexts;
  }

  /** The earlier text that this one repeats most; one that repeats none is remembered under its id. */
  add(id: string, text: string): { of: string; similarity: number } | undefined {
    const shingles = shinglesOf(text);
    const signature = signatureOf(shingles);
    const keys = bandKeys(signature);
    const nearest = this.nearestTo(shingles, signature, keys);
    if (nearest && nearest.similarity >= this.threshold) return nearest;
    this.sketches.set(id, { shingles: Uint32Array.from(shingles), signature });
    for (const key of keys) this.bucket(key).push(id);
    if (this.sketches.size > this.maxTexts) this.evictOldest();
    return undefined;
  }

  private nearestTo(
    shingles: ReadonlySet<number>,
    signature: Uint32Array,
    keys: readonly number[],
  ): { of: string; similarity: number } | undefined {
    let nearest: { of: string; similarity: number } | undefined;
    const candidates = new Set(keys.flatMap((key) => this.buckets.get(key) ?? []));
    for (const of of candidates) {
      const other = this.sketches.get(of) as Sketch;
      if (agreement(signature, other.signature) < this.threshold - estimateMargin) continue;
      const similarity = jaccard(shingles, other.shingles);
      if (!nearest || similarity > nearest.similarity) nearest = { of, similarity };
    }
    return nearest;
  }

  private bucket(key: number): string[] {
    const bucket = this.buckets.get(key) ?? [];
    this.buckets.set(key, bucket);
    return bucket;
  }

  private evictOldest(): void {
    const [id, { signature }] = this.sketches.entries().next().value as [string, Sketch];
    this.sketches.delete(id);
    for (const key of bandKeys(signature)) {
      const left = this.bucket(key).filter((each) => each !== id);
      if (left.length > 0) this.buckets.set(key, left);
      else this.buckets.delete(key);
    }
  }
}

interface Sketch {
  readonly shingles: Uint32Array;
  readonly signature: Uint32Array;
}

/** The signatures' agreement estimates the similarity within 0.04 (one sd); three of them decide who is worth an exact look. */
const estimateMargin = 0.12;

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

function jaccardOfSorted(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [left, right] = [a[i] as number, b[j] as number];
    if (left === right) shared++;
    if (left <= right) i++;
    if (left >= right) j++;
  }
  const all = a.length + b.length - shared;
  return all === 0 ? 1 : shared / all;
}

function jaccard(a: ReadonlySet<number>, b: Uint32Array): number {
  let shared = 0;
  for (const item of b) if (a.has(item)) shared++;
  const all = a.size + b.length - shared;
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
