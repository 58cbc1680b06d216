import { z } from 'zod';
import { upToCharacters, words } from './words.ts';

const term = words(200);

/** How a brand speaks. Told in every prompt, and checked in every text before it is delivered. */
export const brandSchema = z
  .strictObject({
    /** Told as it stands. */
    styleGuide: upToCharacters(20_000).optional(),
    /** Terms and how they are written; `insteadOf` are those that it takes the place of. */
    useTerms: z
      .array(
        z.union([
          term.transform((use) => ({ use, insteadOf: [] as string[] })),
          z.strictObject({ use: term, insteadOf: z.array(term).default([]) }),
        ]),
      )
      .max(500)
      .default([]),
    bannedTerms: z.array(term).max(2000).default([]),
    /** What becomes of a text that still breaks the rules after one revision. */
    onViolation: z.enum(['flag', 'fail']).default('flag'),
  })
  .describe('Brand');
export type Brand = z.output<typeof brandSchema>;

/** One place where a text breaks a brand's rules. */
export const brandViolationSchema = z.object({
  rule: z.enum(['banned', 'wrong_term', 'wrong_form']),
  /** As the text has it. */
  found: z.string(),
  /** What belongs there, where the rule says so. */
  use: z.string().optional(),
});
export type BrandViolation = z.output<typeof brandViolationSchema>;
