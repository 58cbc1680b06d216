import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { basisSchema, contentId } from './facts.ts';
import { screenedRunSchema } from './optimizer.events.ts';
import { recipeChangeSchema, recipeSchema } from './recipe.ts';
import { Topic } from './topics.ts';

const screened = {
  /** Hash of the change, and of that part of the recipe that its lever moves. */
  context: z.string(),
  change: recipeChangeSchema,
};

export const ScreeningRequested = defineEvent(
  'optimizer',
  'ScreeningRequested',
  Topic.decisions,
  'Changes whose worth only a try can tell are to be tried on held-out briefs beside the recipe in force, before any traffic sees them.',
  z.object({
    requestId: z.string(),
    contentType: z.string(),
    /** In force. */
    recipe: recipeSchema,
    changes: z.array(z.object(screened)),
    /** Never among the examples. */
    heldOut: z.array(contentId).describe('whose briefs they are tried on'),
    basis: basisSchema,
  }),
);

export const ChangeScreened = defineEvent(
  'optimizer',
  'ChangeScreened',
  Topic.operations,
  'What a changed recipe and the one in force made of the same held-out briefs. Nobody was given any of it.',
  z.object({
    requestId: z.string(),
    contentType: z.string(),
    ...screened,
    /** Null where nothing was made. */
    pairs: z.array(
      z.object({ contentId, control: screenedRunSchema.nullable(), treatment: screenedRunSchema.nullable() }),
    ),
    /** Of its own runs, and of its share of those of the recipe in force. */
    cost: z.number(),
    simulated: z.boolean(),
  }),
);
