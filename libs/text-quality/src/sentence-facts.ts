import { eld } from 'eld/extrasmall';
import { syllable } from 'syllable';
import { boundedMemo } from '@contentflow/kernel';
import { beginsInLowerCase, endsWithPunctuation, grammarSlips, type GrammarSlip } from './grammar.ts';
import { stemOf } from './stems.ts';
import { stopWordLanguages, stopWordsOf } from './stop-words.ts';
import { emojiIn, toneMarkNames, toneMarksOf, type ToneCounts, type ToneMark } from './tone-marks.ts';

// Taken out of Math once: a look-up of a global costs more than the multiplication where code runs in a context of its own.
const { imul } = Math;

/** All that can be known of a sentence alone; texts share sentences, so it is found out once. */
export interface SentenceFacts {
  readonly text: string;
  /** Lower case, in order. */
  readonly words: readonly string[];
  /** The stem of every word, in order. */
  readonly stems: readonly string[];
  readonly contentStems: ReadonlySet<string>;
  /** Stems that a negation stands before: what is said not to be. */
  readonly negatedStems: ReadonlySet<string>;
  /** A 32-bit hash of every stem, in order. */
  readonly stemHashes: readonly number[];
  readonly syllables: number;
  readonly letters: number;
  /** Words of more than six letters. */
  readonly longWords: number;
  readonly numbers: readonly FoundNumber[];
  /** Capitalised words and runs of them that do not begin the sentence. */
  readonly names: readonly string[];
  readonly absoluteClaims: readonly string[];
  readonly tone: ToneCounts;
  readonly exclamations: number;
  readonly questions: number;
  readonly emoji: number;
  /** Words of four letters or more in capitals. */
  readonly shouted: number;
  readonly slips: readonly GrammarSlip[];
  readonly beginsInLowerCase: boolean;
  readonly endsWithPunctuation: boolean;
  /** ISO 639-1, empty where it cannot be told. */
  readonly detectedLanguage: string;
  readonly languageScores: Readonly<Record<string, number>>;
}

export interface FoundNumber {
  /** Digits without separators: `1200.5`. */
  readonly value: string;
  /** Stands with a unit, currency, per cent or decimals, or is above ten: says something that can be false. */
  readonly isSpecific: boolean;
}

const rememberedSentences = 6000;
const memoByLanguage = new Map<string, (sentence: string) => SentenceFacts>();

/** @param language  primary BCP 47 subtag by whose rules the sentence is read */
export function sentenceFacts(sentence: string, language: string): SentenceFacts {
  let facts = memoByLanguage.get(language);
  if (!facts) {
    facts = boundedMemo(rememberedSentences, (text) => factsOf(text, language));
    // A tag is free text in a brief: what is kept must stay bounded.
    if (memoByLanguage.size < 24) memoByLanguage.set(language, facts);
  }
  return facts(sentence);
}

const wordPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|\d+(?:[.,:]\d+)*%?|[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/gu;

/** The words of a text in lower case with straight apostrophes; numbers are words, a Chinese or Japanese character too. */
export function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(wordPattern) ?? []).map((word) => word.replaceAll('’', "'"));
}

const negators = new Set([
  ...[
    'not',
    'no',
    'never',
    'without',
    'neither',
    'nor',
    'cannot',
    'hardly',
    'nicht',
    'kein',
    'keine',
    'keinen',
    'ohne',
    'nie',
    'pas',
  ],
  ...[
    'sans',
    'jamais',
    'aucun',
    'aucune',
    'sin',
    'nunca',
    'ningún',
    'ninguna',
    'senza',
    'non',
    'sem',
    'não',
    'geen',
    'niet',
    'zonder',
  ],
]);
const negatedReach = 3;
const fnvPrime = 0x01000193;

function factsOf(text: string, language: string): SentenceFacts {
  const words = wordsOf(text);
  const stems = words.map((word) => stemOf(word, language));
  const detected = languageOf(text, words, language);
  return {
    text,
    words,
    stems,
    contentStems: new Set(stems.filter((_, i) => isContent(words[i] ?? '', language))),
    negatedStems: negatedStems(words, stems, language),
    stemHashes: stems.map(hashOf),
    ...sizesOf(words),
    numbers: numbersOf(text),
    names: language === 'de' ? [] : namesOf(text, words.length),
    absoluteClaims: absoluteClaimsIn(words),
    tone: toneCountsOf(words),
    exclamations: text.match(/!/g)?.length ?? 0,
    questions: text.match(/\?/g)?.length ?? 0,
    emoji: emojiIn(text),
    shouted: text.match(/(?<![\p{L}])\p{Lu}{4,}(?![\p{L}])/gu)?.length ?? 0,
    slips: grammarSlips(text, words, language),
    beginsInLowerCase: beginsInLowerCase(text),
    endsWithPunctuation: endsWithPunctuation(text),
    ...detected,
  };
}

function isContent(word: string, language: string): boolean {
  return !stopWordsOf(language).has(word) && (word.length > 1 || /\d|\p{Script=Han}/u.test(word));
}

function negatedStems(words: readonly string[], stems: readonly string[], language: string): ReadonlySet<string> {
  const negated = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!negators.has(word) && !word.endsWith("n't")) continue;
    if (word === 'not' && words[i + 1] === 'only') continue;
    for (let j = i + 1, reach = 0; j < words.length && reach < negatedReach; j++) {
      if (!isContent(words[j] ?? '', language)) continue;
      negated.add(stems[j] ?? '');
      reach++;
    }
  }
  return negated;
}

