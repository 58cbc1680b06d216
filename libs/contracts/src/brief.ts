import { z } from 'zod';
import { boundedJson } from './bounded-json.ts';
import { atMost, upToCharacters, words } from './words.ts';

export const contentTypes = [
  'product_description',
  'blog_post',
  'email',
  'ad_copy',
  'social_post',
  'headline',
  'summary',
  'custom',
] as const;

type Text = (most: number) => z.ZodString;

const briefFields = (text: Text, longText: Text) => ({
  contentType: text(64).describe('one of the registered content types'),
  topic: text(2000),
  audience: text(500).optional(),
  tone: text(100).optional(),
  length: z.number().int().min(1).max(20_000).optional().describe('words'),
  keyPoints: z.array(text(500)).max(50).optional(),
  keywords: z.array(text(500)).max(50).optional(),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'is not a BCP 47 language tag, e.g. en or pt-BR')
    .optional(),
  reference: longText(200_000).optional(),
  instructions: longText(20_000)
    .optional()
    .describe(
      'what whoever asks wants kept to, beside the recipe: said to the model as the system, never shown to readers',
    ),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

/** In the log it stands as it was taken; a character may be two units of UTF-16, which is what is counted here. */
const inTheLog: Text = (most) =>
  z
    .string()
    .trim()
    .min(1)
    .max(2 * most);

const longInTheLog: Text = (most) => z.string().max(2 * most);

/** One request for content. */
export const briefSchema = z.strictObject(briefFields(inTheLog, longInTheLog)).describe('Brief');

export type Brief = z.output<typeof briefSchema>;

/** How a brief is to be made and told of; no part of what it asks for. */
export const deliverySchema = z.strictObject({
  webhook: atMost(
    2000,
    z
      .url({ protocol: /^https?$/, error: 'is not an http or https address', abort: true })
      // The published schema says no more of a protocol than this pattern does.
      .regex(/^\s*[Hh][Tt][Tt][Pp][Ss]?:\/\//, 'is not an http or https address'),
  )
    .optional()
    .describe('told when the content is ready'),
  cache: z.literal('off').optional().describe('no answer from the cache'),
  caller: words(200).optional().describe('whose budget it is charged to'),
  subject: words(200)
    .optional()
    .describe('whom the brief is about: its words, and what is made of them, are sealed under the key of this person'),
  maxCostUsd: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('what making it may cost at most, in US dollars; no more than the configured `budgets.perBriefUsd`'),
});
export type Delivery = z.output<typeof deliverySchema>;

/** What `POST /v1/content`, a line of a batch and a row of a file hold. A log may hold more than is taken today. */
export const contentRequestFields = z.strictObject({
  ...briefFields(words, upToCharacters),
  ...deliverySchema.shape,
  metadata: boundedJson({ depth: 16, keys: 1000, text: 20_000, size: 65_536 }).optional(),
});

export const contentRequestSchema = contentRequestFields.transform(
  ({ webhook, cache, caller, subject, maxCostUsd, ...brief }) => ({
    brief: brief as Brief,
    delivery: { webhook, cache, caller, subject, maxCostUsd } as Delivery,
  }),
);
