import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { basisSchema, contentId, estimateSchema } from './facts.ts';
import { metricSchema } from './metric.ts';
import { levers, recipeChangeSchema, recipeSchema } from './recipe.ts';
import { Topic } from './topics.ts';

const lever = z.enum(levers);

/** What one content takes and is: USD, ms, 0–10. */
const outcomeMeansSchema = z.object({ cost: z.number(), timeMs: z.number(), quality: z.number() });

const proposal = {
  contentType: z.string(),
  lever,
  change: recipeChangeSchema,
  /** What it promises to better. */
  metric: metricSchema,
};

export const HypothesisProposed = defineEvent(
  'optimizer',
  'HypothesisProposed',
  Topic.decisions,
  'A change that may better a content type, and why one should think so.',
  z.object({
    hypothesisId: z.string(),
    kind: z.string().describe('prompt_compression, parallel_processing, model_selection, cache_strategy, …'),
    ...proposal,
    reason: z.string(),
    /** Hash of what it depends on: a refuted one returns only when this has changed. */
    context: z.string(),
    expectedGain: z.number(),
    /** Points of quality, and their standard error, where it was tried on held-out briefs. */
    qualityForeseen: z.object({ effect: z.number(), error: z.number() }).nullable().default(null),
    basis: basisSchema,
  }),
);

/** Where a new prompt came from: cut by rule, shortened or rewritten by a model, or given examples. */
export const promptOriginSchema = z.enum(['rules', 'compression', 'rewrite', 'examples']);
export type PromptOrigin = z.output<typeof promptOriginSchema>;

/** Content that fell short, and in what. Its brief and its text stay where they are: whoever rewrites the prompt looks them up. */
export const promptLessonSchema = z.object({ contentId, flaws: z.array(z.string()) });
export type PromptLesson = z.output<typeof promptLessonSchema>;

export const PromptCandidatesRequested = defineEvent(
  'optimizer',
  'PromptCandidatesRequested',
  Topic.decisions,
  'New prompts for a content type are to be drafted, and tried on held-out briefs beside the one in force.',
  z.object({
    requestId: z.string(),
    contentType: z.string(),
    /** The recipe in force: what is drafted differs from it in its prompt alone. */
    recipe: recipeSchema,
    /** Hash of its prompt. */
    parent: z.string(),
    /** Drafted by rule. */
    drafts: z.array(z.object({ origin: promptOriginSchema, change: recipeChangeSchema })),
    /** To be drafted by a model. */
    edits: z.array(promptOriginSchema.extract(['compression', 'rewrite'])),
    lessons: z.array(promptLessonSchema),
    /** Never among the lessons and examples. */
    heldOut: z.array(contentId).describe('whose briefs they are tried on'),
    basis: basisSchema,
  }),
);

const promptCandidate = {
  candidateId: z.string(),
  requestId: z.string(),
  contentType: z.string(),
  origin: promptOriginSchema,
  parent: z.string(),
};

export const PromptCandidateDrafted = defineEvent(
  'optimizer',
  'PromptCandidateDrafted',
  Topic.operations,
  'A new prompt was drafted, or refused before anything was made with it.',
  z.object({
    ...promptCandidate,
    /** Null where no prompt came of it. */
    change: recipeChangeSchema.nullable(),
    refused: z.string().nullable().describe('why'),
    cost: z.number(),
    simulated: z.boolean(),
  }),
);

/** What one way made of one brief. Quality 0–10, money, milliseconds. */
export const screenedRunSchema = z.object({
  quality: z.number(),
  tokens: z.number(),
  cost: z.number(),
  timeMs: z.number(),
});
export type ScreenedRun = z.output<typeof screenedRunSchema>;

export const PromptCandidateScreened = defineEvent(
  'optimizer',
  'PromptCandidateScreened',
  Topic.operations,
  'What a new prompt and the one in force made of the same held-out briefs. Nobody was given any of it.',
  z.object({
    ...promptCandidate,
    change: recipeChangeSchema,
    /** Hash of the prompt it makes. */
    prompt: z.string(),
    /** Null where nothing was made. */
    pairs: z.array(
      z.object({ contentId, control: screenedRunSchema.nullable(), treatment: screenedRunSchema.nullable() }),
    ),
    /** Of its own runs, and of its share of those of the prompt in force. */
    cost: z.number(),
    simulated: z.boolean(),
  }),
);

