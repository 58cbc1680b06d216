import type { SentenceFacts } from '../sentence-facts.ts';

// Taken out of Math once: a look-up of a global costs more than the multiplication where code runs in a context of its own.
const { imul } = Math;

const gramLength = 4;
/** Repeating this share of four-word runs, or of sentences, leaves nothing of the measure. */
const worstGramShare = 0.45;
const worstSentenceShare = 0.5;
const shortestCountedSentence = 4;
/** Bigrams that are distinct in ordinary prose of a few hundred words; below it, variety is missing. */
const ordinaryDistinctShare = 0.72;

/**
 * How little a text repeats itself: the product of its share of new sentences, new four-word runs (seq-rep-4 of Welleck et al.
 * 2020, arXiv:1908.04319) and distinct bigrams (distinct-2 of Li et al. 2016, arXiv:1510.03055, against ordinary prose).
 * @returns [0, 1], 1 without repetition
 */
export function repetition(sentences: readonly SentenceFacts[]): number {
  const hashes = sentences.flatMap((sentence) => sentence.stemHashes);
  const newSentences = 1 - repeatedSentenceShare(sentences) / worstSentenceShare;
  const newGrams = 1 - (1 - distinctShare(hashes, gramLength)) / worstGramShare;
  const variety = Math.min(1, distinctShare(hashes, 2) / ordinaryDistinctShare);
  const newThoughts = 1 - saidAgainShare(sentences) / worstSentenceShare;
  return Math.max(0, newSentences) * Math.max(0, newThoughts) * Math.max(0, newGrams) * variety;
}

function repeatedSentenceShare(sentences: readonly SentenceFacts[]): number {
  const seen = new Set<string>();
  let counted = 0;
  let repeated = 0;
  for (const sentence of sentences) {
    if (sentence.words.length < shortestCountedSentence) continue;
    counted++;
    const known = seen.size;
    seen.add(sentence.stems.join(' '));
    if (seen.size === known) repeated++;
  }
  return counted === 0 ? 0 : repeated / counted;
}

const nearlyAll = 0.8;

/**
 * The share of sentences, less those repeated word for word, that say hardly anything which one of the three before has not said:
 * four fifths of the content words of the shorter one are in the other.
 */
function saidAgainShare(sentences: readonly SentenceFacts[]): number {
  let counted = 0;
  let again = 0;
  sentences.forEach((sentence, at) => {
    if (sentence.words.length < shortestCountedSentence) return;
    counted++;
    const earlier = sentences.slice(Math.max(0, at - 3), at);
    if (earlier.some((other) => saysTheSame(sentence, other))) again++;
  });
  return counted === 0 ? 0 : again / counted;
}

function saysTheSame(a: SentenceFacts, b: SentenceFacts): boolean {
  if (b.words.length < shortestCountedSentence) return false;
  const [shorter, longer] = a.contentStems.size <= b.contentStems.size ? [a, b] : [b, a];
  const size = shorter.contentStems.size;
  if (size < 2 || longer.contentStems.size > 3 * size) return false;
  let shared = 0;
  for (const stem of shorter.contentStems) if (longer.contentStems.has(stem)) shared++;
  return shared >= 2 && shared >= nearlyAll * size && a.stems.join(' ') !== b.stems.join(' ');
}

/** The share of n-grams that are distinct, [0, 1]; 1 for texts shorter than n. */
export function distinctShare(hashes: readonly number[], n: number): number {
  const grams = hashes.length - n + 1;
  if (grams <= 1) return 1;
  const distinct = new Set<number>();
  for (let i = 0; i < grams; i++) {
    let gram = 17;
    for (let j = 0; j < n; j++) gram = (imul(gram, 0x9e3779b1) + (hashes[i + j] ?? 0)) | 0;
    distinct.add(gram);
  }
  return distinct.size / grams;
}
