import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { assignmentSchema, basisSchema, contentId, estimateSchema } from './facts.ts';
import { metricSchema } from './metric.ts';
import { sealedSchema } from './personal.events.ts';
import { levers, recipeChangeSchema } from './recipe.ts';
import { Topic } from './topics.ts';

const about = {
  contentId,
  contentType: z.string(),
  unit: z.string(),
  assignment: assignmentSchema,
  /** Pseudonym of who said it; null where nobody was named. */
  rater: z.string().nullable(),
  /** Its rater gives more than anyone can read: it is written down and counts for nothing. */
  flood: z.boolean().optional(),
  /** When the content was made. */
  madeAt: z.number().optional(),
  simulated: z.boolean(),
};

export const aspectSchema = z.object({
  aspect: z.enum(['tone', 'length', 'quality', 'structure', 'accuracy', 'relevance', 'style']),
  polarity: z.enum(['positive', 'negative']),
  wanted: z.string().optional(),
});

export const FeedbackReceived = defineEvent(
  'feedback-learner',
  'FeedbackReceived',
  Topic.feedback,
  'A reader rated content, and perhaps said why.',
  z.object({
    ...about,
    rating: z.number().min(1).max(5),
    /** What the same rater had given this content before: it counts no more. */
    replaces: z.number().min(1).max(5).optional(),
    /** In clear from a simulated reader, and from earlier releases. */
    comment: z.string().optional(),
    edit: z.string().optional(),
    /** Comment and edit, of a person. */
    personal: sealedSchema.optional(),
    aspects: z.array(aspectSchema),
    /** What the content was like, for the learning model. */
    quality: z.number().nullable(),
    words: z.number(),
  }),
);

export const EngagementRecorded = defineEvent(
  'feedback-learner',
  'EngagementRecorded',
  Topic.feedback,
  'A reader saw, clicked, shared, bought, or stayed.',
  z.object({
    ...about,
    kind: z.enum(['impression', 'click', 'share', 'conversion', 'dwell']),
    value: z.number().optional(),
  }),
);

const adjustment = {
  adjustmentId: z.string(),
  basis: basisSchema,
};

export const AdjustmentProposed = defineEvent(
  'feedback-learner',
  'AdjustmentProposed',
  Topic.decisions,
  'Readers ask for a change; it goes on trial.',
  z.object({
    ...adjustment,
    kind: z.enum(['modify_tone', 'modify_length', 'raise_quality_threshold', 'reinforce_structure']),
    contentType: z.string(),
    lever: z.enum(levers),
    change: recipeChangeSchema,
    metric: metricSchema,
    current: z.string(),
    target: z.string(),
    support: z.object({ comments: z.number().int(), raters: z.number().int() }),
  }),
);
const impact = z.object({ quality: estimateSchema, engagement: estimateSchema, satisfaction: estimateSchema });
export const AdjustmentMadePermanent = defineEvent(
  'feedback-learner',
  'AdjustmentMadePermanent',
  Topic.decisions,
  'Quality, engagement and satisfaction all rose, with confidence.',
  z.object({
    ...adjustment,
    experimentId: z.string(),
    contentType: z.string(),
    lever: z.enum(levers),
    change: recipeChangeSchema,
    impact,
  }),
);
export const AdjustmentRolledBack = defineEvent(
  'feedback-learner',
  'AdjustmentRolledBack',
  Topic.decisions,
  'A trial did not show that readers are better served.',
  z.object({ ...adjustment, experimentId: z.string(), reason: z.string(), impact }),
);
