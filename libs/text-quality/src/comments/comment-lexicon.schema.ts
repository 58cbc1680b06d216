import { z } from 'zod';
import { wordListHeader } from '../word-list.schema.ts';

const aspect = z.enum(['tone', 'length', 'quality', 'structure', 'accuracy', 'relevance', 'style']);
const polarity = z.enum(['positive', 'negative']);
/** Words, a space between. */
const words = z.string().min(1);
/** Alternatives of a regular expression. */
const pattern = z.array(z.string().min(1)).min(1);

/** What the words of a comment say: see the types of comment-lexicon.ts. */
export const commentLexiconSchema = z.strictObject({
  ...wordListHeader,
  degrees: z.array(
    z.strictObject({
      aspect,
      more: z.string(),
      less: z.string(),
      bare: polarity.optional(),
      words,
      comparatives: words.optional(),
    }),
  ),
  things: z.array(
    z.strictObject({
      aspect,
      present: z.string().optional(),
      absent: z.string().optional(),
      isFault: z.boolean(),
      pattern,
    }),
  ),
  aspectNouns: z.array(z.strictObject({ aspect, pattern })),
  phrases: z.array(z.strictObject({ aspect, polarity, wanted: z.string().optional(), pattern })),
  verdicts: z.strictObject({ positive: words, negative: words, aboutFacts: words }),
  negations: words,
  excesses: words,
  mildExcesses: words,
  increases: words,
  decreases: words,
  sufficiencies: words,
  absences: words,
  removals: words,
  requests: pattern,
});

export type CommentLexicon = z.output<typeof commentLexiconSchema>;