export const HypothesisRefuted = defineEvent(
  'optimizer',
  'HypothesisRefuted',
  Topic.decisions,
  'An experiment did not support a hypothesis; it is remembered.',
  z.object({
    hypothesisId: z.string(),
    experimentId: z.string(),
    context: z.string(),
    reason: z.string(),
    basis: basisSchema,
  }),
);

export const ProposalExpired = defineEvent(
  'optimizer',
  'ProposalExpired',
  Topic.decisions,
  'A proposal is withdrawn, since nobody answered it in time, or a person changed what it was about: its lever is free again.',
  z.object({
    proposalId: z.string(),
    kind: z.enum(['hypothesis', 'adjustment', 'retest']),
    reason: z.string(),
    basis: basisSchema,
  }),
);

/** Fixed before the first exposure. */
export const experimentDesignSchema = z.object({
  alpha: z.number().describe('its level from the lifetime error control'),
  minimumImprovement: z.number(),
  unitsPerArm: z.number().int(),
  horizonMs: z.number(),
  minimumRunMs: z.number().describe('a full cycle where its metric is seasonal: success and futility wait for it'),
  longestMs: z.number(),
  lookEveryMs: z.number(),
  fewestUnits: z.number().int(),
  ramp: z.array(z.number()),
  rampStepMs: z.number(),
  guardrailUnits: z
    .partialRecord(metricSchema, z.number())
    .optional()
    .describe('of both arms, by which a margin is shown to be kept where there is no loss; the rest go by the horizon'),
  /** Points of quality that a treated unit is expected to lose where it loses any; none where it was not screened. */
  lossForeseen: z.number().optional(),
  aims: z
    .array(metricSchema)
    .optional()
    .describe('what it may be won by, its own metric first; where there are none, by that alone'),
  stopping: z.string(),
  guardrails: z.object({
    quality: z.number(),
    success: z.number(),
    cost: z.number(),
    time: z.number(),
    satisfaction: z.number(),
  }),
});
export type ExperimentDesign = z.output<typeof experimentDesignSchema>;

export const ExperimentRegistered = defineEvent(
  'optimizer',
  'ExperimentRegistered',
  Topic.decisions,
  'Hypothesis, metrics, horizon and stopping rule, written down before the first exposure.',
  z.object({
    experimentId: z.string(),
    /** The hypothesis, adjustment or improvement it puts to the test. */
    origin: z.object({ kind: z.enum(['hypothesis', 'adjustment', 'retest']), id: z.string() }),
    ...proposal,
    design: experimentDesignSchema,
    /** Hash of all of the above. */
    registration: z.string(),
    basis: basisSchema,
  }),
);

export const ExperimentStarted = defineEvent(
  'optimizer',
  'ExperimentStarted',
  Topic.decisions,
  'From here on, units are exposed.',
  z.object({ experimentId: z.string(), basis: basisSchema }),
);

const comparison = z.object({
  control: z.object({ n: z.number(), mean: z.number() }),
  treatment: z.object({ n: z.number(), mean: z.number() }),
  /** Relative change, treatment against control. */
  relative: estimateSchema,
  p: z.number(),
});

export const ExperimentLooked = defineEvent(
  'optimizer',
  'ExperimentLooked',
  Topic.decisions,
  'One look at a running experiment.',
  z.object({
    experimentId: z.string(),
    look: z.number().int(),
    metrics: z.record(z.string(), comparison),
    sampleRatio: z.object({ p: z.number(), broken: z.boolean() }),
    basis: basisSchema,
  }),
);

/** What two changes tested side by side are together, relative to the product of what each is alone. */
const interactionSchema = z.object({
  concurrentExperiment: z.string().describe('the other experiment'),
  /** In force by now, or looked at in the same tick. */
  stands: z.enum(['in_force', 'looked_at']),
  metric: metricSchema,
  effect: estimateSchema,
});

/** How a metric stands to the margin that it may lose: points, or a share of the control's mean; for the better above 0. */
export const guardrailSchema = z.object({
  margin: z.number(),
  effect: z.number(),
  error: z.number().describe('standard error of the effect; 0 while nothing is known'),
  /** Its whole interval lies within the margin. */
  isShown: z.boolean(),
  /** Of the margin against generation 0, after all changes in force and this one; below 0 where they would use more than there is. */
  left: z.number().optional(),
});
export type GuardrailStatus = z.output<typeof guardrailSchema>;
const guardrails = z.partialRecord(metricSchema, guardrailSchema);

