import { once } from '@contentflow/kernel';
import { hashOf } from '../word-facts.ts';
import { negationWords } from './clauses.ts';

/** n-grams fall into this many buckets. */
export const remarkBuckets = 2 ** 15;

/** A remark as buckets of n-grams with weights; of length 1 where anything of it is known. */
export interface RemarkFeatures {
  readonly buckets: Int32Array;
  readonly weights: Float32Array;
}

const SHORTEST_PIECE = 3;
const LONGEST_PIECE = 5;
/** Of a longer word only its beginning counts. */
const WORD_READ = 24;
const foldedNegation = once((): ReadonlySet<string> => new Set([...negationWords()].map(plain)));
/** So many words after a negation are read as negated. */
const NEGATED = 3;
/** Beyond so many words a remark is cut. */
const WORDS_READ = 120;

/**
 * Words, pairs of words next to each other and one apart, words after a negation, and pieces of words of three to five characters,
 * hashed to buckets ("feature hashing", Weinberger et al. 2009, arXiv:0902.2206), each once.
 */
export function remarkBucketsOf(remark: string): Int32Array {
  const words = remarkWords(remark);
  const found = new Set<number>();
  const add = (feature: string): void => void found.add(hashOf(feature) % remarkBuckets);
  let negated = 0;
  words.forEach((word, i) => {
    add(`w ${word}`);
    add(`b ${words[i - 1] ?? '^'} ${word}`);
    if (i > 1) add(`s ${words[i - 2]} ${word}`);
    if (negated > 0) add(`n ${word}`);
    negated = foldedNegation().has(word) ? NEGATED : negated - 1;
    const padded = ` ${word} `;
    for (let size = SHORTEST_PIECE; size <= LONGEST_PIECE; size++)
      for (let at = 0; at + size <= padded.length; at++) add(padded.slice(at, at + size));
  });
  add(`b ${words.at(-1) ?? '^'} $`);
  for (const mark of marksOf(remark)) add(mark);
  return Int32Array.from(found);
}

export const remarkWords = (remark: string): string[] =>
  (plain(remark).match(/[\p{L}\p{M}]+|\d+/gu) ?? []).slice(0, WORDS_READ).map((word) => word.slice(0, WORD_READ));

/** Letters that no decomposition folds; accents are often left out where people type in a hurry. */
const foldedLetters: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['’', "'"],
]);

/** As it is read: small letters without accents, and no letter more than twice. */
export const plain = (remark: string): string =>
  remark
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[ßæœøłđ’]/gu, (letter) => foldedLetters.get(letter) ?? letter)
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/(\p{L})\1{2,}/gu, '$1$1');

function marksOf(remark: string): string[] {
  return [
    ...(remark.includes('!') ? ['m !'] : []),
    ...(remark.includes('?') ? ['m ?'] : []),
    ...(/["“”„«»]/.test(remark) ? ['m "'] : []),
    ...(/[<>{}[\]#:=]/.test(remark) ? ['m <'] : []),
    ...(/\p{Lu}{4,}/u.test(remark) ? ['m A'] : []),
  ];
}

/** How much each bucket tells, by how few remarks it is in; 0 for those that none is in. Source: Spärck Jones 1972 */
export function bucketWeights(remarks: readonly Int32Array[]): Float32Array {
  const weights = new Float32Array(remarkBuckets);
  for (const buckets of remarks) for (const bucket of buckets) weights[bucket] = (weights[bucket] as number) + 1;
  return weights.map((count) => (count === 0 ? 0 : Math.log((remarks.length + 1) / (count + 1)) + 1));
}

export function weighted(buckets: Int32Array, weightOf: Float32Array): RemarkFeatures {
  const known = buckets.filter((bucket) => weightOf[bucket] !== 0);
  let squares = 0;
  for (const bucket of known) squares += (weightOf[bucket] as number) ** 2;
  const length = Math.sqrt(squares) || 1;
  return { buckets: known, weights: Float32Array.from(known, (bucket) => (weightOf[bucket] as number) / length) };
}
