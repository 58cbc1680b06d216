import { syllable } from 'syllable';
import { memoByLanguage } from './memo-by-language.ts';
import { stemOf } from './stems.ts';
import { stopWordLanguages, stopWordsOf } from './stop-words.ts';
import { toneMarksOf, type ToneMark } from './tone-marks.ts';

// Taken out of Math once: a look-up of a global costs more than the multiplication where code runs in a context of its own.
const { imul } = Math;

/** All that can be known of a word alone; sentences share words, so it is found out once. */
export interface WordFacts {
  /** Lower case. */
  readonly word: string;
  readonly stem: string;
  /** 32 bits. */
  readonly stemHash: number;
  readonly syllables: number;
  readonly isContent: boolean;
  /** Says that what follows is not. */
  readonly isNegation: boolean;
  readonly isAbsolute: boolean;
  /** Where it begins a sentence, and elsewhere. */
  readonly openingMarks: readonly ToneMark[];
  readonly marks: readonly ToneMark[];
  /** Those whose stop word it is, as places in `stopWordLanguages`. */
  readonly stopWordIn: readonly number[];
}

/**
 * @param word  in lower case, with straight apostrophes
 * @param language  primary BCP 47 subtag by whose rules it is read
 */
export const wordFacts = memoByLanguage(20_000, factsOf);

function factsOf(word: string, language: string): WordFacts {
  const stem = stemOf(word, language);
  return {
    word,
    stem,
    stemHash: hashOf(stem),
    syllables: /^\d/.test(word) ? 2 : Math.max(1, syllable(word)),
    isContent: !stopWordsOf(language).has(word) && (word.length > 1 || /\d|\p{Script=Han}/u.test(word)),
    isNegation: negators.has(word) || word.endsWith("n't"),
    isAbsolute: absoluteWords.has(word),
    openingMarks: toneMarksOf(word, true),
    marks: toneMarksOf(word, false),
    stopWordIn: stopWordLanguages.flatMap((each, i) => (stopWordsOf(each).has(word) ? [i] : [])),
  };
}

const negators = new Set(
  `not no never without neither nor cannot hardly nicht kein keine keinen ohne nie pas sans jamais aucun aucune sin nunca
  ningún ninguna senza non sem não geen niet zonder`.split(/\s+/),
);

const absoluteWords = new Set(
  `best worst guaranteed guarantee guarantees perfect perfectly flawless unbeatable unmatched unrivalled unrivaled
  revolutionary cheapest fastest strongest safest greatest ultimate award-winning scientifically clinically world-class
  risk-free foolproof miraculous cures unparalleled undisputed groundbreaking
  garantiert einzigartig garanti inégalé garantizado inigualable`.split(/\s+/),
);

const fnvPrime = 0x01000193;

/** FNV-1a, so that n-grams of words can be compared as numbers. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = imul(hash ^ text.charCodeAt(i), fnvPrime);
  return hash >>> 0;
}
