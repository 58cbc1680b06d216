import { z } from 'zod';

/** What every list of words says of itself. */
export const wordListHeader = {
  about: z.string().min(1),
  source: z.string().min(1),
  /** Year and month. */
  asOf: z.string().regex(/^\d{4}-\d{2}$/),
};

/** Words, a space between, each in lower case. */
const words = z.string().regex(/^[^\s\p{Lu}]+( [^\s\p{Lu}]+)*$/u);

export const synonymsSchema = z.strictObject({ ...wordListHeader, groups: z.array(words) });
export const stopWordsSchema = z.strictObject({ ...wordListHeader, languages: z.record(z.string().length(2), words) });
export const misspellingsSchema = z.strictObject({ ...wordListHeader, corrections: z.record(words, words) });
export const toneMarksSchema = z.strictObject({
  ...wordListHeader,
  words: z.record(z.string(), words),
  commonlyContracted: words,
});
export const verdictWordsSchema = z.strictObject({
  ...wordListHeader,
  praise: z.string(),
  blame: z.string(),
  negation: z.string(),
});
/** An underscore stands for a space within. */
export const clauseWordsSchema = z.strictObject({
  ...wordListHeader,
  contrast: z.array(words).min(1),
  later: z.array(words).min(1),
  negation: z.array(words).min(1),
});
export const claimsSchema = z.strictObject({ ...wordListHeader, kinds: z.record(z.string(), z.string().min(1)) });
export const toneClashesSchema = z.strictObject({ ...wordListHeader, voices: z.record(z.string(), z.string().min(1)) });
export const oppositesSchema = z.strictObject({ ...wordListHeader, pairs: z.string().regex(/^\S+ \S+(\|\S+ \S+)*$/) });
export const englishWordsSchema = z.strictObject({ ...wordListHeader, words: z.string().regex(/^([0-9A-Z][a-z]+)+$/) });
