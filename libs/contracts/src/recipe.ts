import { DAY_MS, HOUR_MS } from '@contentflow/kernel';
import { z } from 'zod';
import { upToCharacters } from './words.ts';

const score = z.number().min(0).max(10);
const languageTag = z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'is not a BCP 47 language tag');

/** When a step is run: all that is said here must hold. */
export const conditionSchema = z.strictObject({
  /** The brief says something in each of these. */
  briefHas: z
    .array(z.enum(['audience', 'tone', 'length', 'keyPoints', 'keywords', 'language', 'reference']))
    .min(1)
    .optional(),
  /** The brief asks for a language other than this one; regions do not count. */
  languageOtherThan: languageTag.optional(),
  /** What that step wrote measures below the score, or below the recipe's quality threshold where no score is given. */
  qualityBelow: z.strictObject({ step: z.string(), score: score.optional() }).optional(),
});
export type Condition = z.output<typeof conditionSchema>;

/**
 * One step of a workflow: what to write, from the outputs of which steps. Fields with a default would change the version of
 * every recipe in every ledger: what is added here is optional.
 */
export const stepSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/),
  instruction: upToCharacters(20_000).min(1),
  needs: z.array(z.string()).default([]),
  maxOutputTokens: z.number().int().min(1).max(100_000),
  /** Where left out, the recipe's model. */
  model: z.string().optional(),
  /** Models to try, in order, once that one has failed. */
  fallbacks: z.array(z.string()).max(8).optional(),
  /** Where left out, the recipe's temperature. */
  temperature: z.number().min(0).max(2).optional(),
  /** For one attempt to call a model. */
  timeoutMs: z.number().int().min(100).max(HOUR_MS).optional(),
  /** Without it the step is always run. A step that is not run writes nothing. */
  when: conditionSchema.optional(),
  /**
   * The step whose text this one writes again: where this one is not run, that text stands for its own. One that was run
   * because quality was too low stands only if it measures better.
   */
  revises: z.string().optional(),
  /** One call for each section of what that step wrote, one text of all; only where at least so many words are asked for. */
  sectionsOf: z.strictObject({ step: z.string(), fromWords: z.number().int().positive().optional() }).optional(),
  /** What this step writes in, where not in the brief's language. */
  language: languageTag.optional(),
});

/**
 * Which share of the briefs each model makes, by what a brief shows before it is made. The first segment whose bounds hold is a brief's own; the
 * last has none.
 */
export const routingSchema = z.array(
  z.strictObject({
    /** At most so many; null where it does not matter. */
    keyPoints: z.number().int().min(0).nullable(),
    /** At most so many asked for; a brief that asks for none counts as 0. */
    words: z.number().min(0).nullable(),
    /** Add up to 1. */
    shares: z.array(z.strictObject({ model: z.string().min(1), share: z.number().min(0).max(1) })).min(1),
  }),
);
export type Routing = z.output<typeof routingSchema>;

/**
 * What two briefs must share to share answers, each wider than the one before: the same but for case, white space and trailing punctuation;
 * whatever the order of key points and keywords; whatever the order and punctuation of the topic's words.
 */
export const cacheKeySchema = z.enum(['normalised', 'sets', 'words']);
export type CacheKey = z.output<typeof cacheKeySchema>;

/** Instructions that come back word for word stand before those that change. */
export const promptOrderSchema = z.literal('stable_first');