export const ExperimentConcluded = defineEvent(
  'optimizer',
  'ExperimentConcluded',
  Topic.decisions,
  'The joint verdict over all metrics. Immutable; reversals are new events.',
  z.object({
    experimentId: z.string(),
    verdict: z.enum(['treatment', 'control', 'none', 'void']),
    reason: z.enum([
      'success',
      'harm',
      'futility',
      'horizon',
      'guardrail',
      'sample_ratio',
      'operator',
      'superseded',
      'recipe_replaced',
      'interaction',
      'margin_spent',
    ]),
    metrics: z.record(z.string(), comparison),
    level: z.number().optional().describe('two-sided, of this verdict; none in events of earlier releases'),
    evidence: z
      .number()
      .optional()
      .describe(
        'that it betters one of the aims of its design, as an e-value; where it is about one metric, its p tells',
      ),
    aim: metricSchema.optional().describe('of these, what there is most evidence for'),
    guardrails: guardrails.default({}).describe('where the trial left them'),
    units: z.number().int(),
    interactions: z.array(interactionSchema).default([]),
    basis: basisSchema,
  }),
);

export const ImprovementApplied = defineEvent(
  'optimizer',
  'ImprovementApplied',
  Topic.decisions,
  'A change joined the recipe because an experiment supports it.',
  z.object({
    improvementId: z.string(),
    experimentId: z.string(),
    contentType: z.string(),
    lever,
    change: recipeChangeSchema,
    type: z.string().describe('prompt_optimization, workflow_optimization, …'),
    impact: z.record(z.string(), estimateSchema),
    summary: z.string(),
    learnedFrom: z.number().int().describe('generations'),
    costToFind: z.number(),
    guardrails: guardrails
      .default({})
      .describe('where its trial left them: what it uses of the margins against generation 0'),
    expiresAt: z.number(),
    basis: basisSchema,
  }),
);
export const ImprovementConfirmed = defineEvent(
  'optimizer',
  'ImprovementConfirmed',
  Topic.decisions,
  'An applied improvement held against its reverse holdback.',
  z.object({
    improvementId: z.string(),
    impact: z.record(z.string(), estimateSchema),
    guardrails: guardrails.default({}).describe('by all evidence, of the trial and since'),
    basis: basisSchema,
  }),
);
export const RolloutWidened = defineEvent(
  'optimizer',
  'RolloutWidened',
  Topic.decisions,
  'A partial roll-out has shown nothing against an improvement: all but the reverse holdback get it.',
  z.object({ improvementId: z.string(), guardrails, basis: basisSchema }),
);
export const ImprovementRolledBack = defineEvent(
  'optimizer',
  'ImprovementRolledBack',
  Topic.decisions,
  'An improvement was taken out again.',
  z.object({
    improvementId: z.string(),
    reason: z.string(),
    by: z.enum(['system', 'person']),
    impact: z.record(z.string(), estimateSchema),
    basis: basisSchema.nullable(),
  }),
);
export const ImprovementExpired = defineEvent(
  'optimizer',
  'ImprovementExpired',
  Topic.decisions,
  'An improvement is to be tested again: its date has come, or it is in doubt.',
  z.object({ improvementId: z.string(), reason: z.string().default('its date has come'), basis: basisSchema }),
);
export const AllocationRevised = defineEvent(
  'optimizer',
  'AllocationRevised',
  Topic.decisions,
  'The shares of an applied allocation of models followed what was learned since.',
  z.object({
    improvementId: z.string(),
    contentType: z.string(),
    change: recipeChangeSchema,
    /** Mean of a content under the new shares. */
    expected: outcomeMeansSchema,
    basis: basisSchema,
  }),
);
export const OutcomesGraded = defineEvent(
  'optimizer',
  'OutcomesGraded',
  Topic.decisions,
  'What the learned model of cost, time and quality predicted for each model of a content type, beside what came.',
  z.object({
    contentType: z.string(),
    /** The span that was predicted. */
    from: z.number(),
    until: z.number(),
    models: z.array(
      z.object({
        model: z.string(),
        generations: z.number().int(),
        predicted: z.object({ cost: estimateSchema, timeMs: estimateSchema, quality: estimateSchema }),
        observed: outcomeMeansSchema,
      }),
    ),
    /** Mean square of what was missed so far, in squares of the errors predicted; the next intervals are as wide as these say. */
    misses: outcomeMeansSchema,
    basis: basisSchema,
  }),
);
export const QualityThresholdRaised = defineEvent(
  'optimizer',
  'QualityThresholdRaised',
  Topic.decisions,
  'The quality threshold followed the results.',
  z.object({ contentType: z.string(), from: z.number(), to: z.number(), basis: basisSchema }),
);