function sizesOf(words: readonly string[]): { syllables: number; letters: number; longWords: number } {
  let syllables = 0;
  let letters = 0;
  let longWords = 0;
  for (const word of words) {
    syllables += syllablesOf(word);
    letters += word.length;
    if (word.length > 6) longWords++;
  }
  return { syllables, letters, longWords };
}

const syllablesOf = boundedMemo(20_000, (word) => (/^\d/.test(word) ? 2 : Math.max(1, syllable(word))));

const numberPattern =
  /([$€£¥]\s?)?(?<![\p{L}\d])(\d+(?:[.,]\d+)*)(\s?%|\s?(?:percent|per cent|prozent|km|kg|g|mg|cm|mm|m|gb|tb|mb|mah|w|v|hz|kwh|l|ml|oz|lbs?|inch(?:es)?|hours?|days?|weeks?|months?|years?|minutes?|million|billion|euros?|dollars?|x)(?![\p{L}\d]))?/giu;

function numbersOf(text: string): FoundNumber[] {
  const found: FoundNumber[] = [];
  for (const [, currency, digits = '', unit] of text.matchAll(numberPattern)) {
    const value = normalNumber(digits);
    found.push({ value, isSpecific: Boolean(currency || unit) || /\D/.test(value) || Number(value) > 10 });
  }
  return found;
}

/** `1,200.50` and `1.200,50` are one number; `3,5` and `3.5` too. */
export function normalNumber(digits: string): string {
  const ungrouped = digits.replace(/[.,](?=\d{3}(?:\D|$))/g, '').replace(',', '.');
  return ungrouped.includes('.') ? ungrouped.replace(/\.?0+$/, '') : ungrouped;
}

const calendarWords = new Set(
  `Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September
  October November December English German French Spanish European American Christmas Easter I I'm I'll I've I'd OK`.split(
    /\s+/,
  ),
);
const shortestNaming = 4;
const nameRun = /(?<=[\p{Ll}\d,;'’)]\s)\p{Lu}[\p{L}\d'’&-]+(?:\s+\p{Lu}[\p{L}\d'’&-]+)*/gu;

/** None in greetings and signatures, which are for whoever sends the text to fill, nor in titles, where all words are capitalised. */
function namesOf(text: string, words: number): string[] {
  const capitalised = text.match(/(?<![\p{L}'’-])\p{Lu}/gu)?.length ?? 0;
  if (words <= shortestNaming || capitalised > words / 2) return [];
  return (text.match(nameRun) ?? [])
    .map((name) => name.replace(/['’]s$/, ''))
    .filter((name) => !calendarWords.has(name) && !/^\p{Lu}{2,3}$/u.test(name));
}

const absoluteWords = new Set(
  `best worst guaranteed guarantee guarantees perfect perfectly flawless unbeatable unmatched unrivalled unrivaled
  revolutionary cheapest fastest strongest safest greatest ultimate award-winning scientifically clinically world-class
  risk-free foolproof miraculous cures unparalleled undisputed groundbreaking
  garantiert einzigartig garanti inégalé garantizado inigualable`.split(/\s+/),
);
const absolutePhrase =
  /number one|no other|the only|most advanced|world's|one hundred percent|experts agree|studies show|doctors recommend|research shows|proven to/g;

function absoluteClaimsIn(words: readonly string[]): string[] {
  const claims = words.filter((word) => absoluteWords.has(word));
  return [...claims, ...(words.join(' ').match(absolutePhrase) ?? [])];
}

function toneCountsOf(words: readonly string[]): ToneCounts {
  const counts = Object.fromEntries(toneMarkNames.map((mark) => [mark, 0])) as Record<ToneMark, number>;
  words.forEach((word, i) => {
    for (const mark of toneMarksOf(word, i === 0)) counts[mark]++;
  });
  return counts;
}

const shortestTellingText = 24;
const tellingStopWordShare = 0.25;
const clearlyMore = 1.5;

/** Stop words tell most sentences of the language that is expected at a tenth of the cost of n-grams; eld tells the others. */
function languageOf(
  text: string,
  words: readonly string[],
  expected: string,
): Pick<SentenceFacts, 'detectedLanguage' | 'languageScores'> {
  if (text.length < shortestTellingText) return { detectedLanguage: '', languageScores: {} };
  if (stopWordsTell(words, expected)) return { detectedLanguage: expected, languageScores: {} };
  const result = eld.detect(text);
  const detectedLanguage = result.isReliable() ? result.language : '';
  return { detectedLanguage, languageScores: detectedLanguage === expected ? {} : result.getScores() };
}

function stopWordsTell(words: readonly string[], expected: string): boolean {
  const own = stopWordCount(words, expected);
  if (own < 2 || own < tellingStopWordShare * words.length) return false;
  return stopWordLanguages.every((other) => other === expected || stopWordCount(words, other) * clearlyMore <= own);
}

function stopWordCount(words: readonly string[], language: string): number {
  const stopWords = stopWordsOf(language);
  let count = 0;
  for (const word of words) if (stopWords.has(word)) count++;
  return count;
}

/** FNV-1a, so that n-grams of words can be compared as numbers. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = imul(hash ^ text.charCodeAt(i), fnvPrime);
  return hash >>> 0;
}
