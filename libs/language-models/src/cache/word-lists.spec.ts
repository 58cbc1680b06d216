import { readFileSync } from 'node:fs';
import { z } from 'zod';

const header = { about: z.string().min(1), source: z.string().min(1), asOf: z.string().regex(/^\d{4}-\d{2}$/) };
/** Words, a space between, each in lower case. */
const words = z.string().regex(/^[^\s\p{Lu}]+( [^\s\p{Lu}]+)*$/u);
const byWord = z.record(z.string(), z.string().min(1));

const synonyms = z.strictObject({ ...header, groups: z.array(words) });
const contrasts = z.strictObject({
  ...header,
  opposites: z.array(z.tuple([words, words])),
  kinds: z.array(words),
  negations: words,
  quantifiers: byWord,
  looseQuantifiers: words,
  future: words,
  past: words,
  possible: words,
  questionWords: byWord,
  questionForms: byWord,
  numberWords: z.record(z.string(), z.string().regex(/^\d+$/)),
  currencySigns: byWord,
  functionWords: words,
});

describe('the lists of words that requests are compared by', () => {
  it.each([
    ['synonyms.json', synonyms],
    ['contrasts.json', contrasts],
  ])('in %s are what their schema says, with source and date', (file, schema) => {
    const list: unknown = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
    expect(schema.parse(list)).toEqual(list);
    expect(schema.safeParse({ ...(list as object), source: '' }).success).toBe(false);
  });
});
