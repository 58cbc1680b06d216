import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { basisSchema } from './facts.ts';
import { Topic } from './topics.ts';

export const ModelReplaced = defineEvent(
  'optimizer',
  'ModelReplaced',
  Topic.decisions,
  'A model that recipes name is offered no more: another one stands in for it until it is offered again.',
  z.object({ model: z.string(), by: z.string(), reason: z.string(), basis: basisSchema }),
);
export const HoldbackRebased = defineEvent(
  'optimizer',
  'HoldbackRebased',
  Topic.decisions,
  'Generation 0 can no longer run; the holdback moved and effects are chained.',
  z.object({ contentType: z.string(), from: z.string(), to: z.string(), reason: z.string(), basis: basisSchema }),
);
export const RecipeReplaced = defineEvent(
  'optimizer',
  'RecipeReplaced',
  Topic.decisions,
  'What the configuration says is how a content type is made from here on: generation 0 begins anew, for the holdback too.',
  z.object({
    contentType: z.string(),
    /** Versions. */
    from: z.string(),
    to: z.string(),
    parts: z.array(z.string()).describe('of the recipe, which a person changed'),
    /** Improvements that stay in force and are tested again, and those that end. */
    carried: z.array(z.string()),
    ended: z.array(z.string()),
    reason: z.string(),
    basis: basisSchema,
  }),
);
