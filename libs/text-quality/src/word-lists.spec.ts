import { readFileSync } from 'node:fs';
import { commentReaderSchema, trainingCommentsSchema } from './comments/comment-reader.schema.ts';
import {
  claimsSchema,
  clauseWordsSchema,
  englishWordsSchema,
  misspellingsSchema,
  oppositesSchema,
  stopWordsSchema,
  synonymsSchema,
  toneClashesSchema,
  toneMarksSchema,
  verdictWordsSchema,
} from './word-list.schema.ts';
import { toneMarkNames } from './tone-marks.ts';

const listIn = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Record<string, unknown>;

describe('the lists of words', () => {
  it.each([
    ['comments/clause-words.json', clauseWordsSchema],
    ['comments/comment-reader.json', commentReaderSchema],
    ['comments/training-comments.json', trainingCommentsSchema],
    ['learning/verdict-words.json', verdictWordsSchema],
    ['claims.json', claimsSchema],
    ['english-words.json', englishWordsSchema],
    ['opposites.json', oppositesSchema],
    ['tone-clashes.json', toneClashesSchema],
    ['misspellings.json', misspellingsSchema],
    ['stop-words.json', stopWordsSchema],
    ['synonyms.json', synonymsSchema],
    ['tone-marks.json', toneMarksSchema],
  ])('in %s are what their schema says, with source and date', (file, schema) => {
    const list = listIn(file);
    expect(schema.parse(list)).toEqual(list);
    expect(schema.safeParse({ ...list, source: '' }).success).toBe(false);
  });

  it('correct no word that is right', () => {
    const corrections = new Map(Object.entries(listIn('misspellings.json')['corrections'] as Record<string, string>));
    expect([...corrections.values()].filter((right) => corrections.has(right))).toEqual([]);
  });

  it('mark words by marks that are known', () => {
    const marks = Object.keys(listIn('tone-marks.json')['words'] as object);
    expect(marks.filter((mark) => !(toneMarkNames as readonly string[]).includes(mark))).toEqual([]);
  });
});