/** The configuration by which a content type is made. Immutable: its version is the hash of its content. */
export const recipeSchema = z
  .strictObject({
    contentType: z.string(),
    prompt: z.strictObject({
      instructions: upToCharacters(200_000),
      examples: z
        .array(z.strictObject({ brief: z.string(), text: z.string() }))
        .max(20)
        .default([]),
      /** How the brief is told, in place of the usual form: `{{topic}}`, `{{keyPoints}}`, `{{metadata.sku}}`. */
      template: upToCharacters(50_000).min(1).optional(),
    }),
    steps: z.array(stepSchema).min(1).max(20),
    /** The steps whose outputs become the body and, where there is one, the title. */
    output: z.strictObject({
      body: z.string(),
      title: z.string().optional(),
      /** Steps that are delivered beside them, by name: a meta description, hashtags. */
      extras: z.array(z.string()).max(10).optional(),
      /** JSON Schema that the body must fit: asked for once more where it does not, then a failure. */
      schema: z.record(z.string(), z.unknown()).optional(),
    }),
    /** Whether steps that do not need each other run at the same time. */
    parallel: z.boolean().default(false),
    /** How many drafts of the body are made; the best one measured is kept. */
    candidates: z.number().int().min(1).max(8).default(1),
    model: z.string().min(1),
    /** Where there is one, it chooses the recipe's model brief by brief. */
    routing: routingSchema.min(1).optional(),
    temperature: z.number().min(0).max(2).default(0.7),
    style: z
      .strictObject({
        tone: z.string().optional(),
        words: z.number().int().positive().optional(),
        structure: z.string().optional(),
      })
      .prefault({}),
    /** Content below it is revised once, then delivered with a flag. 0–10. */
    qualityThreshold: score.default(0),
    /** For each step, with all its tries and fallbacks. */
    deadlineMs: z.number().int().min(100).max(HOUR_MS).optional(),
    cache: z
      .strictObject({
        strategy: z.enum(['off', 'exact', 'semantic']).default('exact'),
        timeToLiveMs: z.number().int().positive().default(DAY_MS),
        similarity: z.number().min(0).max(1).default(0.95),
        /** Where left out, all that the models are told, to the letter: what reaches no prompt is no part of it. */
        key: cacheKeySchema.optional(),
      })
      .prefault({}),
    /** Of a use: nothing is made by it. Calls are passed on, and what an improvement says otherwise than generation 0 is changed about them. */
    passedOn: z.literal(true).optional(),
    /** Of a use: where left out, its calls tell instructions in the order in which they come. */
    promptOrder: promptOrderSchema.optional(),
  })
  .superRefine(({ steps, output }, context) => {
    const ids = new Set(steps.map((step) => step.id));
    const mustBeStep = (name: string | undefined, path: (string | number)[]): void => {
      if (name === undefined || ids.has(name)) return;
      context.addIssue({ code: 'custom', path, message: `names no step: "${name}"` });
    };
    steps.forEach((step, index) => {
      const at = (...path: (string | number)[]): (string | number)[] => ['steps', index, ...path];
      for (const need of step.needs) mustBeStep(need, at('needs'));
      mustBeStep(step.revises, at('revises'));
      mustBeStep(step.sectionsOf?.step, at('sectionsOf', 'step'));
      mustBeStep(step.when?.qualityBelow?.step, at('when', 'qualityBelow', 'step'));
      if (step.id === output.body && step.when && step.revises === undefined)
        context.addIssue({ code: 'custom', path: at('when'), message: 'leaves no body where it does not hold' });
    });
    mustBeStep(output.body, ['output', 'body']);
    mustBeStep(output.title, ['output', 'title']);
    output.extras?.forEach((extra, index) => mustBeStep(extra, ['output', 'extras', index]));
  });

export type Recipe = z.output<typeof recipeSchema>;
export type Step = z.output<typeof stepSchema>;

/** What can be tuned on its own. Two changes on the same lever of the same content type conflict. */
export const levers = ['prompt', 'workflow', 'model', 'cache', 'style', 'quality'] as const;
export type Lever = (typeof levers)[number];

const workflowChanges = [
  z.strictObject({ kind: z.literal('run_in_parallel'), parallel: z.boolean() }),
  z.strictObject({ kind: z.literal('drop_step'), step: z.string() }),
  z.strictObject({ kind: z.literal('set_candidates'), candidates: z.number().int() }),
] as const;

/** One change to a recipe: what experiments test, improvements apply, and rollbacks take out again. */
export const recipeChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('replace_instructions'), instructions: z.string() }),
  z.strictObject({
    kind: z.literal('set_examples'),
    examples: z.array(z.strictObject({ brief: z.string(), text: z.string() })),
  }),
  ...workflowChanges,
  /** Several at once, in this order: one hypothesis, applied and taken out again as one. */
  z.strictObject({
    kind: z.literal('join_workflow'),
    changes: z.array(z.discriminatedUnion('kind', workflowChanges)).min(2),
  }),
  z.strictObject({
    kind: z.literal('use_model'),
    model: z.string(),
    step: z.string().optional(),
    /** What the model fails to make, the one that the recipe had before makes, and those that stood in for that one. */
    fallback: z.literal('former_model').optional(),
  }),
  z.strictObject({
    kind: z.literal('route_models'),
    routing: routingSchema.min(1),
    /** What one of them fails to make, the model that the recipe had before makes, or another of them. */
    fallback: z.literal('former_model').optional(),
  }),
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
    key: cacheKeySchema.optional(),
  }),
  z.strictObject({ kind: z.literal('set_prompt_order'), order: promptOrderSchema }),
]);
export type RecipeChange = z.output<typeof recipeChangeSchema>;
/** A single change to the workflow. */
export type WorkflowChange = Extract<RecipeChange, { kind: 'run_in_parallel' | 'drop_step' | 'set_candidates' }>;
