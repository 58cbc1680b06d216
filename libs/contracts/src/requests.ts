import { INSTANT_FORM, instantOf } from '@contentflow/kernel';
import { z } from 'zod';
import { improvementSchema, proposalSchema } from './documents.ts';
import { upToCharacters, words } from './words.ts';

/** What routes are asked with that more than one client derives its own from. */

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number in a query is written as JSON writes it: what `Number` reads besides (`0x10`, spaces, nothing at all) no client's check takes. */
export const numberInQuery = (schema: z.ZodNumber): z.ZodType<number, unknown> =>
  z.preprocess((text) => (typeof text === 'string' && JSON_NUMBER.test(text) ? Number(text) : text), schema);

/** `?limit=&after=` of every list. */
export const pageSchema = z.object({
  limit: numberInQuery(z.number().int().min(1).max(1000)).default(50),
  after: z.string().optional().describe('the `next` of the page before'),
});

const NO_TIME = 'is not a time: write epoch seconds or 2026-01-05T12:00:00Z';

/** A time in a query, as {@link instantOf} reads it. Gives epoch milliseconds. */
export const instantSchema = z
  .string()
  .regex(INSTANT_FORM, NO_TIME)
  .transform(instantOf)
  .refine((time) => !Number.isNaN(time), NO_TIME);

export const decisionsQuery = pageSchema.extend({
  type: z.string().optional().describe('ImprovementApplied, or contentflow.optimizer.improvement-applied.v1'),
  contentType: z.string().optional(),
  subject: z.string().optional().describe('what they are about: an experiment, an improvement, a proposal, an anomaly'),
  since: instantSchema.optional().describe('none that was decided before'),
});

export const improvementsQuery = pageSchema.extend({
  status: improvementSchema.shape.status.optional(),
  contentType: z.string().optional(),
});

export const proposalsQuery = pageSchema.extend({
  status: proposalSchema.shape.status.optional(),
  contentType: z.string().optional(),
});

export const reportQuery = z.object({ at: instantSchema.optional() });
export const documentationQuery = reportQuery.extend({ format: z.enum(['json', 'markdown']).optional() });

/** A person's word: it is in the ledger for good. */
export const reasonSchema = z.strictObject({ reason: words(2000) });

export const rollbackSchema = z
  .object({
    reason: upToCharacters(2000).default('an operator asked for it'),
    by: upToCharacters(200).optional().describe('who asks, where no key says so'),
  })
  .prefault({});
