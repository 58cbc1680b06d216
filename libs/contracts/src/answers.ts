import { z } from 'zod';
import { estimateSchema } from './facts.ts';
import { AdjustmentProposed } from './feedback-learner.events.ts';
import { AnomalyDetected } from './monitor.events.ts';
import { metricSchema } from './metric.ts';
import { ExperimentRegistered } from './optimizer.events.ts';
import { experimentSchema, improvementSchema } from './documents.ts';
import { policySchema } from './policy.ts';
import { levers, recipeSchema } from './recipe.ts';

/** What the API answers that is found out when it is asked for: no read model holds it. Its types are these schemas' own. */

/** What a schema gives, as nobody changes it. */
export type Answer<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;
type DeepReadonly<Value> = Value extends object ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> } : Value;

const time = z.number().describe('epoch milliseconds');
const simulated = z.boolean().describe('true where it comes from the sandbox');
const count = z.number().int().min(0);
const figure = z.number().nullable();
const counts = z.record(z.string(), z.number());
const interval = z.tuple([z.number(), z.number()]).describe('95 %');

/** A metric over many generations, in its own unit. */
export const metricSummarySchema = z.object({ n: count, mean: figure, sd: figure, lower: figure, upper: figure }).meta({
  id: 'MetricSummary',
  description:
    'A metric over generations, with the 95 % interval of its mean at one look, by Student’s t; null of fewer than two',
});

export const metricsSummarySchema = z.object({
  content: z.object({
    accepted: count,
    generated: count,
    failed: count,
    successRate: figure,
    successInterval: interval.nullable(),
    failures: counts.describe('by class'),
    words: metricSummarySchema,
  }),
  performance: z.object({
    timeMs: z.object({ ...metricSummarySchema.shape, p50: figure, p95: figure }),
    waitMs: metricSummarySchema,
    tokens: metricSummarySchema,
    calls: metricSummarySchema,
    retries: metricSummarySchema,
    cacheHitRate: figure,
  }),
  quality: z.object({ score: metricSummarySchema, engagement: metricSummarySchema }),
  cost: z.object({
    total: z.number(),
    perGeneration: metricSummarySchema,
    perSuccess: figure.describe('all spending, that on failures included'),
  }),
});
const asked = { contentType: z.string().optional(), model: z.string().optional() };
const group = {
  ...asked,
  provider: z.string().optional(),
  caller: z
    .string()
    .optional()
    .describe('of calls that name no use: key:ID, or user: and the pseudonym of whom they are for'),
};
const by = z.enum(['contentType', 'model', 'provider', 'caller']).optional();
const span = { from: time, to: time, ...asked };

export const metricsSummaryAnswer = metricsSummarySchema
  .extend({
    ...span,
    by,
    groups: z.array(metricsSummarySchema.extend(group)).optional(),
    simulated,
  })
  .meta({ id: 'MetricsSummary' });

export const metricsSeriesAnswer = z
  .object({
    ...span,
    stepMs: z.number(),
    items: z.array(metricsSummarySchema.extend({ from: time, ...group })),
    next: z.null(),
    simulated,
  })
  .meta({ id: 'MetricsSeries' });

/** Failures that look alike. */
export const failurePatternSchema = z.object({
  failure: z.string().describe('class'),
  provider: z.string(),
  model: z.string(),
  step: z.string(),
  message: z.string().describe('what differs from case to case left out'),
  count,
  first: time,
  last: time,
  contentIds: z.array(z.string()).describe('some of the content items it happened to'),
});

/** A value of an attribute that explains failures, or two together. */
export const rootCauseSchema = z.object({
  attribute: z.string(),
  value: z.string(),
  and: z.object({ attribute: z.string(), value: z.string() }).nullable().describe('the other value that must be met'),
  generations: count,
  failed: count,
  rate: z.number(),
  interval: interval.describe('95 %, Wilson’s'),
  lift: figure.describe('how many times the rate of all others'),
  support: z.number().describe('share of all generations that lie here'),
  explains: z.number().describe('share of all failures that lie here'),
  confidence: z
    .number()
    .describe('that it fails more often than the others: 1 − one-sided p, corrected for the search'),
});

export const failureRecommendationSchema = z.object({
  action: z.enum([
    'switch_provider',
    'switch_model',
    'retest_recipe',
    'review_step',
    'split_request',
    'review_content_type',
    'add_capacity',
    'raise_budget',
    'fix_configuration',
  ]),
  attribute: z.string(),
  target: z.string(),
  reason: z.string(),
  confidence: z.number(),
  explains: z.number().describe('share of failures that would go with it'),
});

export const failureAnalysisSchema = z.object({
  generations: count,
  failed: count,
  rate: figure,
  patterns: z.array(failurePatternSchema),
  rootCauses: z.array(rootCauseSchema),
  recommendations: z.array(failureRecommendationSchema),
});
export const failureAnalysisAnswer = failureAnalysisSchema
  .extend({ from: time, to: time, simulated })
  .meta({ id: 'FailureAnalysis' });

