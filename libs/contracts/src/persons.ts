import { z } from 'zod';
import { contentSchema } from './documents.ts';
import { aspectSchema, EngagementRecorded } from './feedback-learner.events.ts';

const time = z.number().describe('epoch milliseconds');

/** What was said by or of a person, opened where it was sealed; what is sealed for nobody any more is absent. */
const saidSchema = z.object({
  brief: contentSchema.shape.brief.optional(),
  content: contentSchema.shape.content,
  rating: z.number().optional(),
  comment: z.string().optional(),
  edit: z.string().optional(),
  aspects: z.array(aspectSchema).optional().describe('what was understood of it'),
  kind: EngagementRecorded.schema.shape.kind.optional().describe('of an engagement'),
  value: z.number().optional(),
});

/** What the log holds of one person. */
export const subjectAnswer = z.object({
  subject: z.string().nullable().describe('pseudonym in the log; null where there is only what earlier releases wrote'),
  records: z.array(
    z.object({
      event: z.string(),
      name: z.string().describe('of the event'),
      time,
      contentId: z.string(),
      said: saidSchema,
    }),
  ),
  isWhole: z.boolean().describe('false where there is more than is shown at once'),
});
export type SubjectAnswer = z.output<typeof subjectAnswer>;
export const subjectSaid = saidSchema;

export const forgottenAnswer = z.object({
  subject: z.string().nullable().describe('pseudonym in the log, which leads to nobody any more'),
  forgotten: z.boolean().describe('whether there was a key to destroy'),
  in_clear: z
    .number()
    .int()
    .describe(
      'events of earlier releases that hold words of this person in clear: an append-only log cannot unwrite them',
    ),
});
export type ForgottenAnswer = z.output<typeof forgottenAnswer>;
