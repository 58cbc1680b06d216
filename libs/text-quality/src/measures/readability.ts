import { ownValue } from '@contentflow/kernel';
import type { SentenceFacts } from '../sentence-facts.ts';

/** School grades that readers of a content type are at ease with: from, to. */
const typicalGrades: Readonly<Record<string, readonly [number, number]>> = {
  ad_copy: [1, 9],
  social_post: [1, 9],
  product_description: [3, 11],
  email: [3, 11],
  blog_post: [4, 12],
  summary: [5, 14],
};
const otherGrades: readonly [number, number] = [3, 13];

/** Words in the description of an audience, and the grades they move the range by. */
const audienceGrades: readonly (readonly [RegExp, number])[] = [
  [/\b(?:kids?|child(?:ren)?|toddlers?|primary school|kinder|enfants|niños)\b/i, -4],
  [
    /\b(?:teens?|teenagers?|beginners?|newcomers?|everyone|general public|families|seniors|non-native|easy language)\b/i,
    -1.5,
  ],
  [
    /\b(?:engineers?|developers?|scientists?|researchers?|academics?|doctors?|physicians|lawyers?|attorneys|experts?|specialists?|professors?|analysts?|executives?|investors|professionals|cfos?|ctos?|ceos?)\b/i,
    3,
  ],
];

/** Without spaces between words none of the formulas applies. */
const unspacedLanguages = new Set(['zh', 'ja', 'th', 'lo', 'km', 'my']);
const gradeTolerance = 4;
const minWords = 12;

/**
 * How well the reading difficulty suits audience and content type: 1 within their range of grades, falling outside.
 * English by the Flesch–Kincaid grade, Dutch and all others by LIX turned into grades. Headlines by word length alone.
 * @returns [0, 1]; 1 where there is too little prose to tell
 */
export function readability(
  prose: readonly SentenceFacts[],
  contentType: string,
  audience: string | undefined,
  language: string,
): number {
  const sizes = sizesOf(prose);
  if (unspacedLanguages.has(language)) return 1;
  if (contentType === 'headline' || sizes.words < minWords || sizes.sentences === 0) return wordEase(sizes);
  const grade = language === 'en' ? fleschKincaidGrade(sizes) : gradeOfLix(lix(sizes));
  const [from, to] = ownValue(typicalGrades, contentType) ?? otherGrades;
  const shift = audienceShift(audience);
  const outside = Math.max(0, from + shift - grade, grade - to - shift);
  const hard = language === 'en' ? prose.filter(isHard).length : 0;
  return Math.exp(-((outside / gradeTolerance) ** 2)) * leftByHardSentence ** Math.min(3, hard);
}

/** A sentence that most readers read twice, whatever surrounds it: long, and of long words. */
const isHard = ({ words, letters }: SentenceFacts): boolean =>
  words.length >= hardLength && letters / words.length > hardLetters;

const hardLength = 12;
const hardLetters = 7;
const leftByHardSentence = 0.75;

export interface ProseSizes {
  readonly words: number;
  readonly sentences: number;
  readonly syllables: number;
  readonly letters: number;
  readonly longWords: number;
}

/** School grade. Source: Kincaid, Fishburne, Rogers, Chissom (1975), Naval Technical Training Command RBR 8-75. */
export function fleschKincaidGrade({ words, sentences, syllables }: ProseSizes): number {
  return 0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59;
}

/** Reading ease, about 0 (hard) to 100 (easy). Source: Flesch (1948), Journal of Applied Psychology 32(3). */
export function fleschReadingEase({ words, sentences, syllables }: ProseSizes): number {
  return 206.835 - 1.015 * (words / sentences) - 84.6 * (syllables / words);
}

/** Words per sentence + per cent of words over six letters, for any European language. Source: Björnsson (1968), Läsbarhet. */
export function lix({ words, sentences, longWords }: ProseSizes): number {
  return words / sentences + (100 * longWords) / words;
}

/** Grades from LIX, piecewise linear through Anderson's (1983) table, Journal of Reading 26(6): 20 is grade 2, 56 grade 13. */
function gradeOfLix(value: number): number {
  return 2 + (11 * (value - 20)) / 36;
}

export function sizesOf(sentences: readonly SentenceFacts[]): ProseSizes {
  const sizes = { words: 0, sentences: 0, syllables: 0, letters: 0, longWords: 0 };
  for (const sentence of sentences) {
    if (sentence.words.length === 0) continue;
    sizes.sentences++;
    sizes.words += sentence.words.length;
    sizes.syllables += sentence.syllables;
    sizes.letters += sentence.letters;
    sizes.longWords += sentence.longWords;
  }
  return sizes;
}

function audienceShift(audience: string | undefined): number {
  if (!audience) return 0;
  return audienceGrades.find(([words]) => words.test(audience))?.[1] ?? 0;
}

/** 1 up to six letters a word on average, 0.5 at eight. */
function wordEase({ words, letters }: ProseSizes): number {
  if (words === 0) return 1;
  return Math.min(1, Math.max(0, 1 - 0.25 * (letters / words - 6)));
}
