import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { z } from 'zod';
import { brandSchema } from './brand.ts';
import { briefSchema, contentRequestFields, contentRequestSchema } from './brief.ts';
import { anyWords, atMost, upToCharacters, words } from './words.ts';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const published = (schema: z.ZodType) => ajv.compile(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));

/** Spaces of every kind, letters, and characters that are two units of UTF-16. */
const written = (longest: number) =>
  fc
    .array(fc.constantFrom(' ', '\t', '\n', '\r', '\u00a0', '\u2028', '\ufeff', 'a', 'é', '字', '😀', '.'), {
      maxLength: longest,
    })
    .map((characters) => characters.join(''));

describe('what somebody wrote', () => {
  it.each([
    ['words(1)', words(1), 4],
    ['words(2)', words(2), 6],
    ['words(5)', words(5), 12],
    ['words(200)', words(200), 300],
    ['anyWords(1)', anyWords(1), 4],
    ['anyWords(5)', anyWords(5), 12],
  ])('%s is taken by the parser exactly where the published schema takes it', (_name, schema, longest) => {
    const isPublished = published(schema);
    fc.assert(
      fc.property(written(longest), (text) => {
        const parsed = schema.safeParse(text);
        expect({ text, taken: parsed.success }).toEqual({ text, taken: isPublished(text) });
        if (parsed.success) expect(parsed.data).toBe(text.trim());
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['upToCharacters(1)', upToCharacters(1), 4],
    ['upToCharacters(5)', upToCharacters(5), 12],
    ['upToCharacters(3).min(1)', upToCharacters(3).min(1), 6],
    ['what has a form', atMost(3, z.string().regex(/^(?:a|😀)*$/u)), 6],
  ])('%s takes a text as it stands, exactly where the published schema takes it', (_name, schema, longest) => {
    const isPublished = published(schema);
    fc.assert(
      fc.property(written(longest), (text) => {
        const parsed = schema.safeParse(text);
        expect({ text, taken: parsed.success }).toEqual({ text, taken: isPublished(text) });
        if (parsed.success) expect(parsed.data).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('is taken by the log wherever it was taken at the edge', () => {
    const asked = {
      contentType: 'email',
      topic: '😀'.repeat(2000),
      reference: '😀'.repeat(200_000),
      instructions: '字😀'.repeat(10_000),
    };
    const { brief } = contentRequestSchema.parse(asked);
    expect(briefSchema.parse(brief)).toEqual(asked);
    expect(contentRequestFields.safeParse({ ...asked, reference: '😀'.repeat(200_001) }).error?.issues).toMatchObject([
      { path: ['reference'], message: 'is longer than 200000 characters' },
    ]);
  });

  it.each<[string, z.ZodType, (text: string) => unknown, number]>([
    ['the topic of a brief', contentRequestFields, (topic) => ({ contentType: 'email', topic }), 2001],
    ['its type', contentRequestFields, (contentType) => ({ contentType, topic: 'x' }), 70],
    [
      'its key points',
      contentRequestFields,
      (point) => ({ contentType: 'email', topic: 'x', keyPoints: [point] }),
      505,
    ],
    ['its caller', contentRequestFields, (caller) => ({ contentType: 'email', topic: 'x', caller }), 205],
    ['a term of a brand', brandSchema, (term) => ({ useTerms: [term], bannedTerms: [term] }), 205],
  ])('stands so in %s', (_what, schema, inside, longest) => {
    const isPublished = published(schema);
    fc.assert(
      fc.property(fc.oneof(written(8), written(longest), fc.constant('x'.repeat(longest))), (text) => {
        const value = inside(text);
        expect({ text, taken: schema.safeParse(value).success }).toEqual({ text, taken: isPublished(value) });
      }),
    );
  });

  it('refuses blanks and what is too long in words for a person', () => {
    const problem = (text: string) => words(3).safeParse(text).error?.issues[0]?.message;
    expect([problem(''), problem('   '), problem('abcd'), problem(' abc ')]).toEqual([
      'is blank',
      'is blank',
      'is longer than 3 characters',
      undefined,
    ]);
  });

  it('says so at once of a text that is made to take long', () => {
    for (const text of [`a${' '.repeat(200_000)}b`, `${' '.repeat(200_000)}`, 'a '.repeat(100_000)])
      expect(words(5000).safeParse(text).success).toBe(false);
  });
});
