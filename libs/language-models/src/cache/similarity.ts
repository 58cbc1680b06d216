import { conflictBetween, isMoreSpecific } from './guard.ts';
import type { Grams, TextSignature } from './text-signature.ts';

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

/** What else is known of two texts that are compared. */
export interface ComparisonHints {
  /** What is certain to be below is given as 0, unmeasured. */
  readonly atLeast?: number;
  /** Log-odds that both ask for the same, by what their embeddings say: `meaningOf`. */
  readonly meaning?: number | undefined;
}

/** How likely two texts ask for the same, in [0, 1]: 0 where the guard finds a conflict, 1 for the same words. */
export function similarity(
  a: TextSignature,
  b: TextSignature,
  rarity: WordRarity,
  hints: ComparisonHints = {},
): number {
  if (a.normalised === b.normalised) return 1;
  if (conflictBetween(a, b) !== undefined) return 0;
  const { atLeast = 0, meaning } = hints;
  const words = wordsAgreed(a, b, rarity);
  const kept = meaning === undefined && isMoreSpecific(a, b) ? MORE_SPECIFIC : 1;
  const judged = (characters: number, order: number): number => {
    const worded = logOdds({ ...words, characters, order });
    return kept * logistic(meaning === undefined ? worded : (worded + meaning) / 2);
  };
  return judged(1, 1) < atLeast ? 0 : judged(gramCosine(a.grams, b.grams), neighbours(a, b));
}

/** Keeps what names more below the threshold that holds where nothing was calibrated, unless embeddings say otherwise. */
const MORE_SPECIFIC = 0.9;

/** Per unit of cosine: about as steep as the logistic fits of sentence embeddings on paraphrases are. */
const MEANING_SLOPE = 20;

/** Log-odds that two texts with this cosine of their embeddings ask for the same. */
export const meaningOf = (cosine: number, evenOddsAt: number): number => MEANING_SLOPE * (cosine - evenOddsAt);

const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

const logOdds = (agreed: Agreement): number =>
  MEASURES.reduce((sum, measure) => sum + WEIGHTS[measure] * agreed[measure], WEIGHTS.bias);

const MEASURES = ['characters', 'words', 'worseCovered', 'order'] as const;

function wordsAgreed(
  a: TextSignature,
  b: TextSignature,
  rarity: WordRarity,
): Pick<Agreement, 'words' | 'worseCovered'> {
  const ab = coverage(a, b, rarity);
  const ba = coverage(b, a, rarity);
  const mass = ab.mass + ba.mass;
  return {
    words: mass === 0 ? 0 : (ab.covered + ba.covered) / mass,
    worseCovered: Math.min(share(ab.covered, ab.mass), share(ba.covered, ba.mass)),
  };
}

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

function coverage(a: TextSignature, b: TextSignature, rarity: WordRarity) {
  let mass = 0;
  let covered = 0;
  for (const stem of a.stemSet) {
    const weight = rarity.of(stem);
    mass += weight;
    if (b.stemSet.has(stem)) covered += weight;
    else if (a.groups.get(stem)?.some((group) => b.groupSet.has(group))) covered += weight * SYNONYM;
  }
  return { mass, covered };
}

function gramCosine(a: Grams, b: Grams): number {
  const [fewer, more] = a.counts.size < b.counts.size ? [a, b] : [b, a];
  let dot = 0;
  for (const [gram, n] of fewer.counts) dot += n * (more.counts.get(gram) ?? 0);
  return dot === 0 ? 0 : dot / (a.norm * b.norm);
}

function neighbours(a: TextSignature, b: TextSignature): number {
  const all = a.neighbours.size + b.neighbours.size;
  if (all === 0) return 1;
  let kept = 0;
  for (const pair of a.neighbours) if (b.neighbours.has(pair)) kept++;
  return (2 * kept) / all;
}
