import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { voices } from '../world/tone.ts';

const header = { about: z.string().min(1), source: z.string().min(1), asOf: z.string().regex(/^\d{4}-\d{2}$/) };
const texts = z.array(z.string());
const byVoice = z.record(z.enum(voices), texts.min(1));
const subject = z.strictObject({ things: texts.min(1), points: texts.min(1) });

const sentences = z.strictObject({
  ...header,
  leadIns: byVoice,
  openings: byVoice,
  closings: byVoice,
  statements: z.strictObject({
    common: texts,
    families: z.record(z.string(), texts),
    familyOf: z.record(z.string(), z.string()),
  }),
  ends: texts,
  carriers: byVoice,
  keywordCarriers: texts,
  inventedClaims: texts,
});
const briefs = z.strictObject({
  ...header,
  adjectives: texts,
  places: texts,
  qualifiers: z.array(z.tuple([z.string(), z.string()])),
  audiences: texts,
  keywords: texts,
  subjects: z.strictObject({ product: subject, event: subject, idea: subject }),
  subjectOf: z.record(z.string(), z.enum(['product', 'event', 'idea'])),
});

describe('the stocks that simulated texts and briefs are made of', () => {
  it.each([
    ['sentence-stock.json', sentences],
    ['../traffic/brief-stock.json', briefs],
  ])('in %s are what their schema says, with source and date', (file, schema) => {
    const stock: unknown = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
    expect(schema.parse(stock)).toEqual(stock);
    expect(schema.safeParse({ ...(stock as object), source: '' }).success).toBe(false);
  });

  it('know the family of every content type that they name one for', () => {
    const { statements } = sentences.parse(
      JSON.parse(readFileSync(new URL('sentence-stock.json', import.meta.url), 'utf8')),
    );
    const unknown = Object.values(statements.familyOf).filter((family) => !(family in statements.families));
    expect(unknown).toEqual([]);
  });
});