/** What ratings have taught. */
export const learnedSchema = z.object({
  ratings: count,
  curve: z
    .array(
      z.object({
        from: count,
        to: count,
        n: count,
        error: z.number(),
        meanError: z.number().describe('of the mean of all ratings before, as a forecast'),
      }),
    )
    .describe('mean absolute error of ratings predicted before they came, against how many had been seen'),
  error: z.object({ first: figure, now: figure }),
  contentTypes: z.array(
    z.object({
      contentType: z.string(),
      ratings: count,
      mean: z.number(),
      positive: count,
      negative: count,
      patterns: z.object({ positive: counts, negative: counts, suggestions: counts }),
      regret: z.object({ total: z.number(), perRating: z.number(), best: z.string().nullable() }),
      recipes: z.array(z.object({ recipe: z.string().describe('version'), ratings: count, mean: z.number() })),
    }),
  ),
});
export const learnedAnswer = learnedSchema.extend({ simulated }).meta({ id: 'Learning' });

/** A decision, as what follows from it names it. */
export const decisionRefSchema = z.object({ seq: count, event: z.string(), name: z.string(), time });

export const documentationSections = z.array(
  z.object({
    title: z.string(),
    sentences: z.array(z.object({ text: z.string(), time, events: z.array(z.string()) })),
  }),
);
export const documentationAnswer = z
  .object({ simulated, at: time, sections: documentationSections })
  .meta({ id: 'Documentation' });

export const performanceSchema = z.object({
  avg_generation_time: estimateSchema.nullable(),
  quality_score: estimateSchema.nullable(),
  cost_per_content: estimateSchema.nullable(),
  success_rate: estimateSchema.nullable(),
});

/** What learning took in an hour. */
export const priceOfLearningSchema = z.object({
  treated: count.describe(
    'times that a content was on an unproven treatment, or went without what is tested again; one on two trials counts twice',
  ),
  contents: count.describe('outside the holdback'),
  quality_expected: z
    .number()
    .describe('points lost, over all contents, as the screenings of what was on trial foretold; 0 where nothing was'),
  quality: estimateSchema
    .nullable()
    .describe('points lost against the other arm, over all contents, 95 %; below 0 where trying already bettered'),
  cost: z.number().describe('US dollars that the treated cost beyond the others; below 0 where trying already saved'),
});

/** The curves behind the report. */
export const reportSeriesSchema = z.object({
  simulated,
  hours: z.array(
    z.object({
      from: time,
      initial: performanceSchema,
      current: performanceSchema,
      rating: z.object({ initial: estimateSchema.nullable(), current: estimateSchema.nullable() }),
      learning: priceOfLearningSchema.nullable().describe('null for hours with nothing but the holdback'),
    }),
  ),
  load: z.array(z.object({ from: time, accepted: count, instances: count })),
  learning: z.array(z.object({ time, concluded: count, inForce: count })),
});
export const reportSeriesAnswer = reportSeriesSchema.extend({ at: time }).meta({ id: 'ReportSeries' });

const level = z.enum(['observe', 'propose', 'apply']);

/** What the system may do by itself, lever by lever. */
export const autonomyViewSchema = z.object({
  state: z.enum(['running', 'paused']),
  levers: z.record(z.enum([...levers, 'scaling']), level),
  reason: z.string(),
  frozenUntil: time
    .nullable()
    .describe('end of the freeze window that it is in: until then nothing is applied or put to the test'),
});

const improvement = improvementSchema.shape;
const experiment = experimentSchema.shape;
const adjustment = AdjustmentProposed.schema.shape;

/** What the system is after so many entries of the ledger, and by which of them. */
export const systemViewSchema = z.object({
  position: count,
  policy: policySchema,
  policyVersion: z.string(),
  autonomy: autonomyViewSchema,
  instances: count,
  contentTypes: z.array(
    z.object({
      contentType: z.string(),
      generation0: z.string().describe('version'),
      recipe: z.string().describe('version'),
      inForce: recipeSchema,
      improvements: z.array(
        z.object({
          improvementId: improvement.improvementId,
          status: improvement.status,
          lever: improvement.lever,
          summary: improvement.summary,
          change: improvement.change,
          appliedAt: time,
          events: z.array(decisionRefSchema),
        }),
      ),
      experiments: z.array(
        z.object({
          experimentId: experiment.experimentId,
          lever: experiment.lever,
          metric: metricSchema,
          change: experiment.change,
          status: experiment.status,
          startedAt: time.nullable(),
          origin: ExperimentRegistered.schema.shape.origin,
        }),
      ),
      adjustments: z.array(
        z.object({
          adjustmentId: adjustment.adjustmentId,
          kind: adjustment.kind,
          status: z.enum(['proposed', 'on_trial', 'permanent', 'rolled_back', 'refused']),
          current: adjustment.current,
          target: adjustment.target,
        }),
      ),
      hypotheses: counts.describe('by status'),
    }),
  ),
  openAnomalies: z.array(AnomalyDetected.schema.omit({ basis: true })),
  void: z
    .array(z.object({ seq: count, id: z.string(), type: z.string(), reason: z.string() }))
    .describe('decisions that changed nothing'),
});
export const systemViewAnswer = systemViewSchema.extend({ simulated, at: time }).meta({ id: 'State' });

/** An event that was set aside. */
export const deadLetterAnswer = z.object({
  id: z.string(),
  consumer: z.string().describe('the service, fold or projection that could not take the event in'),
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  event: z.string(),
  type: z.string(),
  reason: z.string(),
  code: z.string().nullable(),
  attempts: z.number(),
  time,
  isReplayRequested: z.boolean(),
});
