import { conflictBetween } from './guard.ts';
import type { TextSignature } from './text-signature.ts';

/** How rare a word is where the cache is used: its inverse document frequency. */
export interface WordRarity {
  of(word: string): number;
}

/** Learns rarity from the texts it is shown. */
export function wordRarity(): WordRarity & { learn(signature: TextSignature): void } {
  const documents = new Map<string, number>();
  let total = 0;
  return {
    learn: ({ stems }) => {
      total++;
      for (const stem of new Set(stems)) documents.set(stem, (documents.get(stem) ?? 0) + 1);
    },
    // Two documents stand in for those not seen, so that the first texts do not make every word common.
    of: (word) => Math.log((total + 2) / ((documents.get(word) ?? 0) + 1)) + 1,
  };
}

/** What tells paraphrases from near misses. All in [0, 1], 1 for texts that agree. */
export interface Agreement {
  /** Of their characters, cosine of n-gram counts. */
  readonly characters: number;
  /** Of their content words, weighted by rarity, synonyms counted in part. */
  readonly words: number;
  /** The same for the text that is covered worse. */
  readonly worseCovered: number;
  /** Of the order of their content words: the share of neighbours kept. */
  readonly order: number;
}

const SYNONYM = 0.85;

/**
 * Logistic weights, fitted on half of GPTCache's 999 paraphrases (MIT), their nearest other sentences, and half of the
 * near misses in fixtures/; the other halves are what docs/benchmarks/language-models.md reports on.
 */
const WEIGHTS = { bias: -4.47, characters: 1.71, words: 2.82, worseCovered: 3.08, order: 0.94 };

/** How likely two texts ask for the same, in [0, 1]: 0 where the guard finds a conflict, 1 for the same words. */
export function similarity(a: TextSignature, b: TextSignature, rarity: WordRarity): number {
  if (a.normalised === b.normalised) return 1;
  if (conflictBetween(a, b) !== undefined) return 0;
  const agreed = agreement(a, b, rarity);
  let sum = WEIGHTS.bias;
  for (const key of MEASURES) sum += WEIGHTS[key] * agreed[key];
  return 1 / (1 + Math.exp(-sum));
}

const MEASURES = ['characters', 'words', 'worseCovered', 'order'] as const;

export function agreement(a: TextSignature, b: TextSignature, rarity: WordRarity): Agreement {
  const ab = coverage(a, b, rarity);
  const ba = coverage(b, a, rarity);
  const mass = ab.mass + ba.mass;
  return {
    characters: cosine(a.grams, b.grams),
    words: mass === 0 ? 0 : (ab.covered + ba.covered) / mass,
    worseCovered: Math.min(share(ab.covered, ab.mass), share(ba.covered, ba.mass)),
    order: neighbours(a, b),
  };
}

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

function coverage(a: TextSignature, b: TextSignature, rarity: WordRarity) {
  const theirs = new Set(b.stems);
  const theirGroups = new Set([...b.groups.values()].flat());
  let mass = 0;
  let covered = 0;
  for (const stem of new Set(a.stems)) {
    const weight = rarity.of(stem);
    mass += weight;
    if (theirs.has(stem)) covered += weight;
    else if (a.groups.get(stem)?.some((group) => theirGroups.has(group))) covered += weight * SYNONYM;
  }
  return { mass, covered };
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (const [gram, n] of a) {
    aa += n * n;
    dot += n * (b.get(gram) ?? 0);
  }
  for (const n of b.values()) bb += n * n;
  return dot === 0 ? 0 : dot / Math.sqrt(aa * bb);
}

function neighbours(a: TextSignature, b: TextSignature): number {
  const pairs = ({ stems }: TextSignature) => new Set(stems.slice(1).map((stem, i) => `${stems[i]} ${stem}`));
  const inA = pairs(a);
  const inB = pairs(b);
  if (inA.size === 0 && inB.size === 0) return 1;
  let kept = 0;
  for (const pair of inA) if (inB.has(pair)) kept++;
  return (2 * kept) / (inA.size + inB.size);
}
