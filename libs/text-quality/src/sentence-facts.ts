import { eld } from 'eld/extrasmall';
import { beginsInLowerCase, endsWithPunctuation, grammarSlips } from './grammar.ts';
import type { GrammarSlip } from './grammar-slip.ts';
import { memoByLanguage } from './memo-by-language.ts';
import { stopWordLanguages } from './stop-words.ts';
import { emojiIn, toneMarkNames, type ToneCounts, type ToneMark } from './tone-marks.ts';
import { type WordFacts, wordFacts } from './word-facts.ts';
import { wordsOf } from './words.ts';

/** All that can be known of a sentence alone; texts share sentences, so it is found out once, and what is dear when it is asked for. */
export class SentenceFacts {
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
  readonly tone: ToneCounts;
  readonly exclamations: number;
  readonly questions: number;
  readonly emoji: number;
  /** Words of four letters or more in capitals. */
  readonly shouted: number;
  readonly beginsInLowerCase: boolean;
  readonly endsWithPunctuation: boolean;
  /** What others found out about it, each at a place of its own. */
  readonly found: object[] = [];
  readonly #language: string;
  readonly #facts: readonly WordFacts[];
  #names: readonly string[] | undefined;
  #absoluteClaims: readonly string[] | undefined;
  #slips: readonly GrammarSlip[] | undefined;
  #detected: DetectedLanguage | undefined;

  constructor(text: string, language: string) {
    const facts = wordsOf(text).map((word) => wordFacts(word, language));
    this.#language = language;
    this.#facts = facts;
    this.text = text;
    this.words = facts.map(({ word }) => word);
    this.stems = facts.map(({ stem }) => stem);
    this.contentStems = new Set(facts.filter(({ isContent }) => isContent).map(({ stem }) => stem));
    this.negatedStems = negatedStems(facts);
    this.stemHashes = facts.map(({ stemHash }) => stemHash);
    const { syllables, letters, longWords } = sizesOf(facts);
    this.syllables = syllables;
    this.letters = letters;
    this.longWords = longWords;
    this.numbers = numbersOf(text);
    this.tone = toneCountsOf(facts);
    this.exclamations = countOf('!', text);
    this.questions = countOf('?', text);
    this.emoji = emojiIn(text);
    this.shouted = text.match(/(?<![\p{L}])\p{Lu}{4,}(?![\p{L}])/gu)?.length ?? 0;
    this.beginsInLowerCase = beginsInLowerCase(text);
    this.endsWithPunctuation = endsWithPunctuation(text);
  }

  /** Capitalised words and runs of them that do not begin the sentence. */
  get names(): readonly string[] {
    return (this.#names ??= this.#language === 'de' ? [] : namesOf(this.text, this.words.length));
  }

  get absoluteClaims(): readonly string[] {
    return (this.#absoluteClaims ??= absoluteClaimsIn(this.#facts, this.words));
  }

  get slips(): readonly GrammarSlip[] {
    return (this.#slips ??= grammarSlips(this.text, this.words, this.#language));
  }

  get detected(): DetectedLanguage {
    return (this.#detected ??= languageOf(this.text, this.#facts, this.#language));
  }
}

export interface DetectedLanguage {
  /** ISO 639-1, empty where it cannot be told. */
  readonly language: string;
  readonly scores: Readonly<Record<string, number>>;
}

export interface FoundNumber {
  /** Digits without separators: `1200.5`. */
  readonly value: string;
  /** Stands with a unit, currency, per cent or decimals, or is above ten: says something that can be false. */
  readonly isSpecific: boolean;
}

/** @param language  primary BCP 47 subtag by whose rules the sentence is read */
export const sentenceFacts = memoByLanguage(6000, (text, language) => new SentenceFacts(text, language));

const negatedReach = 3;

function negatedStems(facts: readonly WordFacts[]): ReadonlySet<string> {
  const negated = new Set<string>();
  for (let i = 0; i < facts.length; i++) {
    if (!facts[i]?.isNegation) continue;
    if (facts[i]?.word === 'not' && facts[i + 1]?.word === 'only') continue;
    for (let j = i + 1, reach = 0; j < facts.length && reach < negatedReach; j++) {
      const { isContent, stem } = facts[j] as WordFacts;
      if (!isContent) continue;
      negated.add(stem);
      reach++;
    }
  }
  return negated;
}

function sizesOf(facts: readonly WordFacts[]): { syllables: number; letters: number; longWords: number } {
  let syllables = 0;
  let letters = 0;
  let longWords = 0;
  for (const { word, syllables: own } of facts) {
    syllables += own;
    letters += word.length;
    if (word.length > 6) longWords++;
  }
  return { syllables, letters, longWords };
}

function countOf(mark: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count++;
  return count;
}

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

const absolutePhrase =
  /number one|no other|the only|most advanced|world's|one hundred percent|experts agree|studies show|doctors recommend|research shows|proven to/g;

const courtesies = new Set(['regards', 'wishes', 'of']);

function absoluteClaimsIn(facts: readonly WordFacts[], words: readonly string[]): string[] {
  const claims = facts
    .filter(({ isAbsolute, word }, i) => isAbsolute && !(word === 'best' && courtesies.has(facts[i + 1]?.word ?? '')))
    .map(({ word }) => word);
  return [...claims, ...(words.join(' ').match(absolutePhrase) ?? [])];
}

const noMarks = Object.fromEntries(toneMarkNames.map((mark) => [mark, 0])) as Record<ToneMark, number>;

function toneCountsOf(facts: readonly WordFacts[]): ToneCounts {
  const counts = { ...noMarks };
  facts.forEach(({ marks, openingMarks }, i) => {
    for (const mark of i === 0 ? openingMarks : marks) counts[mark]++;
  });
  return counts;
}

const shortestTellingText = 24;
const tellingStopWordShare = 0.25;
const clearlyMore = 1.5;

/** Stop words tell most sentences of the language that is expected at a tenth of the cost of n-grams; eld tells the others. */
function languageOf(text: string, facts: readonly WordFacts[], expected: string): DetectedLanguage {
  if (text.length < shortestTellingText) return { language: '', scores: {} };
  if (stopWordsTell(facts, expected)) return { language: expected, scores: {} };
  const result = eld.detect(text);
  const language = result.isReliable() ? result.language : '';
  return { language, scores: language === expected ? {} : result.getScores() };
}

function stopWordsTell(facts: readonly WordFacts[], expected: string): boolean {
  const counts = stopWordLanguages.map(() => 0);
  for (const { stopWordIn } of facts) for (const language of stopWordIn) counts[language] = (counts[language] ?? 0) + 1;
  const place = stopWordLanguages.indexOf(expected);
  const own = counts[place] ?? 0;
  if (own < 2 || own < tellingStopWordShare * facts.length) return false;
  return counts.every((count, language) => language === place || count * clearlyMore <= own);
}
