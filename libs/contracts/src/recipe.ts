import { z } from 'zod';

/** One call of a workflow: what to write, from the outputs of which steps. */
export const stepSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/),
  instruction: z.string().min(1).max(20_000),
  needs: z.array(z.string()).default([]),
  maxOutputTokens: z.number().int().min(1).max(100_000),
  /** Where left out, the recipe's model. */
  model: z.string().optional(),
});

/** The configuration by which a content type is made. Immutable: its version is the hash of its content. */
export const recipeSchema = z
  .strictObject({
    contentType: z.string(),
    prompt: z.strictObject({
      instructions: z.string().max(200_000),
      examples: z
        .array(z.strictObject({ brief: z.string(), text: z.string() }))
        .max(20)
        .default([]),
    }),
    steps: z.array(stepSchema).min(1).max(20),
    /** The steps whose outputs become the body and, where there is one, the title. */
    output: z.strictObject({ body: z.string(), title: z.string().optional() }),
    /** Whether steps that do not need each other run at the same time. */
    parallel: z.boolean().default(false),
    /** How many drafts of the body are made; the best one measured is kept. */
    candidates: z.number().int().min(1).max(8).default(1),
    model: z.string().min(1),
    temperature: z.number().min(0).max(2).default(0.7),
    style: z
      .strictObject({
        tone: z.string().optional(),
        words: z.number().int().positive().optional(),
        structure: z.string().optional(),
      })
      .prefault({}),
    /** Content below it is revised once, then delivered with a flag. 0–10. */
    qualityThreshold: z.number().min(0).max(10).default(0),
    cache: z
      .strictObject({
        strategy: z.enum(['off', 'exact', 'semantic']).default('exact'),
        timeToLiveMs: z.number().int().positive().default(86_400_000),
        similarity: z.number().min(0).max(1).default(0.95),
      })
      .prefault({}),
  })
  .superRefine((recipe, context) => {
    const ids = new Set(recipe.steps.map((step) => step.id));
    recipe.steps.forEach((step, index) => {
      for (const need of step.needs)
        if (!ids.has(need))
          context.addIssue({ code: 'custom', path: ['steps', index, 'needs'], message: `names no step: "${need}"` });
    });
    if (!ids.has(recipe.output.body))
      context.addIssue({ code: 'custom', path: ['output', 'body'], message: `names no step: "${recipe.output.body}"` });
  });

export type Recipe = z.output<typeof recipeSchema>;
export type Step = z.output<typeof stepSchema>;

/** What can be tuned on its own. Two changes on the same lever of the same content type conflict. */
export const levers = ['prompt', 'workflow', 'model', 'cache', 'style', 'quality'] as const;
export type Lever = (typeof levers)[number];

/** One change to a recipe: what experiments test, improvements apply, and rollbacks take out again. */
export const recipeChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('replace_instructions'), instructions: z.string() }),
  z.strictObject({
    kind: z.literal('set_examples'),
    examples: z.array(z.strictObject({ brief: z.string(), text: z.string() })),
  }),
  z.strictObject({ kind: z.literal('run_in_parallel'), parallel: z.boolean() }),
  z.strictObject({ kind: z.literal('drop_step'), step: z.string() }),
  z.strictObject({ kind: z.literal('set_candidates'), candidates: z.number().int() }),
  z.strictObject({ kind: z.literal('use_model'), model: z.string(), step: z.string().optional() }),
  z.strictObject({ kind: z.literal('set_temperature'), temperature: z.number() }),
  z.strictObject({ kind: z.literal('set_tone'), tone: z.string() }),
  z.strictObject({ kind: z.literal('set_words'), words: z.number() }),
  z.strictObject({ kind: z.literal('set_structure'), structure: z.string() }),
  z.strictObject({ kind: z.literal('set_quality_threshold'), threshold: z.number() }),
  z.strictObject({
    kind: z.literal('set_cache'),
    strategy: z.enum(['off', 'exact', 'semantic']),
    timeToLiveMs: z.number(),
    similarity: z.number(),
  }),
]);
export type RecipeChange = z.output<typeof recipeChangeSchema>;
